// Track scripts under a clock that stands still: when they run, what counts, and what happens to those that do not end.
import { describe, expect, test } from '@jest/globals';
import type { VrrpScript } from '@vipward/config';
import { FakeClock, settle } from '@vipward/testkit';
import type { ScriptResult } from '../../src/index.ts';
import { TrackScripts, type TrackScriptsParts } from '../../src/track/scripts.ts';
import { judge, unknownVerdict, type Verdict } from '../../src/track/verdict.ts';

const script = (name: string, change: Partial<VrrpScript> = {}): VrrpScript => ({
  name,
  script: { argv: [`/bin/${name}`] },
  interval: 2000,
  weight: 0,
  reverse: false,
  at: { file: 'k.conf', line: 1, column: 1 },
  ...change,
});

const ok: ScriptResult = { kind: 'exited', status: 0 };
const bad: ScriptResult = { kind: 'exited', status: 1 };

const tracking = (options: Partial<TrackScriptsParts> = {}) => {
  const clock = new FakeClock();
  const running: { readonly program: string; readonly end: (result: ScriptResult) => void }[] = [];
  const said: string[] = [];
  const signals: string[] = [];
  const log = (text: string): void => void said.push(text);
  const scripts = new TrackScripts({
    clock,
    log: { error: log, warning: log, info: log, detail: () => undefined },
    afterInput: (fn) => void setImmediate(fn),
    start: ({ argv: [program = ''] }, end) => {
      running.push({ program, end });
      return { signal: (signal) => void signals.push(`${signal} ${program}`) };
    },
    onVerdict: (name, up) => void said.push(`${name} ${up ? 'up' : 'down'}`),
    onUnusable: (name) => void said.push(`${name} unusable`),
    ...options,
  });
  /** Ends the latest run. */
  const end = async (result: ScriptResult): Promise<void> => {
    running.at(-1)?.end(result);
    await settle();
  };
  return { clock, running, said, signals, scripts, end };
};

test('a verdict falls after `fall` failures in a row and rises after `rise` successes', () => {
  const limits = { rise: 2, fall: 3 };
  const after = (...results: readonly boolean[]): Verdict =>
    results.reduce((verdict, good) => judge(verdict, good, limits), unknownVerdict);
  expect(after(true).is).toBe('up');
  expect(after(false).is).toBe('down');
  expect(after(true, false, false).is).toBe('up');
  expect(after(true, false, false, true, false, false).is).toBe('up');
  expect(after(true, false, false, false).is).toBe('down');
  expect(after(false, true, false, true).is).toBe('down');
  expect(after(false, true, true).is).toBe('up');
});

