// A table as lines of `ipvsadm -Sn`, for comparing it with what was saved while keepalived ran.
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { Destination, LvsTable, Service, ServiceKey } from '@vipward/netlink';

export const saveLines = (table: LvsTable): readonly string[] =>
  table.flatMap(({ service, destinations }) => [
    `-A ${keyText(service.key)} -s ${service.scheduler}${flags(service)}`,
    ...destinations.map((destination) => destinationLine(service.key, destination)),
  ]);

const keyText = (key: ServiceKey): string => {
  if (key.kind === 'fwmark') return `-f ${key.mark}${key.family === 6 ? ' -6' : ''}`;
  return `-${key.protocol === 6 ? 't' : key.protocol === 17 ? 'u' : '-sctp-service'} ${endpoint(key.address, key.port)}`;
};

const flags = ({ key, persistent, timeout, netmask, onePacket, engine }: Service): string => {
  const family = key.kind === 'address' ? key.address.family : key.family;
  const full = family === 4 ? 0xffffffff : 128;
  const octets = [24, 16, 8, 0].map((shift) => (netmask >>> shift) & 255).join('.');
  return [
    persistent ? ` -p ${timeout}` : '',
    netmask === full ? '' : ` -M ${family === 4 ? octets : netmask}`,
    engine && ` --pe ${engine}`,
    onePacket ? ' -o' : '',
  ].join('');
};

const destinationLine = (
  key: ServiceKey,
  { key: { address, port }, forwarding, weight, tunnel, ...rest }: Destination,
): string => {
  const letter = { masq: 'm', route: 'g', tunnel: 'i', local: 'g', bypass: 'b' }[forwarding];
  const tun = tunnel === undefined ? '' : ` --tun-type ${tunnel.type}`;
  const gue = tunnel?.type === 'gue' ? ` --tun-port ${tunnel.port}` : '';
  const checksum = tunnel === undefined || tunnel.type === 'ipip' ? '' : ` --tun-${tunnel.checksum}`;
  const limits =
    rest.upperThreshold || rest.lowerThreshold ? ` -x ${rest.upperThreshold} -y ${rest.lowerThreshold}` : '';
  return `-a ${keyText(key)} -r ${endpoint(address, port)} -${letter} -w ${weight}${limits}${tun}${gue}${checksum}`;
};

const endpoint = (address: IpAddress, port: number): string =>
  address.family === 6 ? `[${formatIp(address)}]:${port}` : `${formatIp(address)}:${port}`;
