// What runs beside the adverts that are measured: a bare loop in C that shows what the machine allows, and a checker at work.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REALTIME } from './vrrp-pair.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** ms by which each pause was longer than the interval; interval and duration in seconds. */
export type WakeLoop = (interval: number, seconds: number, realtime: boolean) => Promise<readonly number[]>;

export const compileWakeLoop = (folder: string): WakeLoop => {
  const loop = join(folder, 'wake-loop');
  const compiled = spawnSync('cc', ['-O2', '-o', loop, here('wake-loop.c')], { stdio: 'inherit' });
  if (compiled.status !== 0) throw new Error('wake-loop.c cannot be compiled');
  return async (interval, seconds, realtime) => {
    const words = [interval * 1e9, seconds / interval, realtime ? REALTIME : 0].map((value) =>
      String(Math.round(value)),
    );
    const child = spawn(loop, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const part of child.stdout) said += part;
    const pauses = said.split('\n').filter((line) => line !== '');
    if (pauses.length === 0) throw new Error('wake-loop said nothing');
    return pauses.map((pause) => Number(pause) / 1e6 - interval * 1000);
  };
};

/** TCP checks of so many real servers, every 6 s each, in a process of their own. Resolves when all have been made once. */
export const startChecks = async (servers: number): Promise<{ made(): number; end(): void }> => {
  const child = spawn(process.execPath, ['--no-warnings', here('checks-local.ts'), String(servers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let made = 0;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the checker ended with ${code}`)));
    child.stdout.on('data', (data: Buffer) => {
      made = Number(data.toString().trim().split('\n').at(-1)) || made;
      if (made >= servers) resolve();
    });
  });
  return { made: () => made, end: () => void child.kill('SIGKILL') };
};
