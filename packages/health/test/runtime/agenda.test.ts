// The agenda against a plain sorted list, on a fake clock.
import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import fc from 'fast-check';
import { agendaClock, createAgenda, type Entry } from '../../src/runtime/agenda.ts';

const entry = (due: () => void): Entry => ({ place: -1, dueAt: 0, due });

describe('an agenda', () => {
  test('calls each entry once, in the order of their times, whatever was moved or taken off before', async () => {
    const change = fc.record({ which: fc.nat(19), at: fc.option(fc.nat(1000)) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 80 }), async (changes) => {
        const clock = new FakeClock();
        const begin = clock.now();
        const agenda = createAgenda(clock);
        const called: number[] = [];
        const entries = Array.from({ length: 20 }, (_, i) => entry(() => called.push(i)));
        const wanted = new Map<number, number>();
        for (const { which, at } of changes) {
          const one = entries[which];
          if (one === undefined) continue;
          if (at === null) {
            agenda.remove(one);
            wanted.delete(which);
          } else {
            agenda.put(one, begin + at);
            wanted.set(which, at);
          }
        }
        await clock.run(1000);
        expect(called.map((i) => wanted.get(i))).toEqual([...wanted.values()].sort((a, b) => a - b));
        expect(called.toSorted()).toEqual([...wanted.keys()].toSorted());
      }),
    );
  });

  test('takes an entry that puts itself on again while it is called, and calls none early', async () => {
    const clock = new FakeClock();
    const begin = clock.now();
    const agenda = createAgenda(clock);
    const times: number[] = [];
    const one = entry(() => {
      times.push(clock.now() - begin);
      if (times.length < 3) agenda.put(one, clock.now() + 100);
    });
    agenda.put(one, begin + 50);
    await clock.run(1000);
    expect(times).toEqual([50, 150, 250]);
  });

  test('puts an earlier entry before the one it waits for', async () => {
    const clock = new FakeClock();
    const agenda = createAgenda(clock);
    const called: string[] = [];
    agenda.put(
      entry(() => called.push('late')),
      clock.now() + 500,
    );
    agenda.put(
      entry(() => called.push('early')),
      clock.now() + 10,
    );
    await clock.run(100);
    expect(called).toEqual(['early']);
  });

  test('with a grain calls what is due within it together at its end, and none early', async () => {
    const clock = new FakeClock();
    const begin = Math.ceil(clock.now() / 20) * 20;
    const agenda = createAgenda(clock, 20);
    const times: number[] = [];
    for (const at of [41, 60, 42, 61]) {
      agenda.put(
        entry(() => times.push(clock.now() - begin)),
        begin + at,
      );
    }
    await clock.run(200);
    expect(times).toEqual([60, 60, 60, 80]);
  });

  test('is a clock whose timers stand in it, and can be cancelled', async () => {
    const clock = new FakeClock();
    const begin = clock.now();
    const deadlines = agendaClock(clock, createAgenda(clock));
    const called: number[] = [];
    const cancel = deadlines.at(begin + 100, () => called.push(1));
    deadlines.at(begin + 50, () => {
      called.push(deadlines.now() - begin);
      cancel();
    });
    await clock.run(200);
    expect(called).toEqual([50]);
  });
});
