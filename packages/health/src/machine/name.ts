// The names of virtual and real servers in log lines, spelled as keepalived spells them.

import type { Forwarding, RealServer, SorryServer, VirtualServer } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import { destinationKeyId } from '@vipward/netlink';

/** `[192.168.33.188]:tcp:80`, `FWM 7`, or of all members of a group `[NAME]:0`. */
export const virtualServerName = (vs: VirtualServer): string => {
  if (vs.group !== undefined) return `[${vs.group}]:0`;
  return vs.target.kind === 'fwmark' ? `FWM ${vs.target.mark}` : endpoint(vs, vs.target.address, vs.target.port);
};

/** `[192.168.33.12]:tcp:80`; under a firewall mark there is no protocol: `[192.168.33.12]:none:0`. */
export const realServerName = (vs: VirtualServer, rs: RealServer): string => endpoint(vs, rs.address, rs.port);

export const sorryServerName = (vs: VirtualServer, sorry: SorryServer): string =>
  endpoint(vs, sorry.address, sorryServerPort(vs, sorry));

/** The sorry server's port: its own, or the service's where none is written. */
export const sorryServerPort = (vs: VirtualServer, sorry: SorryServer): number =>
  sorry.port === 0 && vs.target.kind === 'address' ? vs.target.port : sorry.port;

/** The port in the table: behind a mark a packet that is not translated keeps its own, whatever it is. */
export const destinationPort = (vs: VirtualServer, { kind }: Forwarding, port: number): number =>
  vs.target.kind === 'fwmark' && kind !== 'NAT' ? 0 : port;

/** destinationKeyId of a real server: `192.168.33.12:80` as the table and ipvsadm name it. */
export const realServerId = (vs: VirtualServer, { address, port, forwarding }: RealServer): string =>
  destinationKeyId({ address, port: destinationPort(vs, forwarding, port) });

export const sorryServerId = (vs: VirtualServer, sorry: SorryServer): string =>
  destinationKeyId({
    address: sorry.address,
    port: destinationPort(vs, sorry.forwarding, sorryServerPort(vs, sorry)),
  });

const endpoint = (vs: VirtualServer, address: IpAddress, port: number): string =>
  `[${formatIp(address)}]:${vs.protocol === undefined || vs.target.kind === 'fwmark' ? 'none' : vs.protocol.toLowerCase()}:${port}`;
