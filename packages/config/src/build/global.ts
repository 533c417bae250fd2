// global_defs: several of them merge into one.
import type { Block } from '../blocks/block.ts';
import type { GlobalDefs, Millis } from '../model.ts';
import type { Report } from '../source/report.ts';
import { readGlobalFields } from './global-fields.ts';
import { readGlobalWords } from './global-words.ts';
import { account, at, bool, find, findAll, has, number, present, text, valueIn, wordsOf } from './values.ts';

/** What instances take from global_defs when they say nothing themselves. */
export interface InstanceDefaults {
  readonly version?: 2 | 3;
  readonly garpMasterDelay: Millis;
  readonly garpMasterRepeat: number;
}

const SMTP_CONNECT_TIMEOUT = 30;
const GARP_DELAY = 5;
const GARP_REPEAT = 5;

export const buildGlobal = (block: Block, report: Report): GlobalDefs => {
  const version = number(block, 'vrrp_version');
  for (const statement of findAll(block, 'notification_email'))
    if (statement.body?.kind === 'words' && statement.body.words.length === 0)
      report('warning', 'empty-block', 'notification_email names nobody', at(statement));
  const iptables = find(block, 'vrrp_iptables');
  if (iptables !== undefined)
    report('warning', 'iptables-not-supported', 'iptables not supported, using nftables instead', at(iptables), {
      hint: 'write nftables in place of vrrp_iptables and vrrp_ipsets',
    });
  const server = valueIn(find(block, 'smtp_server'), 'host-port');
  const few = bool(block, 'vrrp_min_garp') ?? false;
  return {
    ...present('routerId', text(block, 'router_id')),
    ...present('scriptUser', account(block, 'script_user')),
    enableScriptSecurity: has(block, 'enable_script_security'),
    notificationEmail: wordsOf(block, 'notification_email').map((word) => word.text),
    ...present('notificationEmailFrom', text(block, 'notification_email_from')),
    ...present('smtpServer', server && { host: server.host, port: server.port }),
    smtpConnectTimeout: 1000 * atLeastOne(block, 'smtp_connect_timeout', SMTP_CONNECT_TIMEOUT, report),
    ...readGlobalFields(block),
    ...readGlobalWords(block, report),
    ...present<'vrrpVersion', 2 | 3>('vrrpVersion', version === 2 || version === 3 ? version : undefined),
    vrrpGarpMasterDelay: 1000 * (number(block, 'vrrp_garp_master_delay') ?? (few ? 0 : GARP_DELAY)),
    vrrpGarpMasterRepeat: atLeastOne(block, 'vrrp_garp_master_repeat', few ? 1 : GARP_REPEAT, report),
    vrrpGarpMasterRefreshRepeat: atLeastOne(block, 'vrrp_garp_master_refresh_repeat', 1, report),
  };
};

export const instanceDefaults = (global: GlobalDefs): InstanceDefaults => ({
  ...present<'version', 2 | 3>('version', global.vrrpVersion),
  garpMasterDelay: global.vrrpGarpMasterDelay ?? 1000 * GARP_DELAY,
  garpMasterRepeat: global.vrrpGarpMasterRepeat ?? GARP_REPEAT,
});

/** A number for which keepalived takes 1 when 0 is written, with an error. */
export const atLeastOne = (block: Block, name: string, fallback: number, report: Report): number => {
  const value = number(block, name) ?? fallback;
  const statement = find(block, name);
  if (value !== 0 || statement === undefined) return value;
  report('error', 'out-of-range', `${name} 0 is not possible; 1 is taken`, at(statement));
  return 1;
};
