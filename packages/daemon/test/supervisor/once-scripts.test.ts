// The scripts around the life of the daemon: waited for, ended when their time is over, never in its way.
import { expect, test } from '@jest/globals';
import type { ScriptResult } from '@vipward/notify';
import { FakeClock } from '@vipward/testkit';
import { onceScripts, runOnce, type StartOnce } from '../../src/supervisor/once-scripts.ts';
import { globals } from '../configured.ts';

const script = { argv: ['/sbin/prepare', 'now'] };

const run = (start?: StartOnce) => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const signals: string[] = [];
  let end: (result: ScriptResult) => void = () => {};
  const usual: StartOnce = (_, ended) => {
    end = ended;
    return { signal: (signal) => void signals.push(signal) };
  };
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const done = runOnce('startup', { script, timeout: 4000 }, { start: start ?? usual, clock, log });
  return { clock, lines, signals, done, end: (result: ScriptResult) => end(result) };
};

test('a script that ends well is waited for', async () => {
  const { lines, done, end } = run();
  end({ kind: 'exited', status: 0 });
  await done;
  expect(lines).toEqual(['Running startup script /sbin/prepare', 'startup script script succeeded']);
});

test('one that fails is said, and the daemon goes on', async () => {
  const { lines, done, end } = run();
  end({ kind: 'exited', status: 4 });
  await done;
  expect(lines.at(-1)).toBe('startup script script failed, status 4');
});

test('one that takes too long gets SIGTERM, then SIGKILL, and is given up then', async () => {
  const { clock, lines, signals, done } = run();
  clock.advance(3999);
  expect(signals).toEqual([]);
  clock.advance(1);
  expect(signals).toEqual(['SIGTERM']);
  clock.advance(2000);
  expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
  clock.advance(2000);
  await done;
  expect(lines.at(-1)).toBe('startup script timed out');
});

test('one that must not run is not waited for', async () => {
  const { lines, done } = run(() => 'there is no user x');
  await done;
  expect(lines.at(-1)).toBe('startup script /sbin/prepare is not run: there is no user x');
});

test('without a script nothing is said', async () => {
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  await runOnce('shutdown', { script: undefined, timeout: 1 }, { start: () => '', clock: new FakeClock(), log });
  expect(lines).toEqual([]);
});

test('startup_script_timeout and shutdown_script_timeout: each bounds its own script; without them it is 10 s', () => {
  const scripts = ['startup_script /sbin/prepare', 'shutdown_script /sbin/tidy'];
  const timeouts = (...lines: readonly string[]) => {
    const { startup, shutdown } = onceScripts(globals(...scripts, ...lines));
    expect([startup.script?.argv, shutdown.script?.argv]).toEqual([['/sbin/prepare'], ['/sbin/tidy']]);
    return [startup.timeout, shutdown.timeout];
  };
  expect(timeouts()).toEqual([10_000, 10_000]);
  expect(timeouts('startup_script_timeout 3')).toEqual([3000, 10_000]);
  expect(timeouts('shutdown_script_timeout 4')).toEqual([10_000, 4000]);
});
