// Which real server an operator's word is about: names as ipvsadm and `vipward status` write them, and errors that say what there is.

export type OrderAction = 'drain' | 'undrain' | 'maintenance-on' | 'maintenance-off';

export interface Order {
  readonly action: OrderAction;
  /** `tcp 192.168.33.188:80`, `fwmark 7`, or without the protocol. */
  readonly service: string;
  /** `192.168.33.12:80`, or without the port. */
  readonly server: string;
}

export type OrderAnswer =
  | {
      readonly ok: true;
      readonly service: string;
      readonly server: string;
      /** False: it was so before. */
      readonly changed: boolean;
      /** What it is now: `drain`, `maintenance, by file`; '' for in service. */
      readonly condition: string;
      /** What an operator should know besides. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly code: OrderErrorCode; readonly message: string };

export type OrderErrorCode = 'ORDER_UNKNOWN_SERVICE' | 'ORDER_UNKNOWN_SERVER' | 'ORDER_AMBIGUOUS';

/** A virtual server as orders name it: one of the services of its block, with its real servers in order. */
export interface NamedService {
  /** serviceKeyId. */
  readonly service: string;
  /** destinationKeyIds, each at the place of its real server. */
  readonly servers: readonly string[];
}

export type Found =
  | { readonly ok: true; readonly service: number; readonly server: number }
  | Extract<OrderAnswer, { readonly ok: false }>;

/** The places of what `order` names in `services`. */
export const findOrdered = (services: readonly NamedService[], order: Pick<Order, 'service' | 'server'>): Found => {
  const matching = services.flatMap(({ service }, i) => (isNamed(service, order.service) ? [i] : []));
  const [place, ...others] = matching;
  if (place === undefined) {
    const known = listed(services.map(({ service }) => service));
    return refused('ORDER_UNKNOWN_SERVICE', `no virtual server ${order.service}; there is ${known}`);
  }
  if (others.length > 0) {
    const all = matching.map((i) => services[i]?.service ?? '');
    return refused('ORDER_AMBIGUOUS', `${order.service} may be ${all.join(' or ')}: say which`);
  }
  const { service = '', servers = [] } = services[place] ?? {};
  const found = servers.flatMap((server, i) => (isServer(server, order.server) ? [i] : []));
  const [server, ...more] = found;
  if (server === undefined) {
    const message = `no real server ${order.server} in ${service}; there is ${listed(servers)}`;
    return refused('ORDER_UNKNOWN_SERVER', message);
  }
  if (more.length > 0) {
    const all = found.map((i) => servers[i] ?? '');
    return refused('ORDER_AMBIGUOUS', `${order.server} in ${service} may be ${all.join(' or ')}: say which`);
  }
  return { ok: true, service: place, server };
};

const refused = (code: OrderErrorCode, message: string) => ({ ok: false, code, message }) as const;

/** The protocol may be left out, and of a mark the family. */
const isNamed = (service: string, asked: string): boolean =>
  service === asked ||
  (asked.includes(':') && service.endsWith(` ${asked}`)) ||
  (asked.startsWith('fwmark ') && service.startsWith(`${asked} `));

/** Without a port any; behind a mark the table has port 0, whatever port is written in the file. */
const isServer = (server: string, asked: string): boolean =>
  server === asked || addressOf(server) === asked || (server.endsWith(':0') && addressOf(server) === addressOf(asked));

const addressOf = (server: string): string => server.slice(0, server.lastIndexOf(':'));

const shownAtMost = 12;

const listed = (names: readonly string[]): string => {
  if (names.length === 0) return 'none';
  const more = names.length - shownAtMost;
  return `${names.slice(0, shownAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
