// The log as the runtime sees it, and a lid on lines that an outsider could make us write without end.
import type { Clock, Millis } from '@vipward/sockets';

/** Lines are keepalived's where it has them; `detail` is shown with -D only. */
export interface BfdLog {
  error(text: string): void;
  warning(text: string): void;
  info(text: string): void;
  detail(text: string): void;
}

/** The same text at most once per `interval`; different texts at most `burst` of them. */
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
