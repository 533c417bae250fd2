// The names of a service and a real server on a command line, as the daemon is asked for them. Pure.
import { formatIp, parseIp } from '@vipward/config/address';

export interface NameOptions {
  readonly tcpService?: string;
  readonly udpService?: string;
  readonly sctpService?: string;
  readonly fwmarkService?: string;
  readonly realServer?: string;
}

export interface Names {
  /** Undefined: wherever the server stands. */
  readonly service: string | undefined;
  readonly server: string;
}

/**
 * The names, or what is wrong with them. `words` stand without an option: SERVICE SERVER, or one of them beside -r or -t. An
 * address alone is a server in all services.
 */
export const readNames = (words: readonly string[], options: NameOptions): Names | string => {
  const rest = [...words];
  const services = servicesOf(options);
  if (services.length > 1) return 'one service at a time: -t, -u, --sctp-service or -f';
  const isHost = services.length === 0 && (rest.length === 0 || (rest.length === 1 && isAddress(rest[0] ?? '')));
  const host = isHost ? (options.realServer ?? rest.shift()) : undefined;
  if (host !== undefined && rest.length === 0) {
    const server = canonicalEndpoint(host);
    return server === undefined ? noServer(host) : { service: undefined, server };
  }
  const service = services[0] ?? plainService(rest);
  if (service === undefined) return 'which service? -t ADDRESS:PORT, or SERVICE as `vipward status` shows it';
  const server = options.realServer ?? rest.shift();
  if (server === undefined) return 'which real server? -r ADDRESS:PORT';
  if (rest.length > 0) return `what is ${rest.join(' ')}? A service and a real server are enough`;
  const named = { service: canonicalService(service), server: canonicalEndpoint(server) };
  if (named.service === undefined) return `${service} is no service: ADDRESS:PORT, tcp:ADDRESS:PORT or fwmark:MARK`;
  if (named.server === undefined) return noServer(server);
  return { service: named.service, server: named.server };
};

const noServer = (text: string): string => `${text} is no real server: ADDRESS or ADDRESS:PORT`;

const isAddress = (text: string): boolean => parseIp(text) !== undefined;

const servicesOf = ({ tcpService, udpService, sctpService, fwmarkService }: NameOptions): readonly string[] => [
  ...(tcpService === undefined ? [] : [`tcp ${tcpService}`]),
  ...(udpService === undefined ? [] : [`udp ${udpService}`]),
  ...(sctpService === undefined ? [] : [`sctp ${sctpService}`]),
  ...(fwmarkService === undefined ? [] : [`fwmark ${fwmarkService}`]),
];

/** `tcp 1.2.3.4:80` is one word when quoted and two when not. */
const plainService = (words: string[]): string | undefined => {
  const first = words.shift();
  if (first === undefined || !/^(tcp|udp|sctp|fwmark)$/i.test(first)) return first;
  const second = words.shift();
  return second === undefined ? undefined : `${first} ${second}`;
};

const canonicalService = (text: string): string | undefined => {
  const [, protocol, rest = text] = /^(tcp|udp|sctp|fwmark)[ :](.+)$/is.exec(text) ?? [];
  const kind = protocol?.toLowerCase();
  if (kind === 'fwmark') return /^\d+( ipv[46])?$/.test(rest) ? `fwmark ${rest}` : undefined;
  const endpoint = canonicalEndpoint(rest);
  if (endpoint === undefined || !/:\d+$/.test(endpoint)) return undefined;
  return kind === undefined ? endpoint : `${kind} ${endpoint}`;
};

/** As the daemon writes it: `192.168.33.12:80`, `[2001:db8::1]:80`; without the port where none is given. */
const canonicalEndpoint = (text: string): string | undefined => {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const [, host = text, port] = bracketed ?? (parseIp(text) === undefined ? (/^(.*):(\d+)$/.exec(text) ?? []) : []);
  const address = parseIp(host);
  if (address === undefined || (port !== undefined && Number(port) > 65535)) return undefined;
  const shown = address.family === 4 ? formatIp(address) : `[${formatIp(address)}]`;
  return port === undefined ? shown : `${shown}:${Number(port)}`;
};
