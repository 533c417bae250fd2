// Runs a file of test/programs in a process of its own, from source, so that a crash is a failed test and not the end of jest.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves with the first line of output. */
  readonly firstLine: Promise<string>;
}

/** `before` is a command to run it under, such as ['unshare', '-n']. */
export function startProgram(name: string, args: readonly string[] = [], before: readonly string[] = []): Running {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const words = [...before, process.execPath, '--no-warnings', '--conditions=@vipward/source', file, ...args];
  const [command = process.execPath, ...rest] = words;
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL' });
  let stdout = '';
  let stderr = '';
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      // A program gone wild must not fill the memory.
      if (stdout.length > 1_000_000) child.kill('SIGKILL');
      const end = stdout.indexOf('\n');
      if (end >= 0) resolve(stdout.slice(0, end));
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
  return { process: child, ended, firstLine };
}

export function runProgram(
  name: string,
  args: readonly string[] = [],
  before: readonly string[] = [],
): Promise<Outcome> {
  return startProgram(name, args, before).ended;
}
