// The JSON form of a table: its schema, how a table becomes one, and how one becomes a table.
import { formatIp, parseIp } from '@vipward/config/address';
import {
  type Destination,
  destinationKeyId,
  type LvsTable,
  type Service,
  serviceKeyId,
  type TableEntry,
} from '@vipward/netlink';
import * as z from 'zod';
import { schedulerFlagBit, schedulerFlagNames } from './words.ts';

const address = z.string().refine((text) => parseIp(text) !== undefined, 'is no IP address');
const port = z.int().min(0).max(65_535);
const count = z.int().min(0).max(0xffff_ffff);

const tunnel = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ipip') }),
  z.strictObject({ type: z.literal('gre'), checksum: z.enum(['nocsum', 'csum']) }),
  z.strictObject({ type: z.literal('gue'), port: port.min(1), checksum: z.enum(['nocsum', 'csum', 'remcsum']) }),
]);

const destination = z
  .strictObject({
    address,
    port,
    forwarding: z.enum(['masq', 'local', 'tunnel', 'route', 'bypass']),
    weight: z.int().min(0).max(0x7fff_ffff),
    upperThreshold: count.default(0),
    lowerThreshold: count.default(0),
    tunnel: tunnel.optional(),
  })
  .refine((it) => it.tunnel === undefined || it.forwarding === 'tunnel', {
    path: ['tunnel'],
    error: 'goes only with forwarding "tunnel"',
  })
  // The kernel refuses it (ERANGE), also where there is no upper one.
  .refine((it) => it.lowerThreshold <= it.upperThreshold, {
    path: ['lowerThreshold'],
    error: 'is above upperThreshold',
  });

const service = z.strictObject({
  /** Either protocol, address and port, or fwmark and family. */
  protocol: z.enum(['tcp', 'udp', 'sctp']).optional(),
  address: address.optional(),
  port: port.optional(),
  fwmark: count.min(1).optional(),
  family: z.enum(['ipv4', 'ipv6']).optional(),
  scheduler: z.string().regex(/^[\w-]{1,15}$/, 'is no name of a scheduler'),
  schedulerFlags: z.array(z.string()).default([]),
  onePacket: z.boolean().default(false),
  persistence: z
    .strictObject({
      /** Seconds. */
      timeout: z
        .int()
        .min(1)
        .max(31 * 86_400),
      /** IPv4: a mask such as 255.255.255.0; IPv6: a prefix length. */
      netmask: z.union([address, z.int().min(1).max(128)]).optional(),
      engine: z.string().min(1).max(15).optional(),
    })
    .optional(),
  destinations: z.array(destination).default([]),
});

const document = z.strictObject({
  format: z.literal('vipward-ipvs'),
  version: z.literal(1),
  services: z.array(service),
});

export type SavedTable = z.input<typeof document>;
type SavedService = z.output<typeof service>;
type SavedDestination = z.output<typeof destination>;

/** What is wrong and where: `services[0].destinations[2].weight`. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

export const toSaved = (table: LvsTable): SavedTable => ({
  format: 'vipward-ipvs',
  version: 1,
  services: table.map(({ service: it, destinations }) => ({
    ...savedKey(it),
    scheduler: it.scheduler,
    ...(it.schedFlags === 0 ? {} : { schedulerFlags: schedulerFlagNames(it) }),
    ...(it.onePacket ? { onePacket: true } : {}),
    ...(it.persistent ? { persistence: savedPersistence(it) } : {}),
    destinations: destinations.map(savedDestination),
  })),
});

/** Every finding, or the table; nothing of a document with findings is used. */
export const fromSaved = (value: unknown): LvsTable | { readonly findings: readonly Finding[] } => {
  const parsed = document.safeParse(value);
  if (!parsed.success) {
    return { findings: parsed.error.issues.map(({ path, message }) => ({ path: pathText(path), message })) };
  }
  const findings: Finding[] = [];
  const known = new Map<string, string>();
  const table = parsed.data.services.flatMap((saved, i): TableEntry[] => {
    const at = `services[${i}]`;
    const found = (where: string, message: string): void => void findings.push({ path: `${at}${where}`, message });
    const entry = readService(saved, found);
    if (entry === undefined) return [];
    const id = serviceKeyId(entry.service.key);
    const before = known.get(id);
    if (before !== undefined) found('', `is ${id} once more: see ${before}`);
    known.set(id, before ?? at);
    return [entry];
  });
  return findings.length > 0 ? { findings } : table;
};

type Found = (where: string, message: string) => void;

