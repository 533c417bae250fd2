// vrrp_instance, the rarer keywords: what is not written comes from global_defs, and what does not go together is said.
import { type IpAddress, ipKey } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { GlobalDefs, Route, Rule, VirtualAddress, VrrpInstance } from '../model.ts';
import { locationOf } from '../source/words.ts';
import { buildAddressLine, type LineContext } from './address-line.ts';
import { atLeastOne } from './global.ts';
import { readExtraGarp } from './global-words.ts';
import { reportContradictions } from './instance-contradictions.ts';
import { addressInFamily, type SpokenFamily } from './instance-family.ts';
import { buildRoute } from './route.ts';
import { buildRule } from './rule.ts';
import { buildTracked } from './tracked-lines.ts';
import {
  argsOf,
  at,
  bool,
  find,
  findAll,
  has,
  lastNumber,
  linesOf,
  number,
  present,
  script,
  scriptIn,
  seconds,
} from './values.ts';
import { buildAuthHmac, buildIpvlan, buildVmac } from './virtual-mac.ts';

/** What the rest of the instance has come to. */
export type Essentials = Pick<VrrpInstance, 'state' | 'priority' | 'nopreempt'> & {
  readonly version: 2 | 3;
  readonly spoken: SpokenFamily | undefined;
};

type Details = Partial<VrrpInstance>;

const OWNER = 255;
const FILE_WEIGHT = 254;
const DOWN_ADVERTS = 3;

export const buildInstanceDetails = (
  statement: Statement,
  block: Block,
  essentials: Essentials,
  global: GlobalDefs,
  lines: LineContext,
): Details => {
  const { report } = lines;
  const strict = bool(block, 'strict_mode') ?? global.vrrpStrict ?? false;
  reportContradictions(statement, block, strict, essentials, lines);
  return {
    excludedAddresses: buildExcluded(block, lines),
    virtualRoutes: buildRoutes(block, lines),
    virtualRules: buildRules(block, lines),
    trackFiles: buildTracked(linesOf(block, 'track_file'), 'file', report, FILE_WEIGHT),
    trackProcesses: buildTracked(linesOf(block, 'track_process'), 'process', report, FILE_WEIGHT),
    trackBfds: buildTracked(linesOf(block, 'track_bfd'), 'BFD session', report),
    ...present('authHmac', buildAuthHmac(block, report)),
    ...buildAddressing(block, essentials.spoken, global, lines),
    ...buildTimers(block, strict, essentials, global, lines),
    ...buildPolicy(block, strict, essentials, global),
    ...present('vmac', buildVmac(block, report)),
    ...present('ipvlan', buildIpvlan(block, report)),
    useVmacAddr: has(block, 'use_vmac_addr'),
    vmacXmitBase: has(block, 'vmac_xmit_base'),
    ...present('notifyDeleted', buildDeleted(block)),
    ...present('notifyMasterRxLowerPri', script(block, 'notify_master_rx_lower_pri')),
    ...present('notifyPriorityChanges', bool(block, 'notify_priority_changes')),
    ...present('smtpAlert', bool(block, 'smtp_alert')),
    linkbeatUsePolling: has(block, 'linkbeat_use_polling'),
    debug: number(block, 'debug') ?? 0,
  };
};

const buildExcluded = (block: Block, lines: LineContext): readonly VirtualAddress[] => {
  const addresses = new Map<string, VirtualAddress>();
  for (const line of linesOf(block, 'virtual_ipaddress_excluded')) {
    const found = buildAddressLine(line, 'vrrp_instance.virtual_ipaddress_excluded.<line>', lines);
    if (found === undefined) continue;
    const key = `${ipKey(found.address)} ${found.dev ?? ''}`;
    const before = addresses.get(key);
    if (before === undefined) addresses.set(key, found);
    else
      lines.report(
        'warning',
        'duplicate-address',
        `${ipKey(found.address)} is given twice; the first one counts`,
        found.at,
        {
          related: [{ at: before.at, message: 'the first one is here' }],
        },
      );
  }
  return [...addresses.values()];
};

const buildRoutes = (block: Block, { names, report }: LineContext): readonly Route[] =>
  linesOf(block, 'virtual_routes').flatMap(
    (line) => buildRoute(line, 'vrrp_instance.virtual_routes.<line>', names, report) ?? [],
  );

const buildRules = (block: Block, { names, report }: LineContext): readonly Rule[] =>
  linesOf(block, 'virtual_rules').flatMap(
    (line) => buildRule(line, 'vrrp_instance.virtual_rules.<line>', names, report) ?? [],
  );

