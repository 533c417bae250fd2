// Logical lines to statements: braces, keyword lookup, value blocks, and going on sanely after what does not fit.
import { readValue } from '../keywords/read-value.ts';
import type { KeywordRow } from '../keywords/row.ts';
import { type Line, locationAt } from '../source/line.ts';
import type { LogicalLines } from '../source/logical-lines.ts';
import type { Report } from '../source/report.ts';
import { locationOf, splitWords, type Word } from '../source/words.ts';
import type { Block, Statement, StatementBody } from './block.ts';
import { BlockLines } from './block-lines.ts';
import { reportExtraWords } from './extra-words.ts';
import { reportIncludeCheck } from './include-check.ts';
import { childScope, type Scope, topLevel } from './scope.ts';
import { StatementList } from './statement-list.ts';
import { unknownHint } from './unknown-hint.ts';

/** Looking for what was meant takes far longer than reading a line, and of a flood of findings only some are kept. */
const MOST_HINTS = 200;

const NO_WORDS: readonly Word[] = [];

export class BlockReader {
  readonly #source: LogicalLines;
  readonly #lines: BlockLines;
  readonly #report: Report;
  readonly #mentioned = new Set<KeywordRow>();
  #unknowns = 0;

  constructor(lines: LogicalLines, report: Report) {
    this.#source = lines;
    this.#lines = new BlockLines(lines, report);
    this.#report = report;
  }

