// Some hundred schedules of the simulation; the long run is `npm run fuzz`.
import { test } from '@jest/globals';
import fc from 'fast-check';
import { play, schedules } from './schedule.ts';

test('whenever things have been quiet, every part of the network has exactly one master, and keeps it', () => {
  fc.assert(
    fc.property(schedules, (schedule) => void play(schedule)),
    { numRuns: 300, seed: 20_261_122 },
  );
}, 60_000);
