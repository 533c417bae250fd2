// The first part of every data file: global definitions, in keepalived's lines as far as they mean something here. Pure.
import type { Config, GlobalDefs } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { trueFalse } from './words.ts';

export const globalLines = ({ global, process }: Pick<Config, 'global' | 'process'>): readonly string[] => [
  '------< Global definitions >------',
  ` Network namespace = ${process?.netNamespace ?? '(default)'}`,
  ...named('Instance name', process?.instance),
  ...named('Router ID', global.routerId),
  ` Default smtp_alert = ${threeWay(global.smtpAlert)}`,
  ` Default smtp_alert_vrrp = ${threeWay(global.smtpAlertVrrp)}`,
  ` Default smtp_alert_checker = ${threeWay(global.smtpAlertChecker)}`,
  ` Checkers log all failures = ${trueFalse(global.checkerLogAllFailures)}`,
  ` Dynamic interfaces = ${trueFalse(global.dynamicInterfaces !== undefined)}`,
  ` LVS flush = ${trueFalse(global.lvsFlush)}`,
  ` VRRP notify priority changes = ${trueFalse(global.vrrpNotifyPriorityChanges)}`,
  ` VRRP IPv4 mcast group = ${global.vrrpMcastGroup4 === undefined ? '224.0.0.18' : formatIp(global.vrrpMcastGroup4)}`,
  ` VRRP IPv6 mcast group = ${global.vrrpMcastGroup6 === undefined ? 'ff02::12' : formatIp(global.vrrpMcastGroup6)}`,
  ` VRRP default protocol version = ${global.vrrpVersion ?? 2}`,
  ` VRRP skip check advert addresses = ${trueFalse(global.vrrpSkipCheckAdvAddr)}`,
  ` VRRP strict mode = ${trueFalse(global.vrrpStrict)}`,
  ` Max auto priority = ${global.maxAutoPriority ?? 0}`,
  ` Min auto priority delay = ${global.minAutoPriorityDelay ?? 1_000_000} usecs`,
  ...scheduled('VRRP', global.vrrpPriority, global.vrrpRtPriority, global.vrrpCpuAffinity),
  ...scheduled(
    'Checker',
    global.checkerPriority,

    global.checkerRtPriority,
    global.checkerCpuAffinity,
  ),
  ...scheduled('BFD', global.bfdPriority, global.bfdRtPriority, global.bfdCpuAffinity),
  ` Script security ${global.enableScriptSecurity ? 'enabled' : 'disabled'}`,
  ...(global.umask === undefined ? [] : [` umask = 0${global.umask.toString(8)}`]),
];

const scheduled = (
  who: string,
  nice = 0,
  realtime = 0,
  cpus: GlobalDefs['vrrpCpuAffinity'] = undefined,
): readonly string[] => [
  ` ${who} process priority = ${nice}`,
  ` ${who} don't swap = false`,
  ` ${who} realtime priority = ${realtime}`,
  ...(cpus === undefined ? [] : [` ${who} CPU Affinity = ${cpus.join(' ')} `]),
];

const named = (label: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [` ${label} = ${value}`];

const threeWay = (value: boolean | undefined): string => (value === undefined ? 'unset' : value ? 'on' : 'off');
