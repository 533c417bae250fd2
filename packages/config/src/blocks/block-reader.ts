// Logical lines to statements: braces, keyword lookup, value blocks, and going on sanely after what does not fit.
import { keywordHint } from '../diagnose/hints.ts';
import { suggest } from '../diagnose/suggest.ts';
import { readValue } from '../keywords/read-value.ts';
import type { KeywordRow } from '../keywords/row.ts';
import { type BlockTable, blocksKnowing, blockTable, childPath } from '../keywords/table.ts';
import { type Line, locationAt } from '../source/line.ts';
import type { LogicalLines } from '../source/logical-lines.ts';
import type { Report } from '../source/report.ts';
import { locationOf, splitWords, type Word } from '../source/words.ts';
import { type Block, nameOf, type Statement, type StatementBody } from './block.ts';

/** A block of the table by its path, with those inside it as far as they were met: looked up once, not for every line. */
interface Scope {
  readonly path: string;
  readonly rows: BlockTable;
  readonly children: Map<string, Scope>;
}

const scopeAt = (path: string): Scope => ({ path, rows: blockTable(path), children: new Map() });
const topLevel = scopeAt('');

const childScope = (scope: Scope, keyword: string): Scope => {
  const known = scope.children.get(keyword);
  if (known !== undefined) return known;
  const child = scopeAt(childPath(scope.path, keyword));
  scope.children.set(keyword, child);
  return child;
};

/** The last place of each keyword of a block, made when a keyword comes that may stand only once. */
interface Singles {
  places: Map<string, number> | undefined;
}

/** Looking for what was meant takes far longer than reading a line, and of a flood of findings only some are kept. */
const MOST_HINTS = 200;

const NO_WORDS: readonly Word[] = [];

export class BlockReader {
  readonly #lines: LogicalLines;
  readonly #report: Report;
  readonly #mentioned = new Set<KeywordRow>();
  #peeked: Line | undefined;
  #unknowns = 0;

  constructor(lines: LogicalLines, report: Report) {
    this.#lines = lines;
    this.#report = report;
  }

  /** The next statement at the top level; undefined at the end of the files. */
  next(): Statement | undefined {
    for (let line = this.#take(); line !== undefined; line = this.#take()) {
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

  #take(): Line | undefined {
    const line = this.#peeked ?? this.#lines.next();
    this.#peeked = undefined;
    return line;
  }

  #peek(): Line | undefined {
    this.#peeked ??= this.#lines.next();
    return this.#peeked;
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
    const name = row.aliasOf ?? row.name;
    const args = words.length === 1 ? NO_WORDS : words.slice(1);
    this.#mention(row, keyword, acted);
    const report = openQuote === undefined ? this.#report : unlessMissing(this.#report);
    const value = readValue(row.grammar, { keyword, args, line, report, grammar: row.grammar });
    if (row.body === undefined) {
      // It acts at once on the includes that follow it.
      if (row.name === 'include_check') this.#lines.changeIncludeChecks(args.map(({ text }) => text));
      if (args.length > 0) this.#extraWords(row, args, scope.path);
      return { row, name, keyword, args, value, body: undefined };
    }
    const body = this.#body(row, keyword, args, childScope(scope, keyword.text), acted && row.acted);
    return { row, name, keyword, args, value, body };
  }

  #mention(row: KeywordRow, keyword: Word, acted: boolean): void {
    if (row.deprecated !== undefined) {
      const message = `${row.name} is deprecated: ${row.help}`;
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
    const open = this.#peek()?.text === '{';
    if (open) this.#take();
    else
      this.#report('error', 'missing-open-brace', `${keyword.text} must be followed by {`, locationOf(keyword), {
        hint: /^[([]$/.test(args.at(-1)?.text ?? '')
          ? 'blocks are written in braces: { and }'
          : `write ${keyword.text}${args.map(({ text }) => ` ${text}`).join('')} {`,
      });
    if (row.body === 'keywords') return { kind: 'keywords', block: this.#block(keyword, scope, acted) };
    if (args.length > 0 && row.grammar.kind === 'flag') {
      const message = `words between ${keyword.text} and its { do not count`;
      this.#report('error', 'block-extra-words', message, locationOf(args[0] ?? keyword));
      if (!open) return undefined;
    }
    const lines = this.#values(keyword);
    return row.body === 'words' ? { kind: 'words', words: lines.flat() } : { kind: 'lines', lines };
  }

  #block(keyword: Word, scope: Scope, acted: boolean): Block {
    const { path } = scope;
    const statements: Statement[] = [];
    const singles: Singles = { places: undefined };
    for (let line = this.#take(); ; line = this.#take()) {
      if (line === undefined) {
        this.#unclosed(keyword);
        return { path, statements };
      }
      if (line.text === '}') return { path, statements };
      const statement = this.#statement(line, scope, acted);
      if (statement !== undefined) this.#add(statement, statements, singles);
    }
  }

