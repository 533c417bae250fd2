// Names of hosts and services, looked up only when a command line or a listing has one.
import { formatIp, type IpAddress } from '@vipward/config/address';
import { type Naming, numericNaming } from './naming.ts';
import type { NameNeeded } from './refusal.ts';
import { type KnownNames, portKey } from './values.ts';

export interface NameService {
  /** The first IPv4 address of a host. */
  addressOf(host: string): Promise<IpAddress | undefined>;
  hostOf(address: IpAddress): Promise<string | undefined>;
  ports(): Promise<PortNames>;
}

/** /etc/services, by portKey(): `http/tcp` to 80 and `80/tcp` to http. */
export interface PortNames {
  readonly numbers: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
}

/** The names that command lines have asked for so far. */
export class LearntNames implements KnownNames {
  readonly hosts = new Map<string, IpAddress | undefined>();
  readonly ports = new Map<string, number | undefined>();
  readonly #service: NameService;

  constructor(service: NameService) {
    this.#service = service;
  }

  /** Afterwards the name is known, if only as one that does not exist. */
  async learn(needed: NameNeeded): Promise<void> {
    if (needed.kind === 'host-needed') {
      this.hosts.set(needed.host, await this.#service.addressOf(needed.host));
    } else {
      const key = portKey(needed.service, needed.protocol);
      this.ports.set(key, (await this.#service.ports()).numbers.get(key));
    }
  }
}

/** Looks up the names of addresses for listings, each of them once. */
export class AddressNames {
  readonly #service: NameService;
  readonly #hosts = new Map<string, string>();

  constructor(service: NameService) {
    this.#service = service;
  }

  /** A naming that knows these addresses and all that were asked for before. */
  async naming(addresses: readonly IpAddress[]): Promise<Naming> {
    const unknown = new Map(
      addresses.map((address) => [formatIp(address), address] as const).filter(([text]) => !this.#hosts.has(text)),
    );
    const lookUp = async ([text, address]: readonly [string, IpAddress]): Promise<void> => {
      this.#hosts.set(text, (await this.#service.hostOf(address)) ?? text);
    };
    const [{ names }] = await Promise.all([this.#service.ports(), ...[...unknown].map(lookUp)]);
    return {
      numeric: false,
      host: (address) => this.#hosts.get(formatIp(address)) ?? formatIp(address),
      port: (port, protocol) => names.get(portKey(String(port), protocol)) ?? numericNaming.port(port, protocol),
    };
  }
}

/** Reads the lines of services(5); the first entry of a number or name counts. */
export const parseServices = (text: string): PortNames => {
  const numbers = new Map<string, number>();
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, place = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const [, number, protocol] = /^(\d+)\/(\w+)$/.exec(place) ?? [];
    if (name === undefined || number === undefined || protocol === undefined) continue;
    if (!names.has(portKey(number, protocol))) names.set(portKey(number, protocol), name);
    for (const known of [name, ...aliases]) {
      if (!numbers.has(portKey(known, protocol))) numbers.set(portKey(known, protocol), Number(number));
    }
  }
  return { numbers, names };
};
