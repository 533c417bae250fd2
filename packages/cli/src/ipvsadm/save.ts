// `-S`: the table as command lines that `-R` reads.
import type { Destination, Service, ServiceKey, Tunnel } from '@vipward/netlink';
import { serviceFamily } from './draft.ts';
import { type Naming, numericNaming, portProtocol, showEndpoint, showMark, showMask } from './naming.ts';
import type { RowTail } from './row-lines.ts';
import { writeSchedFlags } from './scheduler-flags.ts';

export const saveService = (service: Service, naming: Naming): string =>
  `-A ${serviceArguments(service.key, naming)} -s ${service.scheduler}${serviceOptions(service)}\n`;

/** Thresholds are not saved. */
export const saveDestination = ({ key }: Service, destination: Destination, naming: Naming): string => {
  const { address, port } = destination.key;
  const server = showEndpoint(naming, address, port, portProtocol(key));
  return `-a ${serviceArguments(key, naming)} -r ${server} ${serverOptions(destination)}\n`;
};

/** The form of a server's line with numbers, for writeRows(). */
export const savedRow = ({ key }: Service) => ({
  head: `-a ${serviceArguments(key, numericNaming)} -r `,
  width: 0,
  tail: (row: RowTail): string => ` ${serverOptions(row)}\n`,
});

const serviceArguments = (key: ServiceKey, naming: Naming): string => {
  if (key.kind === 'fwmark') return `-f ${showMark(key.mark)}${serviceFamily(key) === 6 ? ' -6' : ''}`;
  return `${protocolOptions[key.protocol]} ${showEndpoint(naming, key.address, key.port, portProtocol(key))}`;
};

const protocolOptions = { 6: '-t', 17: '-u', 132: '--sctp-service' } as const;

// `-b` may be followed by nothing (sh with flag-3 only); `-R` then refuses the line, as ipvsadm's does.
const serviceOptions = (service: Service): string => {
  const words: string[] = [];
  if (service.persistent) {
    words.push(`-p ${service.timeout}`);
    const mask = showMask(service);
    if (mask) words.push(`-M ${mask}`);
  }
  if (service.engine) words.push(`--pe ${service.engine}`);
  if (service.onePacket) words.push('-o');
  if (service.schedFlags !== 0) words.push(`-b ${writeSchedFlags(service.schedFlags, service.scheduler)}`);
  return words.map((word) => ` ${word}`).join('');
};

const serverOptions = ({
  forwarding,
  weight,
  tunnel = { type: 'ipip' },
}: Pick<Destination, 'forwarding' | 'weight' | 'tunnel'>): string => {
  const method = forwarding === 'masq' ? '-m' : forwarding === 'tunnel' ? '-i' : '-g';
  return `${method} -w ${weight}${forwarding === 'tunnel' ? ` ${tunnelOptions(tunnel)}` : ''}`;
};

const tunnelOptions = (tunnel: Tunnel): string => {
  switch (tunnel.type) {
    case 'ipip':
      return '--tun-type ipip';
    case 'gre':
      return `--tun-type gre --tun-${tunnel.checksum}`;
    case 'gue':
      return `--tun-type gue --tun-port ${tunnel.port} --tun-${tunnel.checksum}`;
  }
};
