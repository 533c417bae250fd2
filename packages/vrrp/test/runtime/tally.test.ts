// The counts of one instance.
import { expect, test } from '@jest/globals';
import { Tallies } from '../../src/runtime/tally.ts';

test('adverts, those of priority 0 among them, and changes of role are counted', () => {
  const tallies = new Tallies();
  for (const priority of [100, 0]) tallies.sent(priority);
  for (const priority of [0, 90, 0]) tallies.received(priority);
  tallies.changed('backup', 'master', 5000);
  tallies.changed('master', 'fault', 6000);
  expect(tallies.counts).toEqual({
    ...{ sent: 2, received: 3, becameMaster: 1, releasedMaster: 1 },
    ...{ priorityZeroSent: 1, priorityZeroReceived: 2 },
  });
  expect(tallies.lastTransition).toBe(6000);
});

test('cleared counts begin anew, and the last change of role stays known', () => {
  const tallies = new Tallies();
  tallies.changed('initialize', 'master', 5000);
  tallies.clear();
  tallies.sent(100);
  expect(tallies.counts).toMatchObject({ sent: 1, becameMaster: 0 });
  expect(tallies.lastTransition).toBe(5000);
});
