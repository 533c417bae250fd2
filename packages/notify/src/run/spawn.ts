// The edge where a script becomes a process: its own session and process group, no shell, nothing inherited but the environment.
import { type SpawnOptions, spawn as spawnChild } from 'node:child_process';
import { type Account, asOrdinary, commandAs } from '@vipward/sockets';

export interface Command {
  readonly argv: readonly string[];
  /** Absent: the daemon's own account. */
  readonly account?: Account;
}

export type ScriptResult =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** `code` is the errno's name: ENOENT, EACCES, EPERM and so on. */
  | { readonly kind: 'not-started'; readonly code: string };

export interface RunningScript {
  /** To every process of the script's group; nothing happens when they are all gone. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts a command and calls `ended` exactly once, never before it has returned. */
export type Spawn = (command: Command, ended: (result: ScriptResult) => void) => RunningScript;

export const systemSpawn =
  (env: NodeJS.ProcessEnv): Spawn =>
  ({ argv, account }, ended) => {
    try {
      // libuv drops the supplementary groups when it changes the account.
      const { file, args, identity } = commandAs(argv, account === undefined || isOwn(account) ? {} : account);
      const options: SpawnOptions = {
        // setsid(2): the group can be signalled as a whole, and a terminal's Ctrl-C does not reach it.
        detached: true,
        stdio: 'ignore',
        cwd: '/',
        env,
        ...identity,
      };
      const child = asOrdinary(() => spawnChild(file, args, options));
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid === undefined) ended({ kind: 'not-started', code: error.code ?? error.message });
      });
      child.once('exit', (status, signal) => {
        ended(signal === null ? { kind: 'exited', status: status ?? 0 } : { kind: 'signalled', signal });
      });
      return { signal: (signal) => signalGroup(child.pid, signal) };
    } catch (error) {
      // Arguments that no process can have, such as one with a NUL byte, are thrown and not emitted.
      const code = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => ended({ kind: 'not-started', code }));
      return { signal: () => {} };
    }
  };

const isOwn = ({ uid, gid }: Account): boolean => process.getuid?.() === uid && process.getgid?.() === gid;

const signalGroup = (pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};
