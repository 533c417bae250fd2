// global_defs: the IPVS table, its sync daemon, and notifies of real servers at the start.
import { bool, flag, words } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const lvs: readonly RowText[] = [
  {
    name: 'lvs_timeouts',
    grammar: words('{tcp|tcpfin|udp uint[0..2678400] s}...'),
    default: 'kernel values',
    help: 'IPVS connection timeouts',
    acted: true,
  },
  { name: 'lvs_flush', grammar: flag, default: 'off', help: 'clear the IPVS table at start', acted: true },
  {
    name: 'lvs_flush_on_stop',
    grammar: words('[VS]', 0),
    default: 'off',
    help: 'clear the table at stop; VS = remove services without removing real servers first',
    acted: true,
  },
  {
    name: 'lvs_flush_onstop',
    grammar: words('[VS]', 0),
    default: 'off',
    help: 'deprecated spelling of lvs_flush_on_stop',
    aliasOf: 'lvs_flush_on_stop',
    deprecated: 'lvs_flush_on_stop',
    quietlyDeprecated: true,
    acted: true,
  },
  {
    name: 'lvs_sync_daemon',
    grammar: words(
      'IFNAME(max 15) [[inst] INSTANCE] [id uint 0..255] [maxlen uint 1..65507] [port uint 1..65535] [ttl uint 1..255] [group MCAST-IP]',
    ),
    repeat: 'first',
    default: 'none; id = VRID of the instance or 0',
    help: 'IPVS connection sync daemon; old form IFNAME INSTANCE [SYNCID] accepted (SYNCID form reports an error but works)',
    acted: true,
  },
];

export const startOfServers: readonly RowText[] = [
  {
    name: 'rs_init_notifies',
    grammar: bool,
    default: 'off',
    help: 'run notify_up for real servers that start up',
    acted: true,
  },
];
