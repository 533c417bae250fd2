// Small things that the scripts of all shells need.
import type { CommandShape } from './model.ts';

/** Between single quotes, as sh and bash and zsh read it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The names that a program is called by. */
export const programsOf = (shapes: readonly CommandShape[]): readonly string[] => [
  ...new Set(shapes.map(({ context }) => context.split(' ')[0] ?? '')),
];

/** The words that lead to a command of its own: `vipward ipvs list`. */
export const contextsOf = (shapes: readonly CommandShape[]): readonly string[] =>
  shapes.map(({ context }) => context).filter((context) => context.includes(' '));
