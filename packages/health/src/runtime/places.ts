// How many checks may be under way at once: few processes, as many streams as their memory allows, thousands that only wait.
import { totalmem } from 'node:os';
import { allowDescriptors } from '@vipward/sockets';
import type { Probe } from '../machine/checks.ts';
import type { JobSize } from './queue.ts';

/** For scripts: what a process costs is for the script to say. */
const processPlaces = 256;

/** A plain stream costs 11 to 18 KB while its server is silent: thousands that accept and then hang are found out side by side. */
const streamPlaces = 4096;

/** Bytes: 72 KB in a TLS handshake that hangs, 60 after it, 100 with HTTP/2 on top, 42 with HTTP/2 alone, as measured. */
const heavyCost = 100 * 1024;

/** How many checks of each size may be under way at once. `memory`: bytes that there are for all of this machine or container. */
export const usualPlaces = (memory: number = memoryHere()): Readonly<Record<JobSize, number>> => ({
  light: lightPlaces(),
  stream: streamPlaces,
  heavy: heavyPlaces(memory),
  process: processPlaces,
});

/** As many as plain streams where an eighth of the memory is enough for them: with 3.2 GB. */
const heavyPlaces = (memory: number): number =>
  Math.min(streamPlaces, Math.max(256, Math.floor(memory / 8 / heavyCost)));

/** A container that has no limit says 0, or more than there is. */
const memoryHere = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

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
      return checker.http2 ? heavyStream : plainStream;
    case 'SMTP_CHECK':
    case 'REDIS_CHECK':
    case 'MYSQL_CHECK':
    case 'PGSQL_CHECK':
      return plainStream;
  }
};

const packet = { first: 'light' } as const;
const script = { first: 'process' } as const;
const plainStream = { first: 'light', stream: 'stream' } as const;
const heavyStream = { first: 'light', stream: 'heavy' } as const;

/**
 * Half the descriptors that this process may have, and it sees to enough of them. Ten thousand servers that fall silent together
 * are found out within their own timeouts only if nobody waits for a place: 10,000 x connect_timeout / delay_loop are under
 * way at a time, and of the second attempts half of the places at most.
 */
const lightPlaces = (): number =>
  Math.min(mostLight, Math.max(processPlaces, Math.floor(allowDescriptors(2 * mostLight) / 2)));

/** The addon has 65,536 sockets, and a port for each connection to one address is taken from about 28,000. */
const mostLight = 24_576;
