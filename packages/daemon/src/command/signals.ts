// The signals that operators send, by keepalived's names for them.
import type { Dump } from '../dump/dump.ts';

/** Signal numbers of Linux on x86 and arm, by the names that --signum knows. */
export const signalNumbers: ReadonlyMap<string, number> = new Map([
  ['STOP', 15],
  ['RELOAD', 1],
  ['DATA', 10],
  ['STATS', 12],
  ['STATS_CLEAR', 63],
  ['JSON', 36],
  ['TDUMP', 64],
]);

/** Node has no names for these, and their default action ends the process. */
export const realtimeSignals: readonly number[] = [36, 63, 64];

/** What those that mean something mean; the others are heard and ignored. */
export const dumpsByNumber: ReadonlyMap<number, Dump> = new Map([
  [63, 'stats-clear'],
  [36, 'json'],
]);
