// `-L --timeout` and `-L --daemon`: timeouts and sync daemons as text.
import { formatIp } from '@vipward/config/address';
import type { IpvsTimeouts, SyncDaemon } from '@vipward/netlink';

export const formatTimeouts = ({ tcp, tcpFin, udp }: IpvsTimeouts): string =>
  `Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`;

/** Kernels before 4.3 report neither length nor group; what is not there is left out. */
export const formatDaemon = ({ kind, interfaceName, syncId, maxLength, group, port, ttl }: SyncDaemon): string => {
  const fields = [
    `mcast=${interfaceName}`,
    `syncid=${syncId}`,
    ...(maxLength === undefined ? [] : [`maxlen=${maxLength}`]),
    ...(group === undefined ? [] : [`group=${formatIp(group)}`]),
    ...(port === undefined ? [] : [`port=${port}`]),
    ...(ttl === undefined ? [] : [`ttl=${ttl}`]),
  ];
  return `${kind} sync daemon (${fields.join(', ')})\n`;
};
