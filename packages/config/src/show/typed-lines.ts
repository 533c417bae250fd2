// The lines of value blocks that are shown as what they became, found by where they were written.
import type { Config, SourceLocation } from '../model.ts';
import { routeWords, ruleWords } from './route-words.ts';

/**
 * The words of one line: undefined for lines that are shown as written, and `dropped` for one that does not count. Lines that a
 * repetition made stand at one place and are handed out in their order.
 */
export type TypedLines = (keyword: string, at: SourceLocation) => string | 'dropped' | undefined;

export const typedLines = (config: Config): TypedLines => {
  const found = new Map<string, string[]>();
  const add = (keyword: string, at: SourceLocation, words: string): void => {
    const here = found.get(key(keyword, at));
    if (here === undefined) found.set(key(keyword, at), [words]);
    else here.push(words);
  };
  for (const route of config.staticRoutes ?? []) add('static_routes', route.at, routeWords(route));
  for (const rule of config.staticRules ?? []) add('static_rules', rule.at, ruleWords(rule));
  for (const { virtualRoutes = [], virtualRules = [] } of config.vrrpInstances) {
    for (const route of virtualRoutes) add('virtual_routes', route.at, routeWords(route));
    for (const rule of virtualRules) add('virtual_rules', rule.at, ruleWords(rule));
  }
  return (keyword, at) => (TYPED.has(keyword) ? (found.get(key(keyword, at))?.shift() ?? 'dropped') : undefined);
};

const TYPED: ReadonlySet<string> = new Set(['static_routes', 'static_rules', 'virtual_routes', 'virtual_rules']);

const key = (keyword: string, { file, line, column }: SourceLocation): string => `${keyword} ${file}:${line}:${column}`;
