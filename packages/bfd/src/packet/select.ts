// Which session a packet belongs to, and whether its session takes it from there (RFC 5880 section 6.8.6, RFC 5881, RFC 5883).
import { type IpAddress, ipEqual } from '@vipward/config/address';
import type { ControlPacket } from './packet.ts';
import type { Rejection } from './rejection.ts';

/** RFC 5881 section 4, RFC 5883 section 5. */
export const SINGLE_HOP_PORT = 3784;
export const MULTIHOP_PORT = 4784;
/** max_hops 255 (or -1): any TTL is taken. */
export const NO_TTL_CHECK = 255;

/** What reception needs to know of a session. */
export interface Target {
  readonly discriminator: number;
  readonly neighbor: IpAddress;
  readonly source?: IpAddress | undefined;
  readonly multihop: boolean;
  /** The TTL that is sent and, less `maxHops`, asked for: 255 and 0 are the security of RFC 5082. */
  readonly ttl: number;
  readonly maxHops: number;
}

export interface Arrival {
  readonly from: IpAddress;
  readonly to: IpAddress;
  /** The port it was sent to. */
  readonly port: number;
  readonly ttl: number;
}

export const portOf = ({ multihop }: Pick<Target, 'multihop'>): number => (multihop ? MULTIHOP_PORT : SINGLE_HOP_PORT);

/** The session by its discriminator or, as long as the sender does not know that, by the addresses; or why not. */
export const selectSession = <T extends Target>(
  sessions: Iterable<T>,
  { yourDiscriminator }: Pick<ControlPacket, 'yourDiscriminator'>,
  arrival: Arrival,
): { readonly session: T } | { readonly rejected: Rejection } => {
  const session = find(sessions, yourDiscriminator, arrival);
  if (!session) return { rejected: { kind: 'no-session', yourDiscriminator } };
  if (!ipEqual(session.neighbor, arrival.from)) return { rejected: { kind: 'source' } };
  if (portOf(session) !== arrival.port)
    return { rejected: { kind: 'port', received: arrival.port, expected: portOf(session) } };
  const least = session.ttl - session.maxHops;
  if (session.maxHops !== NO_TTL_CHECK && arrival.ttl < least)
    return { rejected: { kind: 'ttl', received: arrival.ttl, least } };
  return { session };
};

const find = <T extends Target>(sessions: Iterable<T>, discriminator: number, arrival: Arrival): T | undefined => {
  for (const session of sessions) {
    if (discriminator === 0 ? spokenTo(session, arrival) : session.discriminator === discriminator) return session;
  }
  return undefined;
};

const spokenTo = (session: Target, { from, to, port }: Arrival): boolean =>
  ipEqual(session.neighbor, from) &&
  portOf(session) === port &&
  (session.source === undefined || ipEqual(session.source, to));
