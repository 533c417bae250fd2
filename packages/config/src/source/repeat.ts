// `~SEQ`, `~SEQx` and `~LST`: one line for each of several values (config-syntax section 10).
import { type Line, sliceLine, trimLine } from './line.ts';
import { overList } from './repeat-list.ts';
import { type Assignment, type Expand, isName, malformed, type RepeatResult } from './repetition.ts';

const HEAD = /^~(SEQx?|LST)[ \t]*\(/;
/** Characters that keepalived takes between the parentheses of a ~SEQ. */
const LONGEST_NUMBERS = 63;

/** Reads a repetition. One without text assigns its variables all the same. */
export const readRepetition = (line: Line, expand: Expand): RepeatResult => {
  const head = HEAD.exec(line.text);
  if (head === null)
    return /^~(?:SEQ|LST)/.test(line.text)
      ? malformed('a parenthesis must follow ~SEQ, ~SEQx or ~LST')
      : { kind: 'none' };
  const start = head[0].length;
  const close = line.text.indexOf(')', start);
  if (close < 0) return malformed('the closing parenthesis is missing');
  const list = sliceLine(line, start, close);
  const rest = trimLine(sliceLine(line, close + 1));
  if (head[1] === 'LST') return overList(list, rest, expand);
  if (list.text.length > LONGEST_NUMBERS)
    return malformed(`more than ${LONGEST_NUMBERS} characters stand between its parentheses`);
  const numbers = expand(list);
  return numbers === undefined
    ? malformed('its numbers cannot be expanded')
    : overNumbers(numbers, rest, head[1] === 'SEQx');
};

const overNumbers = (list: string, line: Line, hexadecimal: boolean): RepeatResult => {
  const [name = '', ...texts] = list.split(',').map((part) => part.trim());
  if (!isName(name)) return malformed(`"${name}" is not a name`);
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
