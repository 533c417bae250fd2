// `~SEQ`, `~SEQx` and `~LST`: one line for each of several values (config-syntax section 10).
import { type Line, sliceLine, trimLine } from './line.ts';

/** What a repetition produces: `rounds` assign the variables, and `line` is read once for each. */
export interface Repetition {
  readonly line: Line;
  readonly rounds: Iterator<readonly Assignment[]>;
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
}

export type RepeatResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'repeat'; readonly repetition: Repetition };

const HEAD = /^~(SEQx?|LST)[ \t]*\(/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads a repetition; `expand` puts parameters into the text between the parentheses. */
export const readRepetition = (line: Line, expand: (text: string) => string | undefined): RepeatResult => {
  const head = HEAD.exec(line.text);
  if (head === null) return { kind: 'none' };
  const close = line.text.indexOf(')', head[0].length);
  if (close < 0) return malformed('the closing parenthesis is missing');
  const list = expand(line.text.slice(head[0].length, close));
  if (list === undefined) return malformed('its list cannot be expanded');
  const rest = trimLine(sliceLine(line, close + 1));
  if (rest.text === '') return malformed('no text follows it');
  return head[1] === 'LST' ? overList(list, rest) : overNumbers(list, rest, head[1] === 'SEQx');
};

const malformed = (reason: string): RepeatResult => ({ kind: 'malformed', reason });

const overNumbers = (list: string, line: Line, hexadecimal: boolean): RepeatResult => {
  const [name = '', ...texts] = list.split(',').map((part) => part.trim());
  if (!NAME.test(name)) return malformed(`"${name}" is not a name`);
  const numbers = texts.map(readCNumber);
  if (numbers.length < 1 || numbers.length > 3) return malformed('it takes one to three numbers');
  const [a, b, c] = numbers;
  if (a === undefined || numbers.some((number) => number === undefined)) return malformed('a number is malformed');
  const end = c ?? b ?? a;
  const start = b === undefined ? (a < 0 ? -1 : 1) : a;
  const step = c === undefined || b === undefined ? (end < start ? -1 : 1) : b;
  if (step === 0 || (end - start) * step < 0) return malformed('the step does not lead from the start to the end');
  if (hexadecimal && (start < 0 || end < 0)) return malformed('~SEQx takes no negative numbers');
  return { kind: 'repeat', repetition: { line, rounds: countRounds(name, start, step, end, hexadecimal ? 16 : 10) } };
};

const countRounds = function* (
  name: string,
  start: number,
  step: number,
  end: number,
  base: number,
): Generator<readonly Assignment[], undefined> {
  for (let value = start; step > 0 ? value <= end : value >= end; value += step)
    yield [{ name, value: value.toString(base) }];
};

// Numbers as in C: 0x hexadecimal, leading 0 octal.
const readCNumber = (text: string): number | undefined => {
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]{1,12})|(0[0-7]{0,15})|([1-9]\d{0,14}))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, octal, decimal] = match;
  const value =
    hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal);
  return sign === '-' && value !== 0 ? -value : value;
};

const overList = (list: string, line: Line): RepeatResult => {
  const groups = splitGroups(list);
  const [first, ...rest] = groups;
  if (first === undefined) return malformed('the list is empty');
  const names = first.words;
  if (names.length === 0 || !names.every((name) => NAME.test(name))) return malformed('it must begin with a name');
  if (rest.some((group) => group.words.length > names.length)) return malformed('a value has no variable');
  const rounds = rest.map(({ words }) => names.map((name, i) => ({ name, value: words[i] ?? '' })));
  return { kind: 'repeat', repetition: { line, rounds: rounds.values() } };
};

// `a, b` or `{a, b}, {c, d}`: quotes are not special, and a value may be empty.
const splitGroups = (list: string): { readonly words: readonly string[] }[] =>
  [...list.matchAll(/(?:^|,)[ \t]*(?:\{([^}]*)\}|([^,{}]*))(?=[ \t]*(?:,|$))/g)].map(([, group, single]) => ({
    words: group === undefined ? [(single ?? '').trim()] : group.split(',').map((word) => word.trim()),
  }));
