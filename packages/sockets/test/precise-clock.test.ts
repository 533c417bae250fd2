// The precise clock: deadlines in order, never early, cancelled ones never; and on real time late by far less than a millisecond.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openPreciseClock, preciseClock, systemClock } from '../src/index.ts';

/** A clock whose time and alarm the test holds. */
const held = () => {
  let now = 0;
  let set: number | undefined;
  let ring = (): void => undefined;
  let holds = false;
  let settings = 0;
  const clock = preciseClock(
    () => now,
    (onRing) => {
      ring = onRing;
      return {
        set(at) {
          set = at;
          settings++;
        },
        hold(whether) {
          holds = whether;
        },
      };
    },
  );
  return {
    clock,
    holds: () => holds,
    settings: () => settings,
    /** Lets time pass, alarm by alarm. */
    pass(until: number) {
      while (set !== undefined && set <= until) {
        now = Math.max(now, set);
        set = undefined;
        ring();
      }
      now = until;
    },
  };
};

describe('with a held alarm', () => {
  test('calls everything at its moment, earliest first and equal ones in order; what was cancelled never', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(50), cancel: fc.boolean() }), { maxLength: 60 }), (plans) => {
        const { clock, pass, holds } = held();
        const called: { index: number; at: number }[] = [];
        const cancels = plans.map(({ at }, index) => clock.at(at, () => called.push({ index, at: clock.now() })));
        plans.forEach(({ cancel }, index) => {
          if (cancel) cancels[index]?.();
        });
        const kept = plans.flatMap(({ at, cancel }, index) => (cancel ? [] : [{ index, at }]));
        expect(holds()).toBe(kept.length > 0);
        pass(100);
        expect(called).toEqual(kept.toSorted((a, b) => a.at - b.at || a.index - b.index));
        expect(holds()).toBe(false);
      }),
    );
  });

  test('one deadline that is moved on and on sets the alarm anew only when it rings', () => {
    const { clock, pass, settings } = held();
    const fired: number[] = [];
    let cancel = clock.at(30, () => fired.push(clock.now()));
    for (let now = 10; now <= 1000; now += 10) {
      pass(now);
      cancel();
      cancel = clock.at(now + 30, () => fired.push(clock.now()));
    }
    expect(settings()).toBeLessThan(60);
    expect(fired).toEqual([]);
    pass(2000);
    expect(fired).toEqual([1030]);
  });

  test('a timer set inside another is called at its own moment', () => {
    const { clock, pass } = held();
    const fired: number[] = [];
    clock.at(5, () => {
      clock.at(7, () => fired.push(clock.now()));
      clock.at(5, () => fired.push(clock.now()));
    });
    pass(6);
    expect(fired).toEqual([5]);
    pass(7);
    expect(fired).toEqual([5, 7]);
  });

  test('one that throws does not keep the others from their turn', () => {
    const { clock, pass } = held();
    const fired: number[] = [];
    clock.at(5, () => {
      throw new Error('from a timer');
    });
    clock.at(5, () => fired.push(clock.now()));
    expect(() => pass(5)).toThrow('from a timer');
    pass(6);
    expect(fired).toEqual([5]);
  });

  test('an endless deadline is never set', () => {
    const { clock, settings } = held();
    clock.at(Number.POSITIVE_INFINITY, () => undefined);
    expect(settings()).toBe(0);
  });
});

describe('with the alarm of the kernel', () => {
  test('no timer is early, and the median is late by less than half a millisecond', async () => {
    const clock = openPreciseClock();
    const late: number[] = [];
    for (let i = 0; i < 60; i++) {
      const deadline = clock.now() + 1 + (i % 7) * 0.37;
      await new Promise<void>((resolve) => {
        clock.at(deadline, () => {
          late.push(systemClock.now() - deadline);
          resolve();
        });
      });
    }
    late.sort((a, b) => a - b);
    expect(late[0]).toBeGreaterThanOrEqual(0);
    expect(late[30]).toBeLessThan(0.5);
  });

  test('a deadline in the past, even before the boot, fires soon, but not inside the call', async () => {
    const clock = openPreciseClock();
    let inside = true;
    const fired = new Promise<boolean>((resolve) => {
      clock.at(-1000, () => resolve(inside));
    });
    inside = false;
    expect(await fired).toBe(false);
  });

  test('a cancelled timer never fires, and may be cancelled again', async () => {
    const clock = openPreciseClock();
    let count = 0;
    const cancel = clock.at(clock.now() + 3, () => count++);
    cancel();
    cancel();
    await sleep(20);
    expect(count).toBe(0);
  });
});
