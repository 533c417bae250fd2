// `vipward completion SHELL`: prints a script that teaches the shell our programs and their options.
import type { Command } from 'commander';
import { bashScript } from './bash.ts';
import { commandShapes } from './commands.ts';
import { fishScript } from './fish.ts';
import type { CommandShape } from './model.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: ReadonlyMap<string, (shapes: readonly CommandShape[]) => string> = new Map([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
]);

/** `own` are the commands that are vipward's own. Undefined for a shell that there is no script for. */
export const completionScript = (shell: string, own: Command): string | undefined =>
  SCRIPTS.get(shell)?.(commandShapes(own));
