// keepalived.data: the state of VRRP on SIGUSR1, line for line as keepalived writes it, without what has no meaning here. Pure.
import type { Config, TrackedItem, VrrpScript, VrrpSyncGroup } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { InstanceDetails } from '@vipward/vrrp';
import { groupState, stateWord } from './state-words.ts';
import { addressText, momentText, scriptLine, scriptText, trueFalse } from './words.ts';

export const vrrpLines = (
  { syncGroups = [], vrrpScripts }: Pick<Config, 'syncGroups' | 'vrrpScripts'>,
  details: readonly InstanceDetails[],
): readonly string[] => [
  '------< VRRP Topology >------',
  ...details.flatMap((one) => instanceLines(one, groupOf(syncGroups, one.instance.name))),
  ...section(
    'VRRP Sync groups',
    syncGroups.flatMap((group) => groupLines(group, details)),
  ),
  ...section(
    'VRRP Scripts',
    vrrpScripts.flatMap((script) => trackScriptLines(script, details)),
  ),
];

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`------< ${title} >------`, ...lines];

const groupOf = (groups: readonly VrrpSyncGroup[], member: string): string | undefined =>
  groups.find(({ members }) => members.includes(member))?.name;

const instanceLines = (details: InstanceDetails, group: string | undefined): readonly string[] => {
  const { status, instance, machine, source, down, waiting, masterDownInterval, lastTransition } = details;
  const master = status.role === 'master';
  const unicast = instance.unicastPeers.length > 0;
  const configured = instance.unicastSourceIp ?? instance.multicastSourceIp;
  return [
    ` VRRP Instance = ${instance.name}`,
    `   VRRP Version = ${status.version}`,
    ...(group === undefined ? [] : [`   Sync group = ${group}`]),
    ...(status.family === 6 ? ['   Using Native IPv6'] : []),
    `   State = ${stateWord(status.role)}`,
    ...(unicast ? ['   Flags:', '     Using unicast'] : ['   Flags: none']),
    `   Wantstate = ${stateWord(status.role)}`,
    `   Number of interface and track script faults = ${down.length}`,
    `   Number of track scripts init = ${waiting}`,
    ...(lastTransition === undefined ? [] : [`   Last transition = ${momentText(lastTransition)}`]),
    `   Master down timer = ${Math.floor(masterDownInterval * 1000)} usecs`,
    ...(status.master === undefined
      ? []
      : [`   Master router = ${status.master.address}`, `   Master priority = ${status.master.priority}`]),
    `   Interface = ${instance.interfaceName}`,
    `   Using src_ip = ${source === undefined ? '(none)' : formatIp(source)}${configured ? ' (from configuration)' : ''}`,
    ...(unicast ? [] : [`   Multicast address ${status.family === 6 ? 'ff02::12' : '224.0.0.18'}`]),
    `   Gratuitous ARP delay = ${machine.garpMasterDelay / 1000}`,
    `   Gratuitous ARP repeat = ${machine.garpMasterRepeat}`,
    `   Gratuitous ARP refresh = ${machine.garpRefresh / 1000}`,
    `   Gratuitous ARP refresh repeat = ${machine.garpRefreshRepeat}`,
    `   Gratuitous ARP lower priority delay = ${machine.garpLowerPrioDelay / 1000}`,
    `   Gratuitous ARP lower priority repeat = ${machine.garpLowerPrioRepeat}`,
    `   Down timer adverts = ${machine.downTimerAdverts}`,
    `   Send advert after receive lower priority advert = ${trueFalse(!machine.lowerPrioNoAdvert)}`,
    `   Send advert after receive higher priority advert = ${trueFalse(machine.higherPrioSendAdvert)}`,
    `   Virtual Router ID = ${status.virtualRouterId}`,
    `   Priority = ${machine.priority}`,
    `   Effective priority = ${status.priority}`,
    `   Total priority = ${status.priority}`,
    `   Advert interval = ${status.version === 3 ? `${machine.advertInterval} milli-sec` : `${machine.advertInterval / 1000} sec`}`,
    `   Accept = ${instance.accept === false ? 'disabled' : 'enabled'}`,
    `   Preempt = ${machine.nopreempt ? 'disabled' : 'enabled'}`,
    ...(machine.preemptDelay > 0 ? [`   Preempt delay = ${machine.preemptDelay / 1000} secs`] : []),
    `   Promote_secondaries = ${instance.promoteSecondaries ? 'enabled' : 'disabled'}`,
    ...(status.version === 2
      ? [`   Authentication type = ${authentication[instance.authentication?.type ?? 'none']}`]
      : []),
    `   Virtual IP (${instance.virtualAddresses.length}):`,
    ...instance.virtualAddresses.map((one) => `     ${addressText(one, instance.interfaceName, master)}`),
    ...addressBlock('Virtual IP Excluded', details),
    ...(unicast
      ? ['   Unicast Peer :', ...instance.unicastPeers.map(({ address }) => `     ${formatIp(address)}`)]
      : []),
    ...trackedBlock('Tracked interfaces', instance.trackInterfaces),
    ...trackedBlock('Tracked scripts', instance.trackScripts),
    ...trackedBlock('Tracked files', instance.trackFiles),
    `   Using smtp notification = ${instance.smtpAlert ? 'yes' : 'no'}`,
    `   Notify deleted = ${instance.notifyDeleted === undefined ? 'Fault' : 'Deleted'}`,
    ...scriptLine('Backup state transition', instance.notifyBackup),
    ...scriptLine('Master state transition', instance.notifyMaster),
    ...scriptLine('Fault state transition', instance.notifyFault),
    ...scriptLine('Stop state transition', instance.notifyStop),
    ...scriptLine('Generic state transition', instance.notify),
    `   Notify priority changes = ${trueFalse(instance.notifyPriorityChanges)}`,
  ];
};

