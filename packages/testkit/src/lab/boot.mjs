// Boots the guest for one command and streams what it prints; the guest leaves the host's files alone.
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followFile } from './follow.mjs';
import { findKernel, LabError, MODULES, modulesBase } from './kernel.mjs';
import { memoryDirectory } from './memory.mjs';
import { allowedProcessors, chooseProcessor, takenProcessors } from './processor.mjs';
import { buildShim, shimIsNeeded } from './shim.mjs';

const repo = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
const guestInit = fileURLToPath(new URL('./guest.sh', import.meta.url));
const cacheDir = join(repo, '.build', 'lab');

/** Exit status of a guest that ran out of time, as timeout(1) has it. */
export const TIMED_OUT = 124;

/** Everything the guest needs, checked and built: throws LabError with one line when something is missing. */
export function prepareLab(env = process.env) {
  const kernel = findKernel(env);
  return {
    kernel,
    modules: modulesBase(kernel, join(cacheDir, kernel.version)),
    shim: shimIsNeeded() ? buildShim(cacheDir) : undefined,
  };
}

/**
 * Runs a command in a fresh guest: the host's files below a throw-away overlay, the repository as working directory, its
 * tools first in PATH. Only what the command writes to $LAB_OUT (outDir on the host, the same path inside) remains.
 *
 * @param {string[]} command program and arguments
 * @param {{ memory?: string, timeout?: number, outDir?: string, env?: Record<string, string | undefined>,
 *   onOut?: (bytes: Buffer) => void, onErr?: (bytes: Buffer) => void, signal?: AbortSignal }} options
 *   memory of the guest as UML takes it ("2G"); timeout in seconds, counted from the boot
 * @returns {Promise<{ code: number, bootSeconds: number, seconds: number }>} code is the command's exit status, 124 when
 *   the time ran out; throws LabError when the guest does not boot
 */
export async function runInLab(command, options = {}) {
  const { memory = '2G', timeout = 900, env = process.env, onOut = toStdout, onErr = toStderr, signal } = options;
  const lab = prepareLab(env);
  const outDir = options.outDir ?? env.LAB_OUT ?? join(repo, '.build', 'lab-out');
  mkdirSync(outDir, { recursive: true });
  const job = mkdtempSync(join(tmpdir(), 'vipward-lab-'));
  writeJob(job, { lab, command, outDir, timeout, env });

  const memoryIn = memoryDirectory(memory);
  const started = Date.now();
  const [program, ...argv] = held([lab.kernel.path, ...kernelArguments(job, memory)]);
  const guest = spawn(program, argv, {
    cwd: job,
    detached: true, // its own process group: a guest is many processes, and all of them must go
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/bin:/bin',
      HOME: job,
      ...(lab.shim && { LD_PRELOAD: lab.shim }),
      ...(memoryIn && { TMPDIR: memoryIn }),
    },
  });
  const killGuest = () => killGroup(guest.pid);
  process.once('exit', killGuest);
  signal?.addEventListener('abort', killGuest, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGuest();
  }, timeout * 1000);

  let console = '';
  for (const stream of [guest.stdout, guest.stderr]) {
    stream.setEncoding('latin1').on('data', (text) => {
      console = (console + text).slice(-4000);
    });
  }
  const followers = [followFile(join(job, 'out'), onOut), followFile(join(job, 'err'), onErr)];
  try {
    await new Promise((resolve, reject) => guest.once('close', resolve).once('error', reject));
    for (const follower of followers) follower.end();
    const ended = Date.now();
    const bootSeconds = existsSync(join(job, 'state'))
      ? (statSync(join(job, 'state')).mtimeMs - started) / 1000
      : undefined;
    const status = readStatus(join(job, 'exit'));
    if (timedOut) onErr(Buffer.from(`lab: stopped after ${timeout} s\n`));
    else if (status === undefined) throw new LabError(guestDied(lab.kernel, console));
    return { code: timedOut ? TIMED_OUT : status, bootSeconds: bootSeconds ?? 0, seconds: (ended - started) / 1000 };
  } finally {
    clearTimeout(timer);
    for (const follower of followers) follower.end();
    process.removeListener('exit', killGuest);
    signal?.removeEventListener('abort', killGuest);
    killGuest();
    rmSync(job, { recursive: true, force: true });
  }
}

/** 128 + signal number, as a shell reports a command that a signal ended. */
export const signalStatus = (name) => 128 + (constants.signals[name] ?? 0);

/** The same command on one processor, by taskset(1) of util-linux, where there is more than one. */
const held = (command) => {
  const processor = chooseProcessor(allowedProcessors(), takenProcessors(), process.pid);
  if (processor === undefined || !existsSync('/usr/bin/taskset')) return command;
  return ['/usr/bin/taskset', '-c', String(processor), ...command];
};

const kernelArguments = (job, memory) => [
  `mem=${memory}`,
  ...['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'rw', `init=${join(job, 'init')}`],
  ...['con=null', 'con0=null,fd:1', 'quiet', 'panic=-1', `LAB_JOB=${job}`],
];

function writeJob(job, { lab, command, outDir, timeout, env }) {
  const settings = {
    LAB_VERSION: lab.kernel.version,
    LAB_MODULES_BASE: lab.modules,
    LAB_MODULES: MODULES.join(' '),
    LAB_OUT: outDir,
    // The guest gives up a little later than the host, in case the host's side was killed and nobody waits any more.
    LAB_TIMEOUT: String(timeout + 30),
  };
  // A copy, because the kernel's command line cannot name a file with a space in its path.
  copyFileSync(guestInit, join(job, 'init'));
  writeFileSync(join(job, 'settings'), lines(settings, ''));
  writeFileSync(
    join(job, 'command'),
    [
      lines(guestEnvironment(env, outDir), 'export '),
      `cd ${quote(repo)}`,
      `exec ${command.map(quote).join(' ')}`,
      '',
    ].join('\n'),
  );
  for (const name of ['out', 'err']) writeFileSync(join(job, name), '');
}

const passed = /^(CI|NODE_(?!PATH).*|(NO|FORCE)_COLOR|TERM|LANG|LC_.*|NLDEBUG|VIPWARD_.*|LAB_.*)$/;

function guestEnvironment(env, outDir) {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const tools = [`${repo}/node_modules/node-linux-${arch}/bin`, `${repo}/node_modules/.bin`];
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name))),
    PATH: [...tools, '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
    HOME: '/root',
    VIPWARD_LAB: '1',
    LAB_OUT: outDir,
  };
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const lines = (values, prefix) =>
  Object.entries(values)
    .map(([name, value]) => `${prefix}${name}=${quote(value)}\n`)
    .join('');

function readStatus(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function guestDied(kernel, console) {
  const said = console
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .slice(-5)
    .join(' | ');
  return `the guest kernel ${kernel.path} ended before the command did: ${said || 'no word on its console'}`;
}

function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group is gone already.
  }
}

const toStdout = (bytes) => process.stdout.write(bytes);
const toStderr = (bytes) => process.stderr.write(bytes);

export { LabError };