  /** The next statement at the top level; undefined at the end of the files. */
  next(): Statement | undefined {
    for (let line = this.#lines.take(); line !== undefined; line = this.#lines.take()) {
      if (line.text === '}') {
        this.#report('error', 'extra-close-brace', 'this } closes nothing', locationAt(line, 0), {
          hint: 'remove it, or look above for a block that ends too early',
        });
        continue;
      }
      const statement = this.#statement(line, topLevel, true);
      if (statement !== undefined) return statement;
    }
    return undefined;
  }

  // `acted` is false inside a block that nothing is done with, where saying so again for each keyword would be noise.
  #statement(line: Line, scope: Scope, acted: boolean): Statement | undefined {
    if (line.text === '{') {
      this.#report(
        'error',
        'unexpected-open-brace',
        'this { follows no keyword that takes a block; it is ignored',
        locationAt(line, 0),
      );
      return undefined;
    }
    const { words, openQuote } = splitWords(line);
    const keyword = words[0];
    if (keyword === undefined) return undefined;
    const row = scope.rows.get(keyword.text);
    if (row === undefined) {
      this.#unknown(keyword, words[1]?.text, scope.path);
      return undefined;
    }
    if ((row.own || scope.own) && !this.#source.isOwn(line)) {
      this.#unknown(keyword, words[1]?.text, scope.path, `keepalived does not know it: write @vipward ${line.text}`);
      return undefined;
    }
    const name = row.aliasOf ?? row.name;
    const args = words.length === 1 ? NO_WORDS : words.slice(1);
    this.#mention(row, keyword, acted);
    const report = openQuote === undefined ? this.#report : unlessMissing(this.#report);
    const value = readValue(row.grammar, { keyword, args, line, report, grammar: row.grammar, path: scope.path });
    if (row.body === undefined) {
      if (row.name === 'include_check') this.#includeCheck(args);
      if (args.length > 0) reportExtraWords(row, args, scope.path, this.#report);
      return { row, name, keyword, args, value, body: undefined };
    }
    const body = this.#body(row, keyword, args, childScope(scope, keyword.text), acted && row.acted);
    return { row, name, keyword, args, value, body };
  }

  #includeCheck(args: readonly Word[]): void {
    reportIncludeCheck(args, this.#report);
    this.#source.changeIncludeChecks(args.map(({ text }) => text));
  }

  #mention(row: KeywordRow, keyword: Word, acted: boolean): void {
    if (row.deprecated !== undefined) {
      // The reference says it of most; here it would stand twice.
      const more = row.help.startsWith('deprecated') ? '' : `: ${row.help}`;
      const message = `${row.name} is deprecated${more}`;
      const hint = { hint: `write ${row.deprecated}` };
      if (row.quietlyDeprecated) this.#report('note', 'old-spelling', message, locationOf(keyword), hint);
      else this.#report('note', 'deprecated-keyword', message, locationOf(keyword), hint);
    }
    if (!acted || row.acted || this.#mentioned.has(row)) return;
    this.#mentioned.add(row);
    this.#report(
      'note',
      'not-acted-on',
      `${row.name} is read and checked, but vipward does not act on it yet`,
      locationOf(keyword),
    );
  }

  #body(
    row: KeywordRow,
    keyword: Word,
    args: readonly Word[],
    scope: Scope,
    acted: boolean,
  ): StatementBody | undefined {
    const open = this.#lines.peek()?.text === '{';
    const path = open ? undefined : pathOfUrl(args[0]?.text ?? '');
    if (open) this.#lines.take();
    else
      this.#report('error', 'missing-open-brace', `${keyword.text} must be followed by {`, locationOf(keyword), {
        hint: openHint(keyword, args, path),
      });
    // The } below belongs to the block around it then.
    if (path !== undefined) return undefined;
    if (row.body === 'keywords') return { kind: 'keywords', block: this.#block(keyword, scope, acted) };
    if (args.length > 0 && row.grammar.kind === 'flag') {
      const message = `words between ${keyword.text} and its { do not count`;
      this.#report('error', 'block-extra-words', message, locationOf(args[0] ?? keyword));
      if (!open) return undefined;
    }
    const lines = this.#lines.takeValues(keyword);
    return row.body === 'words' ? { kind: 'words', words: lines.flat() } : { kind: 'lines', lines };
  }

  #block(keyword: Word, scope: Scope, acted: boolean): Block {
    const { path } = scope;
    const list = new StatementList(this.#report);
    for (let line = this.#lines.take(); ; line = this.#lines.take()) {
      if (line === undefined) {
        this.#lines.reportUnclosed(keyword);
        return { path, statements: list.statements };
      }
      if (line.text === '}') {
        if (scope.own && !this.#source.isOwn(line)) this.#closedForOthers(keyword, line);
        return { path, statements: list.statements };
      }
      const statement = this.#statement(line, scope, acted);
      if (statement !== undefined) list.add(statement);
    }
  }

  #closedForOthers(keyword: Word, line: Line): void {
    const message = `for keepalived, which does not see ${keyword.text}, this } closes the block around it`;
    this.#report('error', 'extra-close-brace', message, locationAt(line, 0), { hint: 'write @vipward }' });
  }

  // keepalived looks up every line of an unknown block, and the block's } closes the surrounding one. Skipping it whole is
  // what was meant.
  #unknown(keyword: Word, next: string | undefined, path: string, known?: string): void {
    const where = path === '' ? 'outside of every block' : `in ${path.split('.').at(-1)}`;
    const hasBlock = this.#lines.peek()?.text === '{';
    const message = `unknown keyword "${keyword.text}" ${where}; ${hasBlock ? 'its whole block' : 'the line'} is skipped`;
    const hint = known ?? (this.#unknowns++ < MOST_HINTS ? unknownHint(keyword.text, next, path) : undefined);
    const end = hasBlock ? this.#lines.skipBlock(keyword) : undefined;
    this.#report('warning', 'unknown-keyword', message, locationOf(keyword), {
      ...(hint === undefined ? {} : { hint }),
      ...(end === undefined || end.line === keyword.line.line
        ? {}
        : { related: [{ at: locationAt(end, 0), message: 'up to here' }] }),
    });
  }
}

const openHint = (keyword: Word, args: readonly Word[], path: string | undefined): string => {
  if (path !== undefined) return `write ${keyword.text} { path ${path} }`;
  return /^[([]$/.test(args.at(-1)?.text ?? '')
    ? 'blocks are written in braces: { and }'
    : `write ${keyword.text}${args.map(({ text }) => ` ${text}`).join('')} {`;
};

// `url http://10.0.0.1/health`: the address is that of the real server, the path is all that is asked for.
const pathOfUrl = (text: string): string | undefined => {
  const [, path] = /^https?:\/\/[^/]*(.*)$/.exec(text) ?? [];
  return path === '' ? '/' : path;
};

// After an open quote words are missing because of it; that has been said.
const unlessMissing =
  (report: Report): Report =>
  (severity, code, ...rest) => {
    if (code !== 'missing-parameter' && code !== 'missing-value') report(severity, code, ...rest);
  };