  // The rules against repeating.
  #add(statement: Statement, statements: Statement[], singles: Singles): void {
    const { row, keyword } = statement;
    const name = nameOf(statement);
    if (row.repeat === 'adds' || row.repeat === 'last') {
      singles.places?.set(name, statements.length);
      statements.push(statement);
      return;
    }
    singles.places ??= new Map(statements.map((other, i) => [nameOf(other), i]));
    const place = singles.places.get(name);
    const before = place === undefined ? undefined : statements[place];
    if (before === undefined) {
      singles.places.set(name, statements.length);
      statements.push(statement);
      return;
    }
    if (row.repeat === 'first-if-other' && numberIn(before) === numberIn(statement)) return;
    if (row.changeable !== undefined && numberIn(before) === row.changeable) {
      singles.places.set(name, statements.length);
      statements.push(statement);
      return;
    }
    const related = [{ at: locationOf(before.keyword), message: 'the first one is here' }];
    const lastCounts = row.repeat === 'last-reported';
    const which = lastCounts ? 'the last one counts' : 'only the first one counts';
    const severity = lastCounts ? 'warning' : 'error';
    this.#report(severity, 'repeated-keyword', `${keyword.text} is given again; ${which}`, locationOf(keyword), {
      related,
    });
    if (lastCounts) statements.push(statement);
  }

  #values(keyword: Word): readonly (readonly Word[])[] {
    const lines: (readonly Word[])[] = [];
    for (let line = this.#take(); ; line = this.#take()) {
      if (line === undefined) {
        this.#unclosed(keyword);
        return lines;
      }
      if (line.text === '}') return lines;
      if (line.text === '{') {
        this.#report('error', 'unexpected-open-brace', `a { inside ${keyword.text} is ignored`, locationAt(line, 0));
        continue;
      }
      const { words } = splitWords(line);
      if (words.length > 0) lines.push(words);
    }
  }

  // keepalived looks up every line of an unknown block, and the block's } closes the surrounding one. Skipping it whole is
  // what was meant.
  #unknown(keyword: Word, next: string | undefined, path: string): void {
    const where = path === '' ? 'outside of every block' : `in ${path.split('.').at(-1)}`;
    const hasBlock = this.#peek()?.text === '{';
    const message = `unknown keyword "${keyword.text}" ${where}; ${hasBlock ? 'its whole block' : 'the line'} is skipped`;
    const hint = this.#unknowns++ < MOST_HINTS ? unknownHint(keyword.text, next, path) : undefined;
    const end = hasBlock ? this.#skip(keyword) : undefined;
    this.#report('warning', 'unknown-keyword', message, locationOf(keyword), {
      ...(hint === undefined ? {} : { hint }),
      ...(end === undefined || end.line === keyword.line.line
        ? {}
        : { related: [{ at: locationAt(end, 0), message: 'up to here' }] }),
    });
  }

  // Gives the line of the closing brace.
  #skip(keyword: Word): Line | undefined {
    let depth = 0;
    for (let line = this.#take(); ; line = this.#take()) {
      if (line === undefined) {
        this.#unclosed(keyword);
        return undefined;
      }
      if (line.text === '{') depth++;
      else if (line.text === '}') depth--;
      if (depth === 0) return line;
    }
  }

  #unclosed(keyword: Word): void {
    this.#report(
      'error',
      'missing-close-brace',
      `${keyword.text} is not closed: a } is missing before the end of the file`,
      locationOf(keyword),
      { hint: 'count the braces of the blocks inside it: each { needs its }' },
    );
  }

  #extraWords(row: KeywordRow, args: readonly Word[], path: string): void {
    const extra = args[mostWords(row)];
    if (extra === undefined) return;
    const known = blockTable(path).has(extra.text);
    const hint = known ? { hint: `write ${extra.text} on a line of its own` } : {};
    this.#report(
      known ? 'warning' : 'note',
      'extra-words',
      `"${extra.text}" and what follows it is ignored`,
      locationOf(extra),
      hint,
    );
  }
}

const numberIn = ({ value }: Statement): number | undefined => (value?.kind === 'number' ? value.value : undefined);

// After an open quote words are missing because of it; that has been said.
const unlessMissing =
  (report: Report): Report =>
  (severity, code, ...rest) => {
    if (code !== 'missing-parameter') report(severity, code, ...rest);
  };

const mostWords = ({ grammar }: KeywordRow): number => {
  switch (grammar.kind) {
    case 'flag':
      return 0;
    case 'integer':
      return grammar.options === undefined ? 1 : 2;
    case 'ip-port':
    case 'host-port':
    case 'account':
      return 2;
    case 'service':
    case 'forwarding':
    case 'status-codes':
    case 'script':
    case 'words':
      return Number.POSITIVE_INFINITY;
    case 'bool':
    case 'decimal':
    case 'text':
    case 'choice':
    case 'ip':
    case 'persistence-mask':
    case 'digest':
      return 1;
  }
};

const unknownHint = (word: string, next: string | undefined, path: string): string | undefined => {
  const slip = keywordHint(word, next, (name) => blockTable(path).has(name));
  if (slip !== undefined) return slip;
  const near = suggest(word, blockTable(path).keys());
  if (near !== undefined) return `did you mean ${near}?`;
  const others = blocksKnowing(word);
  if (others.length === 0) return undefined;
  if (others.includes('')) return `${word} belongs outside of every block; is a } missing above?`;
  const [first = ''] = [...others].sort((a, b) => shared(b, path) - shared(a, path));
  return `${word} belongs in ${first.split('.').at(-1)}; is a brace missing or misplaced above?`;
};

// How many blocks two paths have in common, from the outside.
const shared = (a: string, b: string): number => {
  const other = b.split('.');
  const differs = a.split('.').findIndex((part, i) => part !== other[i]);
  return differs < 0 ? a.split('.').length : differs;
};
