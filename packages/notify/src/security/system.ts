// The machine's own files, looked at each time before root runs a script.
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileInfoOf, unsafePart } from '@vipward/config/script-security';
import type { Account } from '@vipward/sockets';

/** Why a program must not be run as `account` (absent: the daemon's own); undefined when it may. */
export type ScriptGuard = (program: string, account: Account | undefined) => string | undefined;

/** The guard of global_defs enable_script_security; without that keyword everything runs. */
export const systemScriptGuard =
  (enabled: boolean): ScriptGuard =>
  (program, account) => {
    if (!enabled || (account?.uid ?? process.getuid?.()) !== 0) return undefined;
    const unsafe = unsafePart(placeOf(program), look);
    return unsafe && `others than root can change ${unsafe.part} (${unsafe.why}; enable_script_security)`;
  };

const look = (path: string) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && fileInfoOf(stat);
};

/** Without symbolic links. Scripts start in /, and a name alone is looked for in the directories of PATH, as execvp(3) does. */
const placeOf = (program: string): string => {
  const directories = program.includes('/') ? ['/'] : (process.env.PATH ?? '').split(':');
  for (const directory of directories) {
    try {
      return realpathSync(program.startsWith('/') ? program : join(directory, program));
    } catch {
      // Not there.
    }
  }
  // Missing: starting it will say so.
  return program;
};
