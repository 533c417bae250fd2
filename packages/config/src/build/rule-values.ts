// Values of single options of a rule: ends, preferences, marks, groups and ranges.
import type { Prefix, Range } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import type { Names } from './iproute-names.ts';
import { isEverything } from './line-words.ts';
import { parseAnyBase, parseUnsigned, type WordCursor } from './word-cursor.ts';

const UINT32_MAX = 0xffff_ffff;
const INT32_MAX = 0x7fff_ffff;

/** `from` and `to`: a network, or every address of a family that is not known yet. */
export const readEnd = (option: Word, cursor: WordCursor): Prefix | 'all' | undefined => {
  if (isEverything(cursor.peek()?.text ?? '')) {
    cursor.take();
    return 'all';
  }
  return cursor.prefix(option, undefined);
};

/** A preference in C's bases. */
export const readPreference = (text: string): number | undefined => within(parseAnyBase(text));
const within = (number: number | undefined): number | undefined =>
  number !== undefined && number <= UINT32_MAX ? number : undefined;

/** `MARK` or `MARK/MASK`. */
export const readMark = (text: string): { mark: number; mask?: number } | undefined => {
  const [one = '', two] = text.split('/');
  const mark = within(parseAnyBase(one));
  if (mark === undefined) return undefined;
  if (two === undefined) return { mark };
  const mask = within(parseAnyBase(two));
  return mask === undefined ? undefined : { mark, mask };
};

/** `N-M`. keepalived drops a rule with a single number; what is meant is clear, so it is taken as a range of one and said. */
export const readRange = (option: Word, cursor: WordCursor, largest: number, report: Report): Range | undefined => {
  const word = cursor.peek();
  const single = word !== undefined && parseUnsigned(word.text) !== undefined;
  const range = cursor.read(option, `a range N-M up to ${largest}`, (text) => {
    const [one = '', two = one, ...more] = text.split('-');
    const from = parseUnsigned(one);
    const to = parseUnsigned(two);
    return from !== undefined && to !== undefined && from <= to && to <= largest && more.length === 0
      ? { from, to }
      : undefined;
  });
  if (single && range !== undefined) {
    const message = `keepalived drops a rule whose ${option.text} is no range; here it counts`;
    report('warning', 'bad-value', message, locationOf(word), { hint: `write ${range.from}-${range.to}` });
  }
  return range;
};

/** An interface group: the kernel takes it as a signed number here. */
export const readGroup = (text: string, names: Names): number | undefined => {
  const group = names('group', text);
  return group !== undefined && group <= INT32_MAX ? group : undefined;
};
