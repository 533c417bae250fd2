// How many checks may be under way at once: few of those that cost memory or a process, thousands of those that only wait.
import { allowDescriptors } from '@vipward/sockets';
import type { Probe } from '../machine/checks.ts';

/** For checks with a stream, TLS or a process of their own. */
export const usualPlaces = 256;

/** One packet or one connection without a stream: while the server is silent, a descriptor is all that is held. */
export const isLight = ({ kind }: Probe): boolean =>
  kind === 'TCP_CHECK' || kind === 'UDP_CHECK' || kind === 'DNS_CHECK' || kind === 'PING_CHECK';

/**
 * Half the descriptors that this process may have, and it sees to enough of them. Ten thousand servers that fall silent together
 * are found out within their own timeouts only if nobody waits for a place: 10,000 x connect_timeout / delay_loop are under
 * way at a time, and of the second attempts half of the places at most.
 */
export const lightPlaces = (): number =>
  Math.min(mostLight, Math.max(usualPlaces, Math.floor(allowDescriptors(2 * mostLight) / 2)));

/** The addon has 65,536 sockets, and a port for each connection to one address is taken from about 28,000. */
const mostLight = 24_576;