describe('runs', () => {
  test('begin at once, then every interval from start to start, and are never doubled', async () => {
    const { clock, running, scripts, end } = tracking();
    scripts.set([script('a')]);
    await settle();
    expect(running).toHaveLength(1);
    await clock.run(1500);
    await end(ok);
    await clock.run(500);
    expect(running).toHaveLength(2);
    await clock.run(1900);
    expect(running).toHaveLength(2);
  });

  test('a first result counts at once, later ones when they change the verdict', async () => {
    const { clock, said, scripts, end } = tracking();
    scripts.set([script('a', { rise: 2, fall: 2 })]);
    expect(scripts.isPending('a')).toBe(true);
    await settle();
    await end(bad);
    expect(scripts.isUp('a')).toBe(false);
    for (const result of [ok, ok, bad, ok, bad, bad]) {
      await clock.run(2000);
      await end(result);
    }
    expect(said).toEqual([
      'Script `a` now returning 1',
      'VRRP_Script(a) failed (exited with status 1)',
      'a down',
      'Script `a` now returning 0',
      'VRRP_Script(a) succeeded',
      'a up',
      'Script `a` now returning 1',
      'Script `a` now returning 0',
      'Script `a` now returning 1',
      'VRRP_Script(a) failed (exited with status 1)',
      'a down',
    ]);
  });

  test('that outlast the timeout have failed, and their group is terminated, then killed', async () => {
    const { clock, said, signals, scripts, running, end } = tracking();
    scripts.set([script('a', { timeout: 500, interval: 3000 })]);
    await settle();
    await clock.run(499);
    expect(signals).toEqual([]);
    await clock.run(1);
    expect(said).toEqual(['VRRP_Script(a) timed_out', 'a down']);
    expect(signals).toEqual(['SIGTERM /bin/a']);
    await clock.run(2000);
    expect(signals).toEqual(['SIGTERM /bin/a', 'SIGKILL /bin/a']);
    // Not even a late success counts; the next run does.
    await end(ok);
    expect(scripts.isUp('a')).toBe(false);
    await clock.run(500);
    expect(running).toHaveLength(2);
    await end(ok);
    expect(scripts.isUp('a')).toBe(true);
  });

  test('that outlast the interval are not doubled, and that is said once for each', async () => {
    const { clock, said, scripts, running, end } = tracking();
    scripts.set([script('a', { timeout: 5000 })]);
    await settle();
    await clock.run(4500);
    expect(running).toHaveLength(1);
    expect(said).toEqual(['Track script a is already running, expect idle - skipping run']);
    await clock.run(1600);
    await end(bad);
    await clock.run(2000);
    expect(said.slice(1)).toEqual(['VRRP_Script(a) timed_out', 'a down']);
    expect(running).toHaveLength(2);
  });

  test('are bounded: others wait for their turn', async () => {
    const { running, scripts } = tracking({ maxRunning: 2 });
    scripts.set(['a', 'b', 'c', 'd'].map((name) => script(name)));
    await settle();
    expect(running.map(({ program }) => program)).toEqual(['/bin/a', '/bin/b']);
    running[0]?.end(ok);
    await settle();
    expect(running.map(({ program }) => program)).toEqual(['/bin/a', '/bin/b', '/bin/c']);
  });

  test('leave the sockets to be read between two starts', async () => {
    const turns: (() => void)[] = [];
    const { running, scripts } = tracking({ afterInput: (fn) => void turns.push(fn) });
    scripts.set([script('a'), script('b')]);
    expect(running).toHaveLength(0);
    turns.shift()?.();
    expect(running).toHaveLength(1);
    turns.shift()?.();
    expect(running).toHaveLength(2);
  });
});

test('init_fail is down until the first success, which suffices', async () => {
  const { scripts, end } = tracking();
  scripts.set([script('a', { initFail: true, rise: 3 })]);
  expect([scripts.isPending('a'), scripts.isUp('a')]).toEqual([false, false]);
  await settle();
  await end(ok);
  expect(scripts.isUp('a')).toBe(true);
});

test('a script that cannot be run at first is disabled; one that could before has failed', async () => {
  const { clock, said, scripts, end } = tracking();
  scripts.set([script('a')]);
  await settle();
  await end({ kind: 'not-started', code: 'ENOENT' });
  expect(said).toEqual(['Disabling track script a: /bin/a cannot be run: ENOENT', 'a unusable']);
  scripts.set([script('b')]);
  await settle();
  await end(ok);
  await clock.run(2000);
  await end({ kind: 'not-started', code: 'ENOENT' });
  expect(said.slice(-2)).toEqual(['VRRP_Script(b) failed (could not be started: ENOENT)', 'b down']);

  const refusing = tracking({ start: () => 'user nobody2 does not exist' });
  refusing.scripts.set([script('c')]);
  await settle();
  expect(refusing.said.at(-1)).toBe('c unusable');
});

describe('a reload', () => {
  test('keeps what is known of a script, and ends what is no longer wanted', async () => {
    const { clock, running, signals, scripts, end } = tracking();
    scripts.set([script('a'), script('b')]);
    await settle();
    running[0]?.end(bad);
    await settle();
    scripts.set([script('a', { interval: 5000, script: { argv: ['/bin/other'] } })]);
    expect(signals).toEqual(['SIGTERM /bin/b']);
    expect(scripts.isUp('a')).toBe(false);
    expect(scripts.isUp('b')).toBeUndefined();
    await settle();
    expect(running.at(-1)?.program).toBe('/bin/other');
    await end(ok);
    await clock.run(4999);
    expect(running).toHaveLength(3);
    await clock.run(1);
    expect(running).toHaveLength(4);
  });

  test('that changes nothing starts nothing', async () => {
    const { running, scripts } = tracking();
    scripts.set([script('a')]);
    await settle();
    scripts.set([script('a')]);
    await settle();
    expect(running).toHaveLength(1);
  });
});
