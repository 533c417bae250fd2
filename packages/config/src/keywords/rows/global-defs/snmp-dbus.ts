// global_defs: SNMP and D-Bus.
import { flag, seconds, text } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const snmpAndDbus: readonly RowText[] = [
  {
    name: 'snmp_socket',
    grammar: text('ADDR'),
    repeat: 'first',
    default: 'unix:/var/agentx/master',
    help: 'AgentX master socket',
    acted: true,
  },
  { name: 'enable_traps', grammar: flag, default: 'off', help: 'send SNMP traps', acted: true },
  { name: 'enable_snmp_vrrp', grammar: flag, default: 'off', help: 'vrrp part of the KEEPALIVED MIB', acted: true },
  {
    name: 'enable_snmp_keepalived',
    grammar: flag,
    default: 'off',
    help: 'deprecated alias of enable_snmp_vrrp',
    aliasOf: 'enable_snmp_vrrp',
    deprecated: 'enable_snmp_vrrp',
    quietlyDeprecated: true,
    acted: true,
  },
  { name: 'enable_snmp_rfc', grammar: flag, default: 'off', help: 'both RFC MIBs', acted: true },
  { name: 'enable_snmp_rfcv2', grammar: flag, default: 'off', help: 'RFC2787 MIB', acted: true },
  { name: 'enable_snmp_rfcv3', grammar: flag, default: 'off', help: 'RFC6527 MIB', acted: true },
  {
    name: 'enable_snmp_checker',
    grammar: flag,
    default: 'off',
    help: 'checker part of the KEEPALIVED MIB',
    acted: true,
  },
  {
    name: 'snmp_vs_stats_update_interval',
    grammar: seconds(0.001, 30),
    default: '5',
    help: 'how stale virtual server counters may be',
    acted: true,
  },
  {
    name: 'snmp_rs_stats_update_interval',
    grammar: seconds(0.001, 30),
    default: 'the vs interval',
    help: 'how stale real server counters may be',
    acted: true,
  },
  { name: 'enable_dbus', grammar: flag, default: 'off', help: 'D-Bus interface' },
  { name: 'dbus_service_name', grammar: text('NAME'), default: 'org.keepalived.Vrrp1', help: 'bus name' },
  {
    name: 'dbus_no_interface_name',
    grammar: text('NAME'),
    default: 'none (the word)',
    help: 'path element for instances without interface',
  },
];
