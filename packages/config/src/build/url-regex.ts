// regex of a url: the pattern, its options and the limits of its search.
import type { Block } from '../blocks/block.ts';
import type { UrlRegex } from '../model.ts';
import { translateRegex } from '../regex/translate.ts';
import type { Report } from '../source/report.ts';
import { splitCommand } from '../source/script.ts';
import { locationOf, type Word } from '../source/words.ts';
import { find, findAll, has, number, present } from './values.ts';
import { parseUnsigned } from './word-cursor.ts';

export const REGEX_OPTIONS: readonly string[] =
  'allow_empty_class alt_bsux auto_callout caseless dollar_endonly dotall dupnames extended firstline match_unset_backref multiline never_ucp never_utf no_auto_capture no_auto_possess no_dotstar_anchor no_start_optimize ucp ungreedy utf never_backslash_c alt_circumflex alt_verbnames use_offset_limit'.split(
    ' ',
  );

/** Undefined without a usable pattern. The pattern is one word by the rules of script strings: quotes group, escapes count. */
export const buildRegex = (url: Block, report: Report): UrlRegex | undefined => {
  const statement = find(url, 'regex');
  if (statement === undefined) return undefined;
  const line = statement.keyword.line.text;
  const words = splitCommand(line.slice(statement.keyword.offset + statement.keyword.text.length));
  const [pattern, ...others] = words ?? [];
  if (pattern === undefined || others.length > 0) {
    report('error', 'bad-value', 'regex takes exactly one word', locationOf(statement.keyword), {
      hint: 'put the pattern in quotes',
    });
    return undefined;
  }
  const options = readOptions(url, report);
  const translated = translateRegex(pattern, options);
  if (!translated.ok) {
    const message = `regex uses ${translated.construct}, which vipward cannot run; the url is checked without it`;
    report('error', 'regex-not-possible', message, locationOf(statement.keyword), {
      hint: 'write it without that, or check with a script in MISC_CHECK',
    });
    return undefined;
  }
  return {
    pattern,
    noMatch: has(url, 'regex_no_match'),
    options,
    minOffset: number(url, 'regex_min_offset') ?? 0,
    ...present('maxOffset', number(url, 'regex_max_offset')),
    ...present('stack', readStack(url, report)),
  };
};

const readOptions = (url: Block, report: Report): readonly string[] =>
  findAll(url, 'regex_options').flatMap(({ args }) =>
    args.flatMap((word) => {
      if (REGEX_OPTIONS.includes(word.text)) return [word.text];
      report('error', 'bad-value', `"${word.text}" is not an option of PCRE2`, locationOf(word));
      return [];
    }),
  );

// `START MAX` bytes; of several the largest counts.
const readStack = (url: Block, report: Report): UrlRegex['stack'] | undefined => {
  let largest: UrlRegex['stack'] | undefined;
  for (const { args } of findAll(url, 'regex_stack')) {
    const stack = readSizes(args, report);
    if (stack === undefined) continue;
    largest = { start: Math.max(stack.start, largest?.start ?? 0), max: Math.max(stack.max, largest?.max ?? 0) };
  }
  return largest;
};

const readSizes = ([start, max]: readonly Word[], report: Report): UrlRegex['stack'] | undefined => {
  if (start === undefined || max === undefined) return undefined;
  const [from, to] = [parseUnsigned(start.text), parseUnsigned(max.text)];
  if (from !== undefined && to !== undefined && from > 0 && from <= to) return { start: from, max: to };
  report('error', 'bad-value', 'regex_stack takes two sizes, the first not above the second', locationOf(start));
  return undefined;
};
