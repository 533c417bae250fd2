// `-S`: the table as command lines that `-R` reads.
import type { Destination, LvsTable, Service, ServiceKey, Tunnel } from '@vipward/netlink';
import { serviceFamily } from './draft.ts';
import { type Naming, portProtocol, showEndpoint, showMark, showMask } from './naming.ts';
import { writeSchedFlags } from './scheduler-flags.ts';

/** One line at a time, in the order given: each service followed by its servers. Thresholds are not saved. */
export function* saveTable(table: LvsTable, naming: Naming): Generator<string, void> {
  for (const { service, destinations } of table) {
    const name = serviceArguments(service.key, naming);
    yield `-A ${name} -s ${service.scheduler}${serviceOptions(service)}\n`;
    for (const destination of destinations) {
      const { address, port } = destination.key;
      const server = showEndpoint(naming, address, port, portProtocol(service.key));
      yield `-a ${name} -r ${server} ${serverOptions(destination)}\n`;
    }
  }
}

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

const serverOptions = ({ forwarding, weight, tunnel = { type: 'ipip' } }: Destination): string => {
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