// The password itself stays in the configuration: a dump is shown around.
const authentication = { none: 'none', PASS: 'SIMPLE_PASSWORD', AH: 'IPSEC_AH' } as const;

const addressBlock = (label: string, { instance, status }: InstanceDetails): readonly string[] => {
  const { excludedAddresses = [], interfaceName } = instance;
  if (excludedAddresses.length === 0) return [];
  const lines = excludedAddresses.map((one) => `     ${addressText(one, interfaceName, status.role === 'master')}`);
  return [`   ${label} :`, ...lines];
};

const trackedBlock = (label: string, items: readonly TrackedItem[] = []): readonly string[] =>
  items.length === 0 ? [] : [`   ${label} :`, ...items.map(({ name, weight = 0 }) => `     ${name} weight ${weight}`)];

const groupLines = (group: VrrpSyncGroup, details: readonly InstanceDetails[]): readonly string[] => {
  const members = details.filter(({ instance }) => group.members.includes(instance.name));
  return [
    ` VRRP Sync Group = ${group.name}, ${groupState(members.map(({ status }) => status.role))}`,
    '   VRRP member instances :',
    ...group.members.map((name) => `     ${name}`),
    `   Using smtp notification = ${group.smtpAlert ? 'yes' : 'no'}`,
    ...scriptLine('Backup state transition', group.notifyBackup),
    ...scriptLine('Fault state transition', group.notifyFault),
    ...scriptLine('Master state transition', group.notifyMaster),
    ...scriptLine('Stop state transition', group.notifyStop),
    ...scriptLine('Generic state transition', group.notify),
  ];
};

const trackScriptLines = (script: VrrpScript, details: readonly InstanceDetails[]): readonly string[] => {
  const tracking = details.filter(({ instance }) => instance.trackScripts.some(({ name }) => name === script.name));
  const failed = tracking.some(({ down }) => down.includes(`script ${script.name}`));
  return [
    ` VRRP Script = ${script.name}`,
    `   Command = ${scriptText(script.script)}`,
    `   Interval = ${script.interval / 1000} sec`,
    `   Weight = ${script.weight}`,
    `   Rise = ${script.rise ?? 1}`,
    `   Fall = ${script.fall ?? 1}`,
    `   Init state = ${script.initFail ? 'failed' : 'unknown'}`,
    ...(tracking.length === 0 ? [] : [`   Status = ${failed ? 'BAD' : 'GOOD'}`, '   Tracking instances :']),
    ...tracking.map(({ instance }) => `     ${instance.name}, weight ${weightIn(instance.trackScripts, script)}`),
  ];
};

const weightIn = (items: readonly TrackedItem[], script: VrrpScript): number =>
  items.find(({ name }) => name === script.name)?.weight ?? script.weight;
