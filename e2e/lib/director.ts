// A director under test: one program, one namespace, files of its own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logged, Netns } from '@vipward/testkit';
import { keepalived, type Program, vipward } from './program.ts';

export interface Director {
  readonly host: Netns;
  readonly process: Logged;
  /** Its files; they go with the namespace. */
  readonly folder: string;
  log(): string;
  waitFor(text: string | RegExp, timeout?: number): Promise<string>;
  /** Writes a new configuration and sends SIGHUP. */
  reload(config: string): void;
  /** SIGKILL to all its processes at once. */
  killAll(): Promise<void>;
  /** SIGTERM to the parent; resolves with the exit status. */
  terminate(): Promise<number>;
  /** The same files and flags once more, as a service manager does after a crash. */
  startAgain(): Director;
}

export interface DirectorPlan {
  readonly host: Netns;
  readonly program: Program;
  readonly config: string;
  /** Besides -n -l -D and the files. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const startDirector = (plan: DirectorPlan): Director => {
  const folder = plan.host.folder('director-');
  writeFileSync(join(folder, 'keepalived.conf'), plan.config);
  return launch(plan, folder);
};

const launch = (plan: DirectorPlan, folder: string): Director => {
  const { host, program, flags = [], env = {} } = plan;
  const options = { env: { ...process.env, ...env } };
  const file = (name: string): string => join(folder, name);
  const words = ['-n', '-l', '-D', '-G', '-f', file('keepalived.conf')];
  const pids = ['-p', file('main.pid'), '-r', file('vrrp.pid'), '-c', file('checkers.pid'), '-b', file('bfd.pid')];
  const all = [...words, ...pids, ...flags];
  const child =
    program === 'vipward' ? host.spawn(vipward, ['keepalived', ...all], options) : host.spawn(keepalived, all, options);
  return {
    host,
    process: child,
    folder,
    log: child.log,
    waitFor: (text, timeout = 60_000) => child.waitFor(text, { timeout }),
    reload(config) {
      writeFileSync(file('keepalived.conf'), config);
      child.kill('SIGHUP');
    },
    async killAll() {
      child.killAll('SIGKILL');
      await child.ended;
    },
    async terminate() {
      child.kill('SIGTERM');
      return child.ended;
    },
    startAgain: () => launch(plan, folder),
  };
};

/** The pid that a pid file names. */
export const pidIn = (director: Director, name: 'main.pid' | 'vrrp.pid' | 'checkers.pid' | 'bfd.pid'): number =>
  Number(readFileSync(join(director.folder, name), 'utf8'));

/** Whether the namespace has the address on any of its interfaces. */
export const owns = async (host: Netns, address: string): Promise<boolean> =>
  (await host.ip('-o -4 addr show')).includes(` ${address}/`);

/** Asks until it is so; rejects with what was waited for after `timeout` ms. */
export const until = async (
  what: string,
  question: () => Promise<boolean> | boolean,
  { timeout = 60_000, every = 50 } = {},
): Promise<void> => {
  const deadline = performance.now() + timeout;
  while (!(await question())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeout} ms: ${what}`);
    await sleep(every);
  }
};

/** What a log with NLDEBUG=1 shows of requests that change the kernel: services, real servers, addresses. */
export const kernelWrites = (log: string): readonly string[] =>
  log.split('\n').filter((line) => /^> (new|set|del|flush|zero)/i.test(line));
