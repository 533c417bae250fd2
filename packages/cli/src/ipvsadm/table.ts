// `-L`: the table in its six forms.
import type { Destination, DestinationEntry, IpvsInfo, ServiceEntry, Stats, Tunnel } from '@vipward/netlink';
import type { TableForm } from './command.ts';
import { serviceFamily } from './draft.ts';
import { type Naming, portProtocol, showEndpoint, showMark, showMask } from './naming.ts';
import type { RowTail } from './row-lines.ts';
import { writeSchedFlags } from './scheduler-flags.ts';

export interface TableOptions {
  readonly form: TableForm;
  readonly naming: Naming;
  readonly exact: boolean;
}

/** `IP Virtual Server version 1.2.1 (size=4096)` */
export const formatTitle = ({ version, connectionTableSize }: IpvsInfo): string =>
  `IP Virtual Server version ${formatVersion(version)} (size=${connectionTableSize})\n`;

const formatVersion = (version: number): string => [version >> 16, (version >> 8) & 0xff, version & 0xff].join('.');

/** The two header lines. */
export const formatHeader = (form: TableForm): string => headers[form];

/** The form of a server's line without names or counters, for writeRows(). */
export const plainRow = {
  head: '  -> ',
  width: 28,
  tail: (row: RowTail): string => ` ${plainColumns(row).join(' ')}\n`,
} as const;

const remote = '  -> RemoteAddress:Port';
const local = 'Prot LocalAddress:Port';
const headers: Readonly<Record<TableForm, string>> = {
  plain: `${local} Scheduler Flags\n${remote}           Forward Weight ActiveConn InActConn\n`,
  stats: `${local}               Conns   InPkts  OutPkts  InBytes OutBytes\n${remote}\n`,
  rate: `${local}                 CPS    InPPS   OutPPS    InBPS   OutBPS\n${remote}\n`,
  thresholds: `${local}            Uthreshold Lthreshold ActiveConn InActConn \n${remote}\n`,
  'persistent-conn': `${local}            Weight    PersistConn ActiveConn InActConn \n${remote}\n`,
  'tun-info': `${local} Scheduler Flags\n${remote}           Forward TunnelInfo    Weight ActiveConn InActConn\n`,
};

export const formatService = (service: ServiceEntry, options: TableOptions): string => {
  const name = `${label(service).padEnd(4)} ${serviceName(service, options.naming)}`;
  return isCounterForm(options.form)
    ? `${name.padEnd(33)}${counters(service.stats, options)}\n`
    : `${name} ${service.scheduler}${traits(service)}\n`;
};

const label = ({ key }: ServiceEntry): string => (key.kind === 'fwmark' ? 'FWM' : labels[key.protocol]);
const labels = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' } as const;

const serviceName = ({ key }: ServiceEntry, naming: Naming): string =>
  key.kind === 'fwmark'
    ? `${showMark(key.mark)}${serviceFamily(key) === 6 ? ' IPv6' : ''}`
    : cut(showEndpoint(naming, key.address, key.port, portProtocol(key)), key.address.family, naming);

// Names of IPv4 hosts are cut where the next column begins; IPv6 and numbers push it to the right.
const cut = (name: string, family: 4 | 6, { numeric }: Naming): string =>
  family === 4 && !numeric ? name.slice(0, nameWidth) : name;
const nameWidth = 28;

const traits = (service: ServiceEntry): string => {
  const words: string[] = [];
  if (service.schedFlags !== 0) words.push(`(${writeSchedFlags(service.schedFlags, service.scheduler)})`);
  if (service.persistent) {
    words.push(`persistent ${service.timeout}`);
    const mask = showMask(service);
    if (mask) words.push(`mask ${mask}`);
    if (service.engine) words.push(`pe ${service.engine}`);
  }
  if (service.onePacket) words.push('ops');
  return words.map((word) => ` ${word}`).join('');
};

export const formatDestination = ({ key }: ServiceEntry, entry: DestinationEntry, options: TableOptions): string => {
  const { address, port } = entry.key;
  const shown = cut(showEndpoint(options.naming, address, port, portProtocol(key)), address.family, options.naming);
  const name = `  -> ${shown.padEnd(nameWidth)}`;
  return isCounterForm(options.form)
    ? `${name}${counters(entry.stats, options)}\n`
    : `${name} ${columns(entry, options.form).join(' ')}\n`;
};

const isCounterForm = (form: TableForm): form is 'stats' | 'rate' => form === 'stats' || form === 'rate';

const columns = (entry: DestinationEntry, form: Exclude<TableForm, 'stats' | 'rate'>): string[] => {
  const { weight, upperThreshold, lowerThreshold } = entry;
  const { activeConnections, inactiveConnections, persistentConnections } = entry;
  const connections = [pad(activeConnections, 10), pad(inactiveConnections, 10)];
  switch (form) {
    case 'plain':
      return plainColumns(entry);
    case 'thresholds':
      return [pad(upperThreshold, 10), pad(lowerThreshold, 10), ...connections];
    case 'persistent-conn':
      return [pad(weight, 9), pad(persistentConnections, 11), ...connections];
    case 'tun-info':
      return [pad(methods[entry.forwarding], 7), pad(tunnelInfo(entry), 13), pad(weight, 6), ...connections];
  }
};

const plainColumns = ({ forwarding, weight, activeConnections, inactiveConnections }: RowTail): string[] => [
  pad(methods[forwarding], 7),
  pad(weight, 6),
  pad(activeConnections, 10),
  pad(inactiveConnections, 10),
];

const pad = (value: number | string, width: number): string => String(value).padEnd(width);

const methods = { masq: 'Masq', local: 'Local', tunnel: 'Tunnel', route: 'Route', bypass: 'Bypass' } as const;

const tunnelInfo = ({ forwarding, tunnel = { type: 'ipip' } }: Destination): string =>
  forwarding === 'tunnel' ? describeTunnel(tunnel) : 'n/a';

const describeTunnel = (tunnel: Tunnel): string => {
  switch (tunnel.type) {
    case 'ipip':
      return 'ipip';
    case 'gre':
      return `gre:${checksums[tunnel.checksum]}`;
    case 'gue':
      return `gue:${tunnel.port}:${checksums[tunnel.checksum]}`;
  }
};
const checksums = { nocsum: '-c', csum: '+c', remcsum: 'r+c' } as const;

const counters = (stats: Stats, { form, exact }: TableOptions): string => {
  const { connections, inPackets, outPackets, inBytes, outBytes, cps, inPps, outPps, inBps, outBps } = stats;
  const numbers =
    form === 'rate' ? [cps, inPps, outPps, inBps, outBps] : [connections, inPackets, outPackets, inBytes, outBytes];
  return numbers.map((number) => ` ${(exact ? String(number) : formatLarge(number)).padStart(8)}`).join('');
};

/** A counter in at most 8 columns: cut off, not rounded, with K, M, G or T. */
export const formatLarge = (number: bigint): string => {
  if (number < 10n ** 8n) return String(number);
  if (number < 10n ** 9n) return `${number / 10n ** 3n}K`;
  if (number < 10n ** 11n) return `${number / 10n ** 6n}M`;
  return number < 10n ** 14n ? `${number / 10n ** 9n}G` : `${number / 10n ** 12n}T`;
};
