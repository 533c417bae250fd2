// Runs the program nft of the package nftables: what it is told, what it says.
import { spawn } from 'node:child_process';

export interface NftOutcome {
  /** undefined when it could not be run, or did not end in time: `stderr` says why. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** `started` hears the process id, before anything is changed. Never rejects. */
export type NftProgram = (
  args: readonly string[],
  input: string,
  started?: (pid: number) => void,
) => Promise<NftOutcome>;

/** ms */
const TIMEOUT = 5000;
/** The exit status of a shell that finds no such program. */
const NOT_FOUND = 127;
/** Bytes of a listing: a table with a thousand addresses has about 50 kB. */
const MOST_OUTPUT = 16 * 1024 * 1024;
/** Bytes: execve(2) takes 128 KiB in one argument. */
const MOST_ARGUMENT = 100_000;

/** In the network namespace of that file, such as `/run/netns/NAME`; in that of this process without one. */
export const nftProgram =
  (namespace: string | undefined): NftProgram =>
  (args, input, started) =>
    run([...(namespace === undefined ? [] : ['nsenter', `--net=${namespace}`]), 'nft', ...args], input, started);

const run = (words: readonly string[], input: string, started?: (pid: number) => void): Promise<NftOutcome> =>
  new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    const fits = Buffer.byteLength(input) <= MOST_ARGUMENT;
    // nft opens /dev/stdin anew, which the socket that Node gives a child does not allow: cat makes a pipe of it.
    const [program = '', ...rest] = fits
      ? [...words, ...(input === '' ? [] : [input])]
      : ['sh', '-c', 'cat | "$@" -f -', 'sh', ...words];
    const child = spawn(program, rest, {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
      // A daemon's PATH may lack what only root uses.
      env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
    });
    if (child.pid !== undefined) started?.(child.pid);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MOST_OUTPUT) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < MOST_OUTPUT) stderr += text;
    });
    child.on('error', (error) => resolve({ status: undefined, stdout, stderr: error.message }));
    child.on('close', (status) => {
      if (status === null) stderr = 'it did not end in time';
      resolve({ status: status === null || status === NOT_FOUND ? undefined : status, stdout, stderr });
    });
    // It may have ended before it read: what it said then is enough.
    child.stdin.on('error', () => undefined);
    child.stdin.end(fits ? '' : input);
  });