const readService = (saved: SavedService, found: Found): TableEntry | undefined => {
  const key = readKey(saved, found);
  if (key === undefined) return undefined;
  const family = key.kind === 'fwmark' ? key.family : key.address.family;
  const bits = saved.schedulerFlags.map((name, i) => {
    const bit = schedulerFlagBit(name, saved.scheduler);
    if (bit === undefined) found(`.schedulerFlags[${i}]`, `${saved.scheduler} has no flag "${name}"`);
    return bit ?? 0;
  });
  const none = family === 4 ? 0xffff_ffff : 128;
  const known = new Set<string>();
  const destinations = saved.destinations.map((it, i): Destination => {
    const entry = readDestination(it);
    const id = destinationKeyId(entry.key);
    if (known.has(id)) found(`.destinations[${i}]`, `is ${id} once more`);
    known.add(id);
    if (entry.key.address.family !== family && entry.forwarding !== 'tunnel')
      found(`.destinations[${i}].address`, 'is of another family than the service, which only tunnels can cross');
    return entry;
  });
  return {
    service: {
      key,
      scheduler: saved.scheduler,
      persistent: saved.persistence !== undefined,
      onePacket: saved.onePacket,
      schedFlags: bits.reduce((all, bit) => all | (1 << bit), 0),
      timeout: saved.persistence?.timeout ?? 0,
      netmask: readNetmask(saved.persistence?.netmask, family, found) ?? none,
      engine: saved.persistence?.engine ?? '',
    },
    destinations,
  };
};

const readKey = (saved: SavedService, found: Found): Service['key'] | undefined => {
  const ip = saved.address === undefined ? undefined : parseIp(saved.address);
  if (saved.fwmark !== undefined) {
    if (saved.protocol !== undefined || saved.port !== undefined || ip !== undefined) {
      found('.fwmark', 'stands for the whole service: protocol, address and port must not be there');
      return undefined;
    }
    return { kind: 'fwmark', mark: saved.fwmark, family: saved.family === 'ipv6' ? 6 : 4 };
  }
  if (saved.family !== undefined) found('.family', 'goes only with fwmark; an address says it itself');
  if (saved.protocol === undefined || ip === undefined || saved.port === undefined) {
    found('', 'needs protocol, address and port, or fwmark');
    return undefined;
  }
  return { kind: 'address', protocol: protocolNumbers[saved.protocol], address: ip, port: saved.port };
};

const protocolNumbers = { tcp: 6, udp: 17, sctp: 132 } as const;
const protocolNames = { 6: 'tcp', 17: 'udp', 132: 'sctp' } as const;

const readNetmask = (saved: string | number | undefined, family: 4 | 6, found: Found): number | undefined => {
  if (saved === undefined) return undefined;
  const mask = typeof saved === 'string' ? parseIp(saved) : undefined;
  if (family === 6 && typeof saved === 'number') return saved;
  if (family === 4 && mask?.family === 4) return new DataView(mask.bytes.buffer, mask.bytes.byteOffset).getUint32(0);
  found('.persistence.netmask', family === 4 ? 'is no mask such as 255.255.255.0' : 'is no prefix length of 1 to 128');
  return undefined;
};

const readDestination = (saved: SavedDestination): Destination => ({
  key: { address: parseIp(saved.address) ?? unreadable(saved.address), port: saved.port },
  forwarding: saved.forwarding,
  weight: saved.weight,
  upperThreshold: saved.upperThreshold,
  lowerThreshold: saved.lowerThreshold,
  ...(saved.tunnel === undefined ? {} : { tunnel: saved.tunnel }),
});

// The schema has looked at it already.
const unreadable = (text: string): never => {
  throw new Error(`${text} is no IP address`);
};

const savedKey = ({
  key,
}: Service): Pick<SavedTable['services'][number], 'protocol' | 'address' | 'port' | 'fwmark' | 'family'> =>
  key.kind === 'fwmark'
    ? { fwmark: key.mark, family: key.family === 6 ? 'ipv6' : 'ipv4' }
    : { protocol: protocolNames[key.protocol], address: formatIp(key.address), port: key.port };

const savedPersistence = ({ key, timeout, netmask, engine }: Service) => {
  const family = key.kind === 'fwmark' ? key.family : key.address.family;
  const bytes = Uint8Array.of(netmask >>> 24, netmask >>> 16, netmask >>> 8, netmask);
  const shown = family === 6 ? netmask : formatIp({ family: 4, bytes });
  return {
    timeout,
    ...(netmask === (family === 6 ? 128 : 0xffff_ffff) ? {} : { netmask: shown }),
    ...(engine === '' ? {} : { engine }),
  };
};

const savedDestination = (it: Destination): z.input<typeof destination> => ({
  address: formatIp(it.key.address),
  port: it.key.port,
  forwarding: it.forwarding,
  weight: it.weight,
  ...(it.upperThreshold === 0 ? {} : { upperThreshold: it.upperThreshold }),
  ...(it.lowerThreshold === 0 ? {} : { lowerThreshold: it.lowerThreshold }),
  ...(it.tunnel === undefined ? {} : { tunnel: it.tunnel }),
});

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`),
    '',
  );