const buildAddressing = (
  block: Block,
  spoken: SpokenFamily | undefined,
  global: GlobalDefs,
  { report }: LineContext,
): Details => {
  const destination = addressInFamily(block, 'mcast_dst_ip', spoken, report);
  const destinationAt = find(block, 'mcast_dst_ip');
  const usable = destination === undefined || isMulticast(destination);
  if (!usable && destinationAt !== undefined)
    report(
      'error',
      'not-multicast',
      `${ipKey(destination)} is not a multicast address; it is ignored`,
      at(destinationAt),
      {
        hint: 'IPv4: 224.0.0.0 to 239.255.255.255; IPv6: link-local, ff02::...',
      },
    );
  const old = argsOf(block, 'old_unicast_checksum');
  const [word] = old ?? [];
  if (word !== undefined && word.text !== 'never')
    report('error', 'bad-value', `"${word.text}" is not known here`, locationOf(word), {
      hint: 'it is never, or nothing',
    });
  return {
    ...present('multicastSourceIp', addressInFamily(block, 'mcast_src_ip', spoken, report)),
    ...present('multicastDestinationIp', usable && destination ? destination : globalGroup(spoken, global)),
    unicastFaultNoPeer: has(block, 'unicast_fault_no_peer'),
    ...present('unicastTtl', number(block, 'unicast_ttl')),
    ...present<'oldUnicastChecksum', 'always' | 'never'>(
      'oldUnicastChecksum',
      old && (word?.text === 'never' ? 'never' : 'always'),
    ),
    ...present('kernelRxBufSize', number(block, 'kernel_rx_buf_size')),
  };
};

// Of the family of the adverts; IPv4 when no address says it.
const globalGroup = (
  spoken: SpokenFamily | undefined,
  { vrrpMcastGroup4, vrrpMcastGroup6 }: GlobalDefs,
): IpAddress | undefined => (spoken?.family === 6 ? vrrpMcastGroup6 : vrrpMcastGroup4);

/** IPv6: of the link, since adverts never leave it. */
export const isMulticast = ({ family, bytes }: IpAddress): boolean => {
  const [first = 0, second = 0] = bytes;
  return family === 4 ? first >= 224 && first < 240 : first === 0xff && (second & 0x0f) === 2;
};

const buildTimers = (
  block: Block,
  strict: boolean,
  { nopreempt }: Essentials,
  global: GlobalDefs,
  { report }: LineContext,
): Details => {
  const expired = number(block, 'timer_expired_backup');
  const expiredAt = find(block, 'timer_expired_backup');
  if (expiredAt !== undefined && !nopreempt)
    report('warning', 'timer-without-effect', 'timer_expired_backup needs nopreempt; it is ignored', at(expiredAt));
  return {
    garpMasterRefresh:
      findAll(block, 'garp_master_refresh').length > 0
        ? 1000 * (lastNumber(block, 'garp_master_refresh') ?? 0)
        : (global.vrrpGarpMasterRefresh ?? 0),
    garpMasterRefreshRepeat: atLeastOne(
      block,
      'garp_master_refresh_repeat',
      global.vrrpGarpMasterRefreshRepeat ?? 1,
      report,
    ),
    garpLowerPrioDelay:
      seconds(block, 'garp_lower_prio_delay') ?? (strict ? 0 : (global.vrrpGarpLowerPrioDelay ?? 5000)),
    garpLowerPrioRepeat:
      number(block, 'garp_lower_prio_repeat') ?? (strict ? 0 : (global.vrrpGarpLowerPrioRepeat ?? 5)),
    ...present('garpExtraIf', readExtraGarp(find(block, 'garp_extra_if'), 0, report) ?? global.vrrpGarpExtraIf),
    downTimerAdverts: strict
      ? DOWN_ADVERTS
      : (number(block, 'down_timer_adverts') ?? global.vrrpDownTimerAdverts ?? DOWN_ADVERTS),
    ...present('timerExpiredBackup', nopreempt ? expired : undefined),
  };
};

const buildPolicy = (block: Block, strict: boolean, { priority }: Essentials, global: GlobalDefs): Details => {
  const accept = block.statements.findLast(({ row }) => row.name === 'accept' || row.name === 'no_accept');
  const owner = priority === OWNER;
  return {
    strict,
    accept: accept === undefined ? !strict || owner : accept.row.name === 'accept',
    dontTrackPrimary: has(block, 'dont_track_primary'),
    trackSrcIp: has(block, 'track_src_ip'),
    checkUnicastSource: has(block, 'check_unicast_src') || (global.vrrpCheckUnicastSrc ?? false),
    v3ChecksumAsV2: bool(block, 'v3_checksum_as_v2') ?? global.v3ChecksumAsV2 ?? false,
    // `skip_check_adv_addr off` still switches it on in keepalived; here off means off.
    skipCheckAdvAddr: bool(block, 'skip_check_adv_addr') ?? global.vrrpSkipCheckAdvAddr ?? false,
    noVirtualAddress: has(block, 'no_virtual_ipaddress'),
    promoteSecondaries: has(block, 'promote_secondaries') || has(block, 'use_vmac'),
    lowerPrioNoAdvert: bool(block, 'lower_prio_no_advert') ?? (strict || (global.vrrpLowerPrioNoAdvert ?? false)),
    higherPrioSendAdvert:
      bool(block, 'higher_prio_send_advert') ?? (!strict && (global.vrrpHigherPrioSendAdvert ?? false)),
    ownerIgnoreAdverts:
      owner && (bool(block, 'owner_ignore_adverts') ?? (strict || (global.vrrpOwnerIgnoreAdverts ?? false))),
  };
};

// Without a script the state alone is reported.
const buildDeleted = (block: Block): VrrpInstance['notifyDeleted'] | undefined => {
  const statement = find(block, 'notify_deleted');
  if (statement === undefined) return undefined;
  return present('script', scriptIn(statement)) ?? {};
};
