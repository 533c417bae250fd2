// Going into the background: the same command once more, waited for until it holds the pid file.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { lockHolder, systemClock } from '@vipward/sockets';
import { exitStatus } from '../exit.ts';
import type { DaemonOptions } from './options.ts';
import type { DaemonInvocation } from './run.ts';

/** This program once more, with other words. */
export const commandOf = ({ entry, execArgv, title }: DaemonInvocation, args: readonly string[]): readonly string[] => {
  const called = title === 'keepalived' ? ['keepalived'] : ['vipward', 'keepalived'];
  return [process.execPath, ...execArgv, entry, ...called, ...args];
};

/** Longest wait for the background process to have its pid file; a slow machine starts Node in seconds. */
const backgroundWaitMs = 30_000;

/**
 * Starts the same command with -n in a session of its own, and returns when it holds the pid file, so that a unit of
 * Type=forking finds it there. Everything that can be refused has been checked by now. Paths are made absolute, since
 * a daemon lives in /.
 */
export const goToBackground = async (options: DaemonOptions, invocation: DaemonInvocation): Promise<number> => {
  const paths = [
    ['-f', options.file],
    ['-p', options.pidFile],
    ['-r', options.vrrpPidFile],
    ['-c', options.checkerPidFile],
    ['-b', options.bfdPidFile],
  ].flatMap(([flag = '', path = '']) => [flag, resolve(path)]);
  const [program = process.execPath, ...words] = commandOf(invocation, ['-n', ...invocation.args, ...paths]);
  const child = spawn(program, words, {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
  let ended: number | undefined;
  child.once('error', () => {
    ended = exitStatus.fatal;
  });
  child.once('exit', (code) => {
    ended = code ?? exitStatus.fatal;
  });
  const deadline = systemClock.now() + backgroundWaitMs;
  while (ended === undefined && lockHolder(options.pidFile) !== child.pid && systemClock.now() < deadline) {
    await new Promise<void>((done) => void systemClock.at(systemClock.now() + 10, done));
  }
  child.unref();
  // What it had to say went to the log; whoever started it looks here.
  if (ended !== undefined && ended !== exitStatus.ok)
    process.stderr.write(`vipward: the process in the background ended with status ${ended}; the log says why\n`);
  return ended ?? exitStatus.ok;
};
