// How many checks may be under way at once: few of those that cost memory or a process, thousands of those that only wait.
import { readFileSync } from 'node:fs';
import type { Probe } from '../machine/checks.ts';

/** For checks with a stream, TLS or a process of their own. */
export const usualPlaces = 256;

/** One packet or one connection without a stream: while the server is silent, a descriptor is all that is held. */
export const isLight = ({ kind }: Probe): boolean =>
  kind === 'TCP_CHECK' || kind === 'UDP_CHECK' || kind === 'DNS_CHECK' || kind === 'PING_CHECK';

/**
 * Half the descriptors that this process may have. Ten thousand servers that fall silent together are found out within
 * their own timeouts only if nobody waits for a place: 10,000 x connect_timeout / delay_loop are under way at a time.
 */
export const lightPlaces = (): number => {
  const descriptors = Number(/^Max open files +(\d+)/m.exec(limits())?.[1] ?? 0);
  return Math.min(mostLight, Math.max(usualPlaces, Math.floor(descriptors / 2)));
};

/** The addon has 65,536 sockets, and a port for each connection to one address is taken from about 28,000. */
const mostLight = 24_576;

const limits = (): string => {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return ''; // no /proc: the usual number is safe
  }
};
