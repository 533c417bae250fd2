// Departures to and from JSON, for the restart that comes in between. A file's content is not trusted.
import { formatIp, parseIp } from '@vipward/config/address';
import type { Destination, Tunnel } from '@vipward/netlink';
import type { Millis } from '@vipward/sockets';
import type { Departure } from './departure.ts';

export const departuresToJson = (leaving: readonly Departure[]): unknown =>
  leaving.map(({ service, destination: { key, ...rest }, until }) => ({
    service,
    address: formatIp(key.address),
    port: key.port,
    ...rest,
    until,
  }));

/** Those that make sense. The times count from the machine's start, so that one of another boot is over soon or now. */
export const departuresFromJson = (json: unknown): readonly Departure[] =>
  Array.isArray(json) ? json.map(departureFrom).filter((one) => one !== undefined) : [];

const departureFrom = (json: unknown): Departure | undefined => {
  if (typeof json !== 'object' || json === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const { service } = fields;
  const address = typeof fields.address === 'string' ? parseIp(fields.address) : undefined;
  const port = within(fields.port, 0xffff);
  const forwarding = forwardings.find((one) => one === fields.forwarding);
  const until = within(fields.until, Number.MAX_SAFE_INTEGER);
  if (typeof service !== 'string' || address === undefined || port === undefined) return undefined;
  if (forwarding === undefined || until === undefined) return undefined;
  const tunnel = tunnelFrom(fields.tunnel);
  const destination: Destination = {
    key: { address, port },
    forwarding,
    weight: 0,
    upperThreshold: within(fields.upperThreshold, 0xffffffff) ?? 0,
    lowerThreshold: within(fields.lowerThreshold, 0xffffffff) ?? 0,
    ...(tunnel === undefined ? {} : { tunnel }),
  };
  return { service, destination, until };
};

const forwardings = ['masq', 'route', 'tunnel'] as const;

const tunnelFrom = (json: unknown): Tunnel | undefined => {
  if (typeof json !== 'object' || json === null || !('type' in json)) return undefined;
  if (json.type === 'ipip') return { type: 'ipip' };
  const checksum = 'checksum' in json ? json.checksum : undefined;
  if (json.type === 'gre' && (checksum === 'csum' || checksum === 'nocsum')) return { type: 'gre', checksum };
  const port = 'port' in json ? within(json.port, 0xffff) : undefined;
  if (json.type !== 'gue' || port === undefined) return undefined;
  return checksum === 'csum' || checksum === 'nocsum' || checksum === 'remcsum'
    ? { type: 'gue', port, checksum }
    : undefined;
};

const within = (json: unknown, maximum: Millis): number | undefined =>
  typeof json === 'number' && json >= 0 && json <= maximum ? json : undefined;
