// `-L -c`: lines of /proc/net/ip_vs_conn as ipvsadm shows them.
import type { IpAddress } from '@vipward/config/address';
import { type Naming, showEndpoint } from './naming.ts';

export interface Connection {
  /** TCP, UDP, SCTP or IP, as the kernel prints it. */
  readonly protocol: string;
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly server: Endpoint;
  readonly state: string;
  /** Seconds. */
  readonly expires: number;
  readonly engine: string;
  readonly engineData: string;
}

export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
}

/** One line after the header; undefined when it makes no sense. Numbers are hexadecimal but for the expiry. */
export const parseConnection = (line: string): Connection | undefined => {
  const [protocol, from, fromPort, to, toPort, by, byPort, state, expires, engine, ...data] = line.trim().split(/\s+/);
  const client = readEndpoint(from, fromPort);
  const virtual = readEndpoint(to, toPort);
  const server = readEndpoint(by, byPort);
  if (protocol === undefined || !client || !virtual || !server || !state || !/^-?\d+$/.test(expires ?? '')) {
    return undefined;
  }
  const rest = { engine: engine ?? '', engineData: data[0] ?? '' };
  return { protocol, client, virtual, server, state, expires: Number(expires), ...rest };
};

const readEndpoint = (address = '', port = ''): Endpoint | undefined => {
  const digits = address.replaceAll(/[:[\]]/g, '');
  if (!/^(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{32})$/.test(digits) || !/^[0-9a-fA-F]{1,4}$/.test(port)) return undefined;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return { address: { family: bytes.length === 4 ? 4 : 6, bytes }, port: Number.parseInt(port, 16) };
};

export const connectionsHeader = (engineData: boolean): string =>
  `IPVS connection entries\n` +
  `pro expire state       source             virtual            destination` +
  `${engineData ? '        pe name          pe_data' : ''}\n`;

export const formatConnection = (connection: Connection, naming: Naming, engineData: boolean): string => {
  const { protocol, state, expires, engine } = connection;
  const show = ({ address, port }: Endpoint): string =>
    showEndpoint(naming, address, port, protocol === 'IP' ? '' : protocol.toLowerCase());
  const start = `${protocol.padEnd(3)} ${minutes(expires).padEnd(6)} ${state.padEnd(11)}`;
  const ends = `${show(connection.client).padEnd(18)} ${show(connection.virtual).padEnd(18)}`;
  const server = show(connection.server);
  if (!engineData || engine === '') return `${start} ${ends} ${server}\n`;
  return `${start} ${ends} ${server.padEnd(16)} ${engine.padEnd(18)} ${connection.engineData}\n`;
};

const minutes = (seconds: number): string =>
  [Math.trunc(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
