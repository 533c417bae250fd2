// keepalived.json: instances and their counts with keepalived's field names, in json_version 1. Pure.
import type { Config, Script } from '@vipward/config';
import type { InstanceDetails } from '@vipward/vrrp';
import { stateNumber } from './state-words.ts';
import { errorsOf } from './vrrp-statistics.ts';
import { addressText, scriptText } from './words.ts';

/** One line, as keepalived writes it. */
export const jsonText = ({ vrrpScripts }: Pick<Config, 'vrrpScripts'>, details: readonly InstanceDetails[]): string =>
  // keepalived's slashes are escaped; to a parser it is the same text.
  `${JSON.stringify(details.map((one) => ({ data: dataOf(one, commands(vrrpScripts, one)), stats: statsOf(one) }))).replaceAll('/', '\\/')}\n`;

/** The commands of what is tracked, not its names. */
const commands = (scripts: Config['vrrpScripts'], { instance }: InstanceDetails): readonly string[] =>
  instance.trackScripts.flatMap(({ name }) => {
    const found = scripts.find((one) => one.name === name);
    return found === undefined ? [] : [scriptText(found.script)];
  });

const dataOf = (
  { status, instance, machine, lastTransition }: InstanceDetails,
  trackScripts: readonly string[],
): object => {
  const master = status.role === 'master';
  const { virtualAddresses, excludedAddresses = [], interfaceName } = instance;
  const state = stateNumber(status.role);
  return {
    iname: instance.name,
    dont_track_primary: bit(instance.dontTrackPrimary),
    skip_check_adv_addr: bit(instance.skipCheckAdvAddr),
    strict_mode: bit(instance.strict),
    vmac_ifname: instance.vmac?.name ?? '',
    ifp_ifname: interfaceName,
    master_priority: status.master?.priority ?? 0,
    last_transition: (lastTransition ?? 0) / 1000,
    garp_delay: machine.garpMasterDelay / 1000,
    garp_refresh: machine.garpRefresh / 1000,
    garp_rep: machine.garpMasterRepeat,
    garp_refresh_rep: machine.garpRefreshRepeat,
    garp_lower_prio_delay: machine.garpLowerPrioDelay / 1000,
    garp_lower_prio_rep: machine.garpLowerPrioRepeat,
    lower_prio_no_advert: bit(machine.lowerPrioNoAdvert),
    higher_prio_send_advert: bit(machine.higherPrioSendAdvert),
    vrid: status.virtualRouterId,
    base_priority: machine.priority,
    effective_priority: status.priority,
    vipset: master,
    promote_secondaries: instance.promoteSecondaries ?? false,
    adver_int: machine.advertInterval / 1000,
    master_adver_int: machine.advertInterval / 1000,
    accept: bit(instance.accept !== false),
    nopreempt: machine.nopreempt,
    preempt_delay: machine.preemptDelay / 1000,
    state,
    wantstate: state,
    version: status.version,
    smtp_alert: instance.smtpAlert ?? false,
    notify_deleted: instance.notifyDeleted !== undefined,
    ...script('script_backup', instance.notifyBackup),
    ...script('script_master', instance.notifyMaster),
    ...script('script_fault', instance.notifyFault),
    ...script('script_stop', instance.notifyStop),
    ...script('script', instance.notify),
    ...list(
      'vips',
      virtualAddresses.map((one) => addressText(one, interfaceName, master)),
    ),
    ...list(
      'evips',
      excludedAddresses.map((one) => addressText(one, interfaceName, master)),
    ),
    ...list(
      'track_ifp',
      instance.trackInterfaces.map(({ name }) => name),
    ),
    ...list('track_script', trackScripts),
    auth_type: { none: 0, PASS: 1, AH: 2 }[status.version === 2 ? (instance.authentication?.type ?? 'none') : 'none'],
  };
};

const statsOf = ({ tally, status }: InstanceDetails): object => {
  const errors = errorsOf(status.advertsRejected);
  return {
    advert_rcvd: tally.received,
    advert_sent: tally.sent,
    become_master: tally.becameMaster,
    release_master: tally.releasedMaster,
    packet_len_err: errors.length,
    advert_interval_err: errors.interval,
    ip_ttl_err: errors.ttl,
    invalid_type_rcvd: errors.type,
    addr_list_err: errors.addresses,
    invalid_authtype: errors.unknownAuthentication,
    authtype_mismatch: errors.otherAuthentication,
    auth_failure: errors.failedAuthentication,
    pri_zero_rcvd: tally.priorityZeroReceived,
    pri_zero_sent: tally.priorityZeroSent,
  };
};

const bit = (is: boolean | undefined): 0 | 1 => (is ? 1 : 0);
const script = (field: string, value: Script | undefined): object =>
  value === undefined ? {} : { [field]: scriptText(value) };
const list = (field: string, values: readonly string[]): object => (values.length === 0 ? {} : { [field]: values });
