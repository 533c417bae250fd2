// The signals that ask for dumps, heard from the first moment on.
import { onSignalNumber } from '@vipward/sockets';
import type { Dump } from '../dump/dump.ts';
import { dumpsByNumber, realtimeSignals } from './signals.ts';

export type HearDumps = (call: (dump: Dump) => void) => void;

/** From the first moment on, since the default actions end the process; what comes before somebody hears it means nothing. */
export const listenForDumps = (): HearDumps => {
  let call = (_: Dump): void => {};
  for (const [number, dump] of dumpsByNumber) onSignalNumber(number, () => call(dump));
  for (const number of realtimeSignals) onSignalNumber(number, () => {});
  return (next) => {
    call = next;
  };
};
