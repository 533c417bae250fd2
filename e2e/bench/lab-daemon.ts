// A daemon as the benchmarks of the lab measure it: from its start to the full table, and from SIGHUP to a changed weight.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { elapsed, type Host, pause } from './lab-host.ts';

export interface MeasuredDaemon {
  /** Seconds from its start to its full table, as a witness in the same namespace sees it. */
  readonly seconds: number;
  /** What it has logged so far. */
  log(): string;
  /** Seconds from SIGHUP to the next weight of the last real server; `prepare` writes that into its file before. */
  reload(prepare: () => void): Promise<number>;
  close(): void;
}

/** Seconds from the configuration that had been read to the table in the kernel, as our daemon says them; undefined of keepalived. */
export const parsedToTable = (daemon: MeasuredDaemon): number | undefined => {
  const ms = / kernel, ([0-9.]+) ms after the configuration was read/.exec(daemon.log())?.[1];
  return ms === undefined ? undefined : Number(ms) / 1000;
};

/** Starts `program` with the configuration `conf` of `count` real servers; its files are in `folder`. */
export const startMeasured = async (
  host: Host,
  program: readonly string[],
  conf: string,
  count: number,
  folder: string,
): Promise<MeasuredDaemon> => {
  const script = new URL('witness.ts', import.meta.url).pathname;
  const node = [process.execPath, '--no-warnings', script, String(count)];
  const witness = spawn('ip', ['netns', 'exec', host.name, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = witness.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  const moment = async (what: string): Promise<bigint> => {
    const next: unknown = (await lines.next()).value;
    if (typeof next !== 'string') throw new Error(`${program[0]}: ${what}`);
    return BigInt(next);
  };
  await lines.next();
  pause(200);
  const file = (end: string): string => join(folder, `${host.name}.${end}`);
  const pids = ['-p', file('k.pid'), '-r', file('v.pid'), '-c', file('c.pid')];
  const output = openSync(file('log'), 'w');
  const start = process.hrtime.bigint();
  const child = spawn('ip', ['netns', 'exec', host.name, ...program, '-n', '-l', '-C', '-G', '-f', conf, ...pids], {
    stdio: ['ignore', output, output],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program[0]} cannot be started`);
  const full = await moment('the table was not filled');
  return {
    seconds: elapsed(start) - elapsed(full),
    log: () => readFileSync(file('log'), 'utf8'),
    async reload(prepare) {
      prepare();
      const asked = process.hrtime.bigint();
      process.kill(pid, 'SIGHUP');
      const changed = await moment('the weight was not changed');
      return elapsed(asked) - elapsed(changed);
    },
    close() {
      // Killed, not stopped: the time of an orderly end is not what is measured, and the namespace goes anyway.
      process.kill(-pid, 'SIGKILL');
      witness.kill('SIGKILL');
      pause(300);
      rmSync(file('c.state'), { force: true });
    },
  };
};
