// How many checks may be under way at once: few of those that cost memory or a process, thousands of those that only wait.
import { allowDescriptors } from '@vipward/sockets';
import type { Probe } from '../machine/checks.ts';
import type { JobSize } from './queue.ts';

/** For checks with TLS, HTTP/2, a library's client or a process of their own. */
const heavyPlaces = 256;

/** A plain stream costs 5 to 18 KB while its server is silent, where one of TLS costs 80: thousands that accept and then hang are found out side by side. */
const streamPlaces = 4096;

/** How many checks of each size may be under way at once. */
export const usualPlaces = (): Readonly<Record<JobSize, number>> => ({
  light: lightPlaces(),
  stream: streamPlaces,
  heavy: heavyPlaces,
});

/** The size of a check as it begins, and `stream`: from when the server has accepted its connection, which costs little before. */
export const sizesOf = (checker: Probe): { readonly first: JobSize; readonly stream?: JobSize } => {
  switch (checker.kind) {
    case 'TCP_CHECK':
    case 'UDP_CHECK':
    case 'DNS_CHECK':
    case 'PING_CHECK':
      return packet;
    case 'MISC_CHECK':
      return script;
    case 'SSL_GET':
    case 'GRPC_CHECK':
      return heavyStream;
    case 'HTTP_GET':
      return checker.http2 || checker.urls.some(({ request }) => request !== undefined) ? heavyStream : plainStream;
    case 'SMTP_CHECK':
    case 'REDIS_CHECK':
    case 'MYSQL_CHECK':
    case 'PGSQL_CHECK':
      return plainStream;
  }
};

const packet = { first: 'light' } as const;
const script = { first: 'heavy' } as const;
const plainStream = { first: 'light', stream: 'stream' } as const;
const heavyStream = { first: 'light', stream: 'heavy' } as const;

/**
 * Half the descriptors that this process may have, and it sees to enough of them. Ten thousand servers that fall silent together
 * are found out within their own timeouts only if nobody waits for a place: 10,000 x connect_timeout / delay_loop are under
 * way at a time, and of the second attempts half of the places at most.
 */
const lightPlaces = (): number =>
  Math.min(mostLight, Math.max(heavyPlaces, Math.floor(allowDescriptors(2 * mostLight) / 2)));

/** The addon has 65,536 sockets, and a port for each connection to one address is taken from about 28,000. */
const mostLight = 24_576;
