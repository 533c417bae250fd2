// The table of ipvsadm's commands and options: their names, whether they take a value, and who reads it.
import type { CommandName, OptionName } from './matrix.ts';
import * as read from './readers.ts';
import { vocabularyOf } from './words.ts';

interface Named {
  readonly long: string;
  readonly short?: string;
}

/** `option` is the name in messages and in the matrix; a row without it may stand anywhere, any number of times. */
export type Row =
  | (Named & { readonly command: CommandName | 'help' | 'version'; readonly value: 'none' })
  | (Named & { readonly command: CommandName; readonly value: 'required'; readonly take: read.Take })
  | (Named & { readonly option?: OptionName; readonly value: 'none'; readonly take?: read.Take<undefined> })
  | (Named & { readonly option: OptionName; readonly value: 'required'; readonly take: read.Take })
  | (Named & { readonly option: OptionName; readonly value: 'optional'; readonly take: read.Take<string | undefined> });

const startDaemon = read.daemonKind('illegal start-daemon parameter specified');
const stopDaemon = read.daemonKind('illegal start_daemon specified');

export const rows: readonly Row[] = [
  { long: 'add-service', short: 'A', value: 'none', command: 'add-service' },
  { long: 'edit-service', short: 'E', value: 'none', command: 'edit-service' },
  { long: 'delete-service', short: 'D', value: 'none', command: 'delete-service' },
  { long: 'clear', short: 'C', value: 'none', command: 'flush' },
  { long: 'list', short: 'L', value: 'none', command: 'list' },
  { long: 'list', short: 'l', value: 'none', command: 'list' },
  { long: 'add-server', short: 'a', value: 'none', command: 'add-server' },
  { long: 'edit-server', short: 'e', value: 'none', command: 'edit-server' },
  { long: 'delete-server', short: 'd', value: 'none', command: 'delete-server' },
  { long: 'set', value: 'none', command: 'set' },
  { long: 'start-daemon', value: 'required', command: 'start-daemon', take: startDaemon },
  { long: 'stop-daemon', value: 'required', command: 'stop-daemon', take: stopDaemon },
  { long: 'restore', short: 'R', value: 'none', command: 'restore' },
  { long: 'save', short: 'S', value: 'none', command: 'save' },
  { long: 'zero', short: 'Z', value: 'none', command: 'zero' },
  { long: 'help', short: 'h', value: 'none', command: 'help' },
  { long: 'version', short: 'v', value: 'none', command: 'version' },

  { long: 'tcp-service', short: 't', value: 'required', option: 'service-address', take: read.addressService(6) },
  { long: 'udp-service', short: 'u', value: 'required', option: 'service-address', take: read.addressService(17) },
  { long: 'sctp-service', value: 'required', option: 'service-address', take: read.addressService(132) },
  { long: 'fwmark-service', short: 'f', value: 'required', option: 'service-address', take: read.markService },
  { long: 'ipv6', short: '6', value: 'none', take: read.markIsIp6 },
  { long: 'scheduler', short: 's', value: 'required', option: 'scheduler', take: read.scheduler },
  { long: 'sched-flags', short: 'b', value: 'required', option: 'sched-flags', take: read.schedFlags },
  { long: 'persistent', short: 'p', value: 'optional', option: 'persistent', take: read.persistence },
  { long: 'netmask', short: 'M', value: 'required', option: 'netmask', take: read.netmask },
  { long: 'pe', value: 'required', option: 'pe', take: read.engine },
  { long: 'ops', short: 'o', value: 'none', option: 'ops' },

  { long: 'real-server', short: 'r', value: 'required', option: 'real-server', take: read.realServer },
  { long: 'gatewaying', short: 'g', value: 'none', option: 'forwarding-method', take: read.forwarding('route') },
  { long: 'ipip', short: 'i', value: 'none', option: 'forwarding-method', take: read.forwarding('tunnel') },
  { long: 'masquerading', short: 'm', value: 'none', option: 'forwarding-method', take: read.forwarding('masq') },
  { long: 'tun-type', value: 'required', option: 'tun-type', take: read.tunnelType },
  { long: 'tun-port', value: 'required', option: 'tun-port', take: read.tunnelPort },
  { long: 'tun-nocsum', value: 'none', option: 'tun-nocsum' },
  { long: 'tun-csum', value: 'none', option: 'tun-csum' },
  { long: 'tun-remcsum', value: 'none', option: 'tun-remcsum' },
  { long: 'weight', short: 'w', value: 'required', option: 'weight', take: read.weight },
  { long: 'u-threshold', short: 'x', value: 'required', option: 'u-threshold', take: read.upperThreshold },
  { long: 'l-threshold', short: 'y', value: 'required', option: 'l-threshold', take: read.lowerThreshold },

  { long: 'numeric', short: 'n', value: 'none', option: 'numeric' },
  { long: 'connection', short: 'c', value: 'none', option: 'connection' },
  { long: 'timeout', value: 'none', option: 'timeout' },
  { long: 'daemon', value: 'none', option: 'daemon' },
  { long: 'stats', value: 'none', option: 'stats' },
  { long: 'rate', value: 'none', option: 'rate' },
  { long: 'thresholds', value: 'none', option: 'thresholds' },
  { long: 'persistent-conn', value: 'none', option: 'persistent-conn' },
  { long: 'tun-info', value: 'none', option: 'tun-info' },
  { long: 'exact', value: 'none', option: 'exact' },
  { long: 'nosort', value: 'none', option: 'nosort' },
  { long: 'sort', value: 'none' },

  { long: 'syncid', value: 'required', option: 'syncid', take: read.syncId },
  { long: 'sync-maxlen', value: 'required', option: 'sync-maxlen', take: read.syncMaxLength },
  { long: 'mcast-interface', value: 'required', option: 'mcast-interface', take: read.multicastInterface },
  { long: 'mcast-group', value: 'required', option: 'mcast-group', take: read.multicastGroup },
  { long: 'mcast-port', value: 'required', option: 'mcast-port', take: read.multicastPort },
  { long: 'mcast-ttl', value: 'required', option: 'mcast-ttl', take: read.multicastTtl },
];

export const vocabulary = vocabularyOf<Row>(rows);
