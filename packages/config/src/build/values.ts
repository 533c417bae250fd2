// Reading values out of a block by keyword. The kinds must fit the table; a misfit is a fault of this package, not of the file.
import type { IpAddress } from '../address.ts';
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import { rememberPlace } from '../host/script-places.ts';
import type { Value } from '../keywords/value.ts';
import type { Forwarding, Millis, Script, ScriptUser, SourceLocation } from '../model.ts';
import { locationOf, type Word } from '../source/words.ts';

/**
 * Present exactly when its value is: for spreading into objects whose absent fields are missing, not undefined. Nothing is made
 * for nothing, as most keywords are absent from most blocks.
 */
export const present = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> | undefined => {
  if (value === undefined) return undefined;
  const result: Partial<Record<K, V>> = {};
  result[key] = value;
  return result;
};

export const at = (statement: Statement): SourceLocation => locationOf(statement.keyword);

// Blocks of many statements (a virtual server with a thousand real servers) are looked through once, not once a keyword.
const LARGE = 24;
// The last one only: a WeakMap would keep every block until the next full collection, which doubles the memory of a large file.
let indexed: { readonly block: Block; readonly index: ReadonlyMap<string, readonly Statement[]> } | undefined;
const NONE: readonly Statement[] = [];

const indexOf = (block: Block): ReadonlyMap<string, readonly Statement[]> => {
  if (indexed?.block === block) return indexed.index;
  const index = new Map<string, Statement[]>();
  for (const statement of block.statements) {
    const name = nameOf(statement);
    const list = index.get(name);
    if (list === undefined) index.set(name, [statement]);
    else list.push(statement);
  }
  indexed = { block, index };
  return index;
};

/** The last statement of a keyword that has a usable value. */
export const find = (block: Block, name: string): Statement | undefined => {
  if (block.statements.length > LARGE) return findAll(block, name).findLast(({ value }) => value !== undefined);
  for (let i = block.statements.length - 1; i >= 0; i--) {
    const statement = block.statements[i];
    if (statement !== undefined && nameOf(statement) === name && statement.value !== undefined) return statement;
  }
  return undefined;
};

/** All statements of a keyword, in order. */
export const findAll = (block: Block, name: string): readonly Statement[] =>
  block.statements.length > LARGE
    ? (indexOf(block).get(name) ?? NONE)
    : block.statements.filter((statement) => nameOf(statement) === name);

export const has = (block: Block, name: string): boolean => find(block, name) !== undefined;

const lastValue = <K extends Value['kind']>(
  block: Block,
  name: string,
  kind: K,
): Extract<Value, { kind: K }> | undefined => valueIn(find(block, name), kind);

/** The value of one statement, which the table must give as `kind`. */
export const valueIn = <K extends Value['kind']>(
  statement: Statement | undefined,
  kind: K,
): Extract<Value, { kind: K }> | undefined => {
  const value = statement?.value;
  if (value === undefined) return undefined;
  if (isKind(value, kind)) return value;
  throw new TypeError(`the table gives ${statement?.row.name} as ${value.kind}, but ${kind} is read`);
};

const isKind = <K extends Value['kind']>(value: Value, kind: K): value is Extract<Value, { kind: K }> =>
  value.kind === kind;

export const number = (block: Block, name: string): number | undefined => lastValue(block, name, 'number')?.value;
/**
 * The number of the last statement; undefined when that one is unusable, whatever stands above it: for keywords where a bad value
 * takes the setting back to its default.
 */
export const lastNumber = (block: Block, name: string): number | undefined =>
  valueIn(findAll(block, name).at(-1), 'number')?.value;
export const millis = (block: Block, name: string): Millis | undefined => number(block, name);
/** A whole number of seconds, as milliseconds. */
export const seconds = (block: Block, name: string): Millis | undefined => {
  const value = number(block, name);
  return value === undefined ? undefined : value * 1000;
};
export const text = (block: Block, name: string): string | undefined => lastValue(block, name, 'text')?.text;
export const bool = (block: Block, name: string): boolean | undefined => lastValue(block, name, 'bool')?.value;
export const address = (block: Block, name: string): IpAddress | undefined => lastValue(block, name, 'ip')?.address;
export const script = (block: Block, name: string): Script | undefined => scriptIn(find(block, name));

/** The command of one statement; where it was written is kept for findings about it. */
export const scriptIn = (statement: Statement | undefined): Script | undefined => {
  const command = statement?.value?.kind === 'script' ? statement.value.script : undefined;
  if (command !== undefined && statement !== undefined) rememberPlace(command.argv, at(statement));
  return command;
};
export const account = (block: Block, name: string): ScriptUser | undefined => {
  const user = lastValue(block, name, 'account')?.account;
  const statement = find(block, name);
  if (user !== undefined && statement !== undefined) rememberPlace(user, at(statement));
  return user;
};
export const forwarding = (block: Block, name: string): Forwarding | undefined =>
  lastValue(block, name, 'forwarding')?.forwarding;

/** The blocks that a keyword opens, with their statements. */
export const blocksOf = (
  block: Block,
  name: string,
): readonly { readonly statement: Statement; readonly block: Block }[] =>
  findAll(block, name).flatMap((statement) =>
    statement.body?.kind === 'keywords' ? [{ statement, block: statement.body.block }] : [],
  );

/** The lines of all value blocks of a keyword. */
export const linesOf = (block: Block, name: string): readonly (readonly Word[])[] =>
  findAll(block, name).flatMap((statement) => (statement.body?.kind === 'lines' ? statement.body.lines : []));

/** The arguments of the last statement of a keyword, which has no value if something was wrong with it. */
export const argsOf = (block: Block, name: string): readonly Word[] | undefined => find(block, name)?.args;

/** The words of all value blocks of a keyword. */
export const wordsOf = (block: Block, name: string): readonly Word[] =>
  findAll(block, name).flatMap((statement) => (statement.body?.kind === 'words' ? statement.body.words : []));
