// Network namespaces for tests: unique names, programs in them, and nothing left behind.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logged, type LoggedOptions, spawnLogged } from '../process/logged.ts';
import { type Outcome, type RunOptions, run, tryRun } from '../process/run.ts';

export interface Netns extends AsyncDisposable {
  readonly name: string;
  /** Standard output of a program that must succeed. */
  exec(command: string, args?: readonly string[], options?: RunOptions): Promise<string>;
  /** Any outcome of a program. */
  tryExec(command: string, args?: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** A long-running program; it is stopped when the namespace is deleted. */
  spawn(command: string, args: readonly string[], options?: LoggedOptions): Logged;
  /** `ip -n NAME ...`, words separated by single spaces: ns.ip('addr add 10.0.0.1/24 dev eth0'). */
  ip(words: string): Promise<string>;
  /** Many `ip` commands in one process. */
  ipBatch(commands: readonly string[]): Promise<void>;
  /** /proc/sys/net settings, such as { 'ipv4/ip_forward': '1' }. */
  sysctl(settings: Readonly<Record<string, string>>): Promise<void>;
  /** A new folder, its name begun with `prefix`, for the files of its programs; it goes with the namespace. */
  folder(prefix: string): string;
  /** Stops what was started in it and deletes it. */
  delete(): Promise<void>;
}

/**
 * Makes a namespace `PREFIX-PID-N` with lo up and IPv6 addresses usable at once (no duplicate address detection).
 * Namespaces of the same prefix whose process is gone are deleted on the way.
 */
export const createNetns = async (prefix: string): Promise<Netns> => {
  await sweep(prefix);
  const name = `${prefix}-${process.pid}-${counter++}`;
  await run('ip', ['netns', 'add', name]);
  living.add(name);
  const netns = namespace(name);
  await netns.sysctl({ 'ipv6/conf/all/accept_dad': '0', 'ipv6/conf/default/accept_dad': '0' });
  await netns.ip('link set lo up');
  return netns;
};

let counter = 1;
const living = new Set<string>();
process.once('exit', () => {
  for (const name of living) {
    try {
      execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
    } catch {
      // Gone already; there is nobody left to tell.
    }
  }
});

const namespace = (name: string): Netns => {
  const programs: Logged[] = [];
  const folders: string[] = [];
  const inside = (command: string, args: readonly string[]) => ['netns', 'exec', name, command, ...args];
  const remove = async (): Promise<void> => {
    if (!living.delete(name)) return;
    // Those that have ended too: what they began may still run, and their logs go.
    await Promise.all(programs.map((program) => program.stop()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await run('ip', ['netns', 'del', name]);
  };
  return {
    name,
    exec: (command, args = [], options = {}) => run('ip', inside(command, args), options),
    tryExec: (command, args = [], options = {}) => tryRun('ip', inside(command, args), options),
    spawn(command, args, options = {}) {
      const program = spawnLogged('ip', inside(command, args), options);
      programs.push(program);
      return program;
    },
    ip: (words) => run('ip', ['-n', name, ...words.split(' ')]),
    async ipBatch(commands) {
      await run('ip', ['-n', name, '-batch', '-'], { input: `${commands.join('\n')}\n` });
    },
    async sysctl(settings) {
      const writes = Object.entries(settings).map(([key, value]) => `echo '${value}' >/proc/sys/net/${key}`);
      await run('ip', inside('sh', ['-ec', writes.join('\n')]));
    },
    folder(prefix) {
      const folder = mkdtempSync(join(tmpdir(), prefix));
      folders.push(folder);
      return folder;
    },
    delete: remove,
    [Symbol.asyncDispose]: remove,
  };
};

const sweep = async (prefix: string): Promise<void> => {
  for (const name of namesOfNamespaces()) {
    const pid = new RegExp(`^${prefix}-(\\d+)-\\d+$`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await tryRun('ip', ['netns', 'del', name]);
  }
};

const namesOfNamespaces = (): readonly string[] => {
  try {
    return readdirSync('/run/netns');
  } catch {
    return []; // the first namespace makes the directory
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
