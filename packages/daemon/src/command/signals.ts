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

/** SIGUSR1, SIGUSR2 and the two realtime ones that ask for files; the third, for threads, is heard and ignored. */
export const dumpsByNumber: ReadonlyMap<number, Dump> = new Map([
  [10, 'data'],
  [12, 'stats'],
  [63, 'stats-clear'],
  [36, 'json'],
]);
