// Signals that Node does not hear: the realtime signals, which have no name there, and SIGUSR1 under --disable-sigusr1.
import { addon } from './addon.ts';
import { succeed } from './errno.ts';

/** Calls for every signal of this number, as long as the process lives; it does not keep it alive. Throws SocketError, AddonError. */
export function onSignalNumber(number: number, call: () => void): void {
  succeed('sigaction', addon().onSignal(number, call));
}
