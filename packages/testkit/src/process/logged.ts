// Starts a long-running program that writes to a file, and waits for what it says there.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoggedOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Where standard output and error go; a file that goes with stop() when left out. */
  readonly logFile?: string;
}

export interface Logged extends AsyncDisposable {
  readonly pid: number;
  readonly logFile: string;
  /** Everything it said so far. */
  log(): string;
  /** Waits for a text in the log, from `from` (an offset in characters) on; rejects at the program's end or after `timeout` ms. */
  waitFor(text: string | RegExp, options?: { readonly timeout?: number; readonly from?: number }): Promise<string>;
  /** A line to its standard input. */
  write(line: string): void;
  /** To the program alone; see killAll(). */
  kill(signal: NodeJS.Signals): void;
  /** To the program and all its children that stayed in its process group. */
  killAll(signal: NodeJS.Signals): void;
  /** Resolves when it has ended: exit status, or 128 + n for signal n. */
  readonly ended: Promise<number>;
  /**
   * SIGTERM, after 5 s SIGKILL to the whole group; removes its temporary file, log() goes on to say what was in it. Harmless
   * when it has ended already.
   */
  stop(): Promise<void>;
}

/** Starts the program in a process group of its own, so that ending it ends its children, and nobody else. */
export const spawnLogged = (command: string, args: readonly string[], options: LoggedOptions = {}): Logged => {
  const directory = options.logFile === undefined ? mkdtempSync(join(tmpdir(), 'vipward-log-')) : undefined;
  const logFile = options.logFile ?? join(directory ?? '', `${basename(command)}.log`);
  const fd = openSync(logFile, 'a');
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...(options.env ?? process.env) },
    detached: true,
    stdio: ['pipe', fd, fd],
  });
  closeSync(fd);
  child.stdin?.on('error', () => undefined);
  let emptied = false;
  let kept: string | undefined;
  running.add(child);
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => {
      // The number of an empty group may be somebody else's soon.
      emptied = !killGroup(child, 0);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  }).finally(() => running.delete(child));

  const log = (): string => kept ?? readFileSync(logFile, 'utf8');
  const killAll = (signal: NodeJS.Signals): void => {
    if (!emptied) killGroup(child, signal);
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => killAll('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    killAll('SIGKILL');
    if (directory === undefined || kept !== undefined) return;
    kept = log();
    rmSync(directory, { recursive: true, force: true });
  };

  return {
    pid: child.pid ?? 0,
    logFile,
    log,
    async waitFor(text, { timeout = 30_000, from = 0 } = {}) {
      const deadline = performance.now() + timeout;
      let over: number | undefined;
      void ended.then((code) => {
        over = code;
      });
      for (;;) {
        const finished = over !== undefined;
        const found = search(log().slice(from), text);
        if (found !== undefined) return found;
        if (finished) throw new Error(`${command} ended (${over}) without saying ${text}:\n${tail(log())}`);
        if (performance.now() > deadline)
          throw new Error(`${command} did not say ${text} in ${timeout} ms:\n${tail(log())}`);
        await sleep(20);
      }
    },
    write: (line) => void child.stdin?.write(`${line}\n`),
    kill: (signal) => void child.kill(signal),
    killAll,
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const running = new Set<ChildProcess>();
// A test run that is cut short leaves nothing behind.
process.once('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
});

/** Whether the group was there; signal 0 only asks. */
const killGroup = (child: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
};

const search = (log: string, text: string | RegExp): string | undefined => {
  if (typeof text !== 'string') return text.exec(log)?.[0];
  return log.includes(text) ? text : undefined;
};

const tail = (log: string): string => log.split('\n').slice(-20).join('\n');
