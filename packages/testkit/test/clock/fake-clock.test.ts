// FakeClock: order, lateness, cancelling.
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import fc from 'fast-check';

describe('FakeClock', () => {
  test('stands still until it is moved', () => {
    const clock = new FakeClock(500);
    clock.at(500, () => {
      throw new Error('ran by itself');
    });
    expect(clock.now()).toBe(500);
    expect(clock.pending).toEqual([500]);
  });

  test('runs due timers by deadline, then in the order of arming, each at its own time', () => {
    const clock = new FakeClock(0);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name}@${clock.now()}`);
    clock.at(30, note('c'));
    clock.at(10, note('a'));
    clock.at(20, note('b1'));
    clock.at(20, note('b2'));
    clock.at(40, note('never'));
    clock.advance(35);
    expect(seen).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
    expect(clock.now()).toBe(35);
  });

  test('runs a timer that a timer armed, within the same advance', () => {
    const clock = new FakeClock(0);
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.at(clock.now() + 1000, tick);
    };
    clock.at(1000, tick);
    clock.advance(3 * 24 * 3600 * 1000);
    expect(ticks).toBe(3 * 24 * 3600);
  });

  test('a deadline in the past runs at the next move, without time going back', () => {
    const clock = new FakeClock(100);
    let at = -1;
    clock.at(10, () => {
      at = clock.now();
    });
    clock.advance(0);
    expect(at).toBe(100);
  });

  test('a cancelled timer never runs, also when another timer of the same moment cancels it', () => {
    const clock = new FakeClock(0);
    let ran = false;
    const cancels: (() => void)[] = [];
    clock.at(10, () => cancels[0]?.());
    cancels.push(
      clock.at(10, () => {
        ran = true;
      }),
    );
    clock.advance(10);
    expect(ran).toBe(false);
    expect(clock.pending).toEqual([]);
  });

  test('jump makes everything that was due run late', () => {
    const clock = new FakeClock(0);
    const seen: number[] = [];
    clock.at(10, () => void seen.push(clock.now()));
    clock.at(20, () => void seen.push(clock.now()));
    clock.jump(5000);
    expect(seen).toEqual([5000, 5000]);
  });

  test('run lets promises settle between timers', async () => {
    const clock = new FakeClock(0);
    const seen: string[] = [];
    clock.at(10, () => {
      void Promise.resolve().then(() => {
        seen.push('first, settled');
        clock.at(15, () => void seen.push('armed by a promise'));
      });
    });
    clock.at(20, () => void seen.push('last'));
    await clock.run(30);
    expect(seen).toEqual(['first, settled', 'armed by a promise', 'last']);
  });

  test('time moves forward only', () => {
    const clock = new FakeClock();
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.at(Number.NaN, () => undefined)).toThrow(RangeError);
  });

  test('many small steps and one large step run the same timers in the same order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.array(fc.nat(9)), (deadlines, steps) => {
        const trace = (walk: (clock: FakeClock) => void): string[] => {
          const clock = new FakeClock(0);
          const seen: string[] = [];
          deadlines.forEach((deadline, i) => {
            clock.at(deadline, () => void seen.push(`${i}@${clock.now()}`));
          });
          walk(clock);
          return seen;
        };
        const total = steps.reduce((sum, step) => sum + step, 0);
        const small = trace((clock) => steps.forEach((step) => void clock.advance(step)));
        const large = trace((clock) => clock.advance(total));
        expect(large.filter((entry) => !entry.endsWith('@0'))).toEqual(small.filter((entry) => !entry.endsWith('@0')));
      }),
    );
  });
});
