// The real clock: deadlines are absolute and monotonic, and no timer fires early.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../src/index.ts';

const firedAt = (deadline: number): Promise<number> =>
  new Promise((resolve) => {
    systemClock.at(deadline, () => resolve(systemClock.now()));
  });

describe('on real time', () => {
  test('now never goes back', () => {
    let last = systemClock.now();
    for (let i = 0; i < 10_000; i++) {
      const now = systemClock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  test('no timer fires before its deadline', async () => {
    const start = systemClock.now();
    const deadlines = Array.from({ length: 200 }, (_, i) => start + 5 + i * 0.37);
    const fired = await Promise.all(deadlines.map(firedAt));
    fired.forEach((at, i) => {
      expect(at).toBeGreaterThanOrEqual(deadlines[i] ?? Number.NaN);
    });
  });

  test('a deadline in the past fires soon, but not inside the call', async () => {
    let inside = true;
    const fired = new Promise<boolean>((resolve) => {
      systemClock.at(systemClock.now() - 1000, () => resolve(inside));
    });
    inside = false;
    expect(await fired).toBe(false);
  });

  test('a cancelled timer never fires, and may be cancelled again', async () => {
    let count = 0;
    const cancel = systemClock.at(systemClock.now() + 5, () => count++);
    cancel();
    cancel();
    await sleep(30);
    expect(count).toBe(0);
  });

  test('cancelling after it fired is fine', async () => {
    let count = 0;
    let cancel = (): void => {};
    await new Promise<void>((resolve) => {
      cancel = systemClock.at(systemClock.now(), () => {
        count++;
        resolve();
      });
    });
    cancel();
    expect(count).toBe(1);
  });
});

describe('on simulated time', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1000, 2 ** 33])('a wait of %d ms is kept to the end', (wait) => {
    jest.useFakeTimers();
    let fired = 0;
    systemClock.at(systemClock.now() + wait, () => fired++);
    jest.advanceTimersByTime(wait - 1);
    expect(fired).toBe(0);
    jest.advanceTimersByTime(2);
    expect(fired).toBe(1);
    jest.advanceTimersByTime(wait);
    expect(fired).toBe(1);
  });

  test('a long wait can be cancelled after it was armed again', () => {
    jest.useFakeTimers();
    let fired = 0;
    const cancel = systemClock.at(systemClock.now() + 2 ** 32, () => fired++);
    jest.advanceTimersByTime(2 ** 31 + 5);
    cancel();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(2 ** 32);
    expect(fired).toBe(0);
  });

  test('an endless deadline never fires', () => {
    jest.useFakeTimers();
    let fired = 0;
    systemClock.at(Number.POSITIVE_INFINITY, () => fired++);
    jest.advanceTimersByTime(2 ** 34);
    expect(fired).toBe(0);
  });
});
