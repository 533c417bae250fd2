// The machine's own files, looked at each time before root runs a script.
import { realpathSync, statSync } from 'node:fs';
import type { Account } from '@vipward/sockets';
import { unsafePart } from './unsafe.ts';

/** Why a program must not be run as `account` (absent: the daemon's own); undefined when it may. */
export type ScriptGuard = (program: string, account: Account | undefined) => string | undefined;

/** The guard of global_defs enable_script_security; without that keyword everything runs. */
export const systemScriptGuard =
  (enabled: boolean): ScriptGuard =>
  (program, account) => {
    if (!enabled || (account?.uid ?? process.getuid?.()) !== 0 || !program.startsWith('/')) return undefined;
    const unsafe = unsafePart(resolve(program), (path) => statSync(path, { throwIfNoEntry: false }));
    return unsafe && `others than root can change ${unsafe.part} (${unsafe.why}; enable_script_security)`;
  };

const resolve = (program: string): string => {
  try {
    return realpathSync(program);
  } catch {
    // Missing: starting it will say so.
    return program;
  }
};
