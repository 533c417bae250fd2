// One line of progress for each step of a long command, with its seconds; long output goes to a file.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildDir, root } from './place.mjs';

/** A failure that was expected to happen some day: shown by its message alone, without a stack. */
export class PlainError extends Error {
  name = 'PlainError';
}

/** Prints "NAME ..." at the start, "NAME: 1.2 s, RESULT" at the end; every 15 s that it is still at it. */
export async function step(name, work) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  console.log(`${name} ...`);
  const ticker = setInterval(() => console.log(`${name} ... still working after ${seconds()}`), 15_000);
  try {
    const result = await work();
    console.log(`${name}: ${[seconds(), result].filter((word) => typeof word === 'string').join(', ')}`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/** Runs a program with its output in .build/logs/NAME.log; throws PlainError with the end of that output. */
export async function runLogged(name, command, args, options = {}) {
  const log = join(buildDir, 'logs', `${name}.log`);
  mkdirSync(join(buildDir, 'logs'), { recursive: true });
  const fd = openSync(log, 'w');
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', fd, fd], ...options });
    child.once('error', (error) => resolve(error.code === 'ENOENT' ? `there is no ${command}` : error.message));
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  closeSync(fd);
  if (code === 0) return;
  const said = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  const ended = typeof code === 'number' ? `exit ${code}` : code;
  throw new PlainError(
    `${name}: ${command} failed (${ended}), all of its output is in ${relative(root, log)}:\n${said}`,
  );
}

/** Runs main() and turns a PlainError into one message and exit status 1. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
