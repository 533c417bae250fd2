// Numbers as keepalived takes them: base 10 only, within a range; anything else leaves the setting as it was.

import { numberHint } from '../diagnose/hints.ts';
import { locationOf, type Word } from '../source/words.ts';
import { describeGrammar, type Grammar } from './grammar.ts';
import { argument, type ReadContext } from './read-value.ts';
import type { Value } from './value.ts';

export const readInteger = (grammar: Grammar & { kind: 'integer' }, context: ReadContext): Value | undefined => {
  if (context.args.length === 0 && grammar.absent !== undefined) return { kind: 'number', value: grammar.absent };
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  const value = parseInteger(word.text);
  if (value === undefined) return badNumber(word, grammar, context);
  const taken = Math.min(grammar.max, Math.max(grammar.min, value));
  if (taken !== value) {
    outOfRange(word, grammar, context, grammar.clamped ? taken : undefined);
    if (!grammar.clamped) return undefined;
  }
  const option = readOption(grammar, context);
  return option === undefined ? { kind: 'number', value: taken } : { kind: 'number', value: taken, option };
};

/** Milliseconds, whatever the unit written; more decimal places than allowed are rounded away and reported. */
export const readDecimal = (grammar: Grammar & { kind: 'decimal' }, context: ReadContext): Value | undefined => {
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  const whole = parseDigits(word.text);
  if (whole !== undefined && whole >= grammar.min && whole <= Math.min(grammar.max, 1e9))
    return { kind: 'number', value: grammar.unit === 's' ? whole * 1000 : whole };
  const match = /^\s*\+?(\d*)(?:\.(\d*))?$/.exec(word.text);
  if (match === null || `${match[1] ?? ''}${match[2] ?? ''}` === '') return badNumber(word, grammar, context);
  const number = Number(word.text);
  if (number < grammar.min || number > grammar.max) return outOfRange(word, grammar, context);
  if ((match[2]?.length ?? 0) > grammar.places) {
    const message = `"${word.text}" has more than ${grammar.places} decimal places and is rounded`;
    context.report('error', 'too-many-decimals', message, locationOf(word));
  }
  const micros = Math.round(number * (grammar.unit === 's' ? 1e6 : 1e3));
  return { kind: 'number', value: micros / 1000 };
};

/** A whole number in base 10: leading blanks and `+` are allowed, `0x10` and `10abc` are not numbers. */
export const parseInteger = (text: string): number | undefined =>
  parseDigits(text) ?? (/^\s*[+-]?\d{1,15}$/.test(text) ? Number(text) + 0 : undefined);

/** Nothing but one to fifteen digits, which nearly every number of a large file is: without a regular expression. */
export const parseDigits = (text: string): number | undefined => {
  const { length } = text;
  if (length === 0 || length > 15) return undefined;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
};

const readOption = (
  grammar: Grammar & { kind: 'integer' },
  { keyword, args, report }: ReadContext,
): string | undefined => {
  const word = args[1];
  if (word === undefined || grammar.options === undefined) return undefined;
  if (grammar.options.includes(word.text)) return word.text;
  const hint = `after the number may stand ${grammar.options.join(' or ')}`;
  report('error', 'bad-value', `"${word.text}" is not known for ${keyword.text}`, locationOf(word), { hint });
  return undefined;
};

const badNumber = (word: Word, grammar: Grammar, { keyword, report }: ReadContext): undefined => {
  const hint = numberHint(word.text, keyword.text, describeGrammar(grammar));
  report('error', 'bad-number', `"${word.text}" is not a number`, locationOf(word), { hint });
};

const outOfRange = (
  word: Word,
  grammar: Grammar & { kind: 'integer' | 'decimal' },
  { keyword, report }: ReadContext,
  taken?: number,
): undefined => {
  const hint = `${keyword.text} takes ${describeGrammar(grammar)}`;
  const instead = taken === undefined ? '' : `; ${taken} is taken`;
  const message = `${word.text} is out of range for ${keyword.text}${instead}`;
  report('error', 'out-of-range', message, locationOf(word), { hint });
};
