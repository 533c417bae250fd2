// What a `~SEQ` or `~LST` comes to: rounds that assign variables, or the reason why it is malformed.
import type { Line } from './line.ts';

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

/** Puts parameters into a part of the line; undefined when that is not possible. */
export type Expand = (part: Line) => string | undefined;

export const malformed = (reason: string): RepeatResult => ({ kind: 'malformed', reason });

/** A variable is used as a parameter is, so it is named like one. */
export const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
