// A lid on log lines that an outsider could make us write without end.
import type { Clock, Millis } from './clock.ts';

/** Hands on the same text at most once per `interval`, and of different texts at most `burst`. */
export const limitLines = (clock: Clock, write: (text: string) => void, interval: Millis, burst = 20) => {
  let since = clock.now();
  let seen = new Set<string>();
  return (text: string): void => {
    if (clock.now() - since >= interval) {
      since = clock.now();
      seen = new Set();
    }
    if (seen.has(text) || seen.size >= burst) return;
    seen.add(text);
    write(text);
  };
};
