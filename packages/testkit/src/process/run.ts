// Runs a short program to its end and hands back what it said.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface Outcome {
  /** Exit status; 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The program is killed after this many ms; default 60,000. */
  readonly timeout?: number;
}

/** Resolves with any exit status; rejects only when the program cannot be started or runs out of time. */
export const tryRun = (command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const { input = '', env = process.env, cwd, timeout = 60_000 } = options;
    const child = spawn(command, args, { env: { ...env }, cwd, stdio: 'pipe' });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${words(command, args)}: no end after ${timeout} ms\n${said.stderr}`));
    }, timeout);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`${words(command, args)}: ${error.message}`, { cause: error }));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? 128 + (signal === null ? 0 : signalNumber(signal)), ...said });
    });
    // A program that never reads its input may be gone before it is written.
    child.stdin.on('error', () => undefined).end(input);
  });

/** Resolves with the standard output; rejects with the program's own words when the exit status is not 0. */
export const run = async (command: string, args: readonly string[], options: RunOptions = {}): Promise<string> => {
  const { code, stdout, stderr } = await tryRun(command, args, options);
  if (code !== 0) throw new Error(`${words(command, args)}: exit ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
};

const words = (command: string, args: readonly string[]): string => [command, ...args].join(' ');
const signalNumber = (signal: NodeJS.Signals): number => constants.signals[signal];
