// `vipward config show`: every block with the values that count in it, each with where it came from.
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { KeywordRow } from '../keywords/row.ts';
import { blockTable } from '../keywords/table.ts';
import type { SourceLocation } from '../model.ts';
import { type ParseOptions, parseStatements } from '../parse.ts';
import { locationOf } from '../source/words.ts';
import { createFinder } from './built.ts';
import { fieldOf, inheritedFrom } from './fields.ts';
import { type TypedLines, typedLines } from './typed-lines.ts';
import { valueWords, wordsText, writtenWords } from './words.ts';

/** `from` is `FILE:LINE`, or `default`. */
export interface ShownValue {
  readonly keyword: string;
  /** In words of keepalived.conf, without the keyword; empty for one that takes none. */
  readonly value: string;
  readonly from: string;
}

/** A value block, such as virtual_ipaddress: one entry a line. */
export interface ShownList {
  readonly keyword: string;
  /** The words between the keyword and its brace; empty for most. */
  readonly name: string;
  readonly entries: readonly { readonly value: string; readonly from: string }[];
}

export interface ShownBlock {
  readonly keyword: string;
  /** The words after the keyword. */
  readonly name: string;
  readonly from: string;
  /** Present when the block does not count, for a reason among the findings. */
  readonly dropped?: true;
  readonly values: readonly ShownValue[];
  readonly lists: readonly ShownList[];
  readonly blocks: readonly ShownBlock[];
}

export interface ShownConfig {
  readonly values: readonly ShownValue[];
  readonly lists: readonly ShownList[];
  readonly blocks: readonly ShownBlock[];
  readonly diagnostics: readonly Diagnostic[];
  /** The files that were read; none when the main file could not be. */
  readonly files: readonly string[];
}

/** Reads a configuration and resolves it: includes, conditions, parameters, inheritance and defaults are settled. */
export const resolveConfig = (options: ParseOptions): ShownConfig => {
  const statements: Statement[] = [];
  const { config, diagnostics, files } = parseStatements(options, (statement) => statements.push(statement));
  const top = showContents({ path: '', statements: mergeGlobal(statements) }, config, [], typedLines(config));
  return { ...top, diagnostics, files };
};

type Contents = Pick<ShownBlock, 'values' | 'lists' | 'blocks'>;

const GLOBAL = 'global_defs';

// Several global_defs are one.
const mergeGlobal = (statements: readonly Statement[]): readonly Statement[] => {
  const globals = statements.filter(({ row }) => row.name === GLOBAL);
  const [first] = globals;
  if (first?.body?.kind !== 'keywords') return statements;
  const inner = globals.flatMap(({ body }) => (body?.kind === 'keywords' ? body.block.statements : []));
  const merged: Statement = { ...first, body: { kind: 'keywords', block: { path: GLOBAL, statements: inner } } };
  return statements
    .filter((statement) => statement === first || statement.row.name !== GLOBAL)
    .map((statement) => (statement === first ? merged : statement));
};

const showContents = (block: Block, object: object, outer: readonly Block[], typed: TypedLines): Contents => {
  const objects = createFinder(object);
  const last = new Map(block.statements.filter(({ value }) => value !== undefined).map((one) => [nameOf(one), one]));
  const rows = [...blockTable(block.path).values()].filter(
    (row) => row.aliasOf === undefined && row.body === undefined,
  );
  return {
    values: rows.flatMap((row) => showValue(row, block, object, outer, last)),
    lists: showLists(block, typed),
    blocks: block.statements.flatMap((statement) =>
      statement.body?.kind === 'keywords'
        ? [showBlock(statement, statement.body.block, [block, ...outer], objects(statement), typed)]
        : [],
    ),
  };
};

const showBlock = (
  statement: Statement,
  block: Block,
  outer: readonly Block[],
  object: object | undefined,
  typed: TypedLines,
): ShownBlock => {
  const dropped = object === undefined && BUILT.has(statement.row.name);
  return {
    keyword: statement.row.name,
    name: writtenWords(statement),
    from: placeOf(statement),
    ...(dropped ? { dropped } : {}),
    ...showContents(block, object ?? {}, outer, typed),
  };
};

/** Blocks that become an object of their own; where there is none, the block was dropped. */
const BUILT: ReadonlySet<string> = new Set([
  'vrrp_instance',
  'vrrp_script',
  'virtual_server',
  'real_server',
  'HTTP_GET',
  'SSL_GET',
  'TCP_CHECK',
  'MISC_CHECK',
  'url',
]);

/** Addresses that have a field of their own wherever they count. */
const KNOWN_ADDRESSES: ReadonlySet<string> = new Set(['unicast_src_ip', 'mcast_src_ip', 'mcast_dst_ip']);

// Every statement of a keyword that adds; of the others what counts in the end, which may be nothing.
const showValue = (
  row: KeywordRow,
  block: Block,
  object: object,
  outer: readonly Block[],
  last: ReadonlyMap<string, Statement>,
): readonly ShownValue[] => {
  if (row.repeat === 'adds')
    return block.statements
      .filter((one) => nameOf(one) === row.name && one.value !== undefined)
      .map((one) => ({ keyword: row.name, value: writtenWords(one), from: placeOf(one) }));
  const written = last.get(row.name);
  const field = fieldOf(object, row.name);
  const resolved = valueWords(field, row.name, row.grammar);
  // An address that could not count, such as one of the other family, would be an error again.
  if (written !== undefined && row.grammar.kind === 'ip' && field === undefined && KNOWN_ADDRESSES.has(row.name))
    return [];
  if (written !== undefined) {
    const value = isChanged(written, field) ? resolved : undefined;
    return [{ keyword: row.name, value: value ?? writtenWords(written), from: placeOf(written) }];
  }
  if (resolved === undefined || (resolved === '' && row.grammar.kind !== 'flag')) return [];
  const above = inheritedFrom(row.name, block.path, outer);
  return [{ keyword: row.name, value: resolved, from: above === undefined ? 'default' : placeOf(above) }];
};

// What was written could not be kept, such as a time that the protocol rounds. Seconds may be kept as milliseconds.
const isChanged = ({ value }: Statement, field: unknown): boolean => {
  if (value?.kind === 'number')
    return typeof field === 'number' && field !== value.value && field !== value.value * 1000;
  return value?.kind === 'text' && typeof field === 'string' && field !== value.text;
};

const showLists = (block: Block, typed: TypedLines): readonly ShownList[] => {
  const lists = new Map<string, { keyword: string; name: string; entries: ShownList['entries'] }>();
  for (const statement of block.statements) {
    const { row, body, keyword } = statement;
    if (body === undefined || body.kind === 'keywords') continue;
    const lines = body.kind === 'lines' ? body.lines : body.words.map((word) => [word]);
    const entries = lines.flatMap((words) => {
      const at = locationOf(words[0] ?? keyword);
      const value = typed(row.name, at) ?? wordsText(words);
      return value === 'dropped' ? [] : [{ value, from: place(at) }];
    });
    const name = writtenWords(statement);
    const before = lists.get(`${row.name} ${name}`)?.entries ?? [];
    lists.set(`${row.name} ${name}`, { keyword: row.name, name, entries: [...before, ...entries] });
  }
  return [...lists.values()];
};

const placeOf = (statement: Statement): string => place(locationOf(statement.keyword));
const place = ({ file, line }: SourceLocation): string => `${file}:${line}`;
