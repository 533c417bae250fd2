// What an instance's configuration means for the machine and on the wire.
import type { VirtualAddress, VrrpInstance, VrrpScript } from '@vipward/config';
import { type IpAddress, type IpFamily, ipKey } from '@vipward/config/address';
import type { Advert } from '../advert/advert.ts';
import { vrrpGroup } from '../advert/groups.ts';
import type { Expectation } from '../advert/receive.ts';
import { AUTH_AH, AUTH_NONE, AUTH_SIMPLE, passwordBytes } from '../advert/v2.ts';
import { type ChecksumFlavour, MAX_INTERVAL_CENTIS } from '../advert/v3.ts';
import type { MachineConfig, Tracked } from '../machine/model.ts';
import { DOWN_TIMER_ADVERTS } from '../machine/timing.ts';
import { groupKey } from '../sync/decide.ts';
import { bfdKey, fileKey, processKey } from '../track/weights.ts';

/** The address count is one byte (RFC 3768 section 5.3.5): further addresses are set, but not advertised. */
const MAX_ADVERTISED = 255;

/** IPv6 exists in version 3 only, whatever is written. */
export const versionOf = (instance: VrrpInstance): 2 | 3 =>
  instance.version === 3 || familyOf(instance) === 6 ? 3 : 2;

/** The family of the adverts, which the addresses decide; without any, whom it speaks to. */
export const familyOf = (instance: VrrpInstance): IpFamily =>
  (instance.virtualAddresses[0]?.address ?? instance.unicastPeers[0]?.address ?? sourceIp(instance))?.family ?? 4;

/** unicast_src_ip or mcast_src_ip, which are one setting. */
export const sourceIp = ({ unicastSourceIp, multicastSourceIp }: VrrpInstance): IpAddress | undefined =>
  unicastSourceIp ?? multicastSourceIp;

/** unicast_fault_no_peer: unicast is meant, though there is nobody to speak to. */
export const isUnicast = ({ unicastPeers, unicastFaultNoPeer }: VrrpInstance): boolean =>
  unicastPeers.length > 0 || unicastFaultNoPeer === true;

/** Where multicast adverts go: mcast_dst_ip, vrrp_mcast_group4 or vrrp_mcast_group6, or the group of the RFC. */
export const groupOf = (instance: VrrpInstance): IpAddress => {
  const family = familyOf(instance);
  const { multicastDestinationIp: written } = instance;
  return written?.family === family ? written : vrrpGroup(family);
};

/** auth_type AH is of version 2 alone, which is of IPv4 alone. */
export const usesAh = (instance: VrrpInstance): boolean =>
  instance.authentication?.type === 'AH' && instance.authHmac === undefined && versionOf(instance) === 2;

export const passwordOf = ({ authentication }: VrrpInstance): Uint8Array => passwordBytes(authentication?.pass ?? '');

/** What a master has: the advertised addresses, and virtual_ipaddress_excluded. */
export const allAddresses = ({ virtualAddresses, excludedAddresses = [] }: VrrpInstance): readonly VirtualAddress[] => [
  ...virtualAddresses,
  ...excludedAddresses,
];

/** As configured; peers may show that they have another. */
export const checksumFlavour = (instance: VrrpInstance): ChecksumFlavour => {
  if (instance.v3ChecksumAsV2 === true) return 'no-pseudo-header';
  return instance.oldUnicastChecksum === 'always' && isUnicast(instance) ? 'old-unicast' : 'pseudo-header';
};

export const interfaceKey = (name: string): string => `interface ${name}`;
/** track_src_ip: the address that adverts come from. */
export const sourceKey = (address: IpAddress): string => `source ${ipKey(address)}`;
export const scriptKey = (name: string): string => `script ${name}`;

/** `group`: the name of its sync group. */
export const machineConfig = (
  instance: VrrpInstance,
  scripts: readonly VrrpScript[],
  group?: string,
): MachineConfig => ({
  name: instance.name,
  version: versionOf(instance),
  family: familyOf(instance),
  state: instance.state,
  priority: instance.priority,
  // What goes on the wire: keepalived rounds, and two directors must agree.
  advertInterval: versionOf(instance) === 3 ? intervalCentis(instance) * 10 : intervalSeconds(instance) * 1000,
  nopreempt: instance.nopreempt,
  preemptDelay: instance.preemptDelay,
  garpMasterDelay: instance.garpMasterDelay,
  garpMasterRepeat: instance.garpMasterRepeat,
  garpLowerPrioDelay: instance.garpLowerPrioDelay ?? instance.garpMasterDelay,
  garpLowerPrioRepeat: instance.garpLowerPrioRepeat ?? instance.garpMasterRepeat,
  garpRefresh: instance.garpMasterRefresh ?? 0,
  garpRefreshRepeat: instance.garpMasterRefreshRepeat ?? 1,
  lowerPrioNoAdvert: instance.lowerPrioNoAdvert ?? false,
  higherPrioSendAdvert: instance.higherPrioSendAdvert ?? false,
  downTimerAdverts: instance.downTimerAdverts ?? DOWN_TIMER_ADVERTS,
  ownerIgnoresAdverts: instance.ownerIgnoreAdverts ?? false,
  ...(instance.timerExpiredBackup === undefined ? {} : { othersPriority: instance.timerExpiredBackup }),
  noPeers: isUnicast(instance) && instance.unicastPeers.length === 0,
  virtualAddresses: allAddresses(instance),
  tracked: [
    ...tracked(instance, scripts),
    ...(group === undefined ? [] : [{ key: groupKey(group), weight: 0, reverse: false }]),
  ],
  synced: group !== undefined,
});

/**
 * What an instance demands of the adverts it receives. `checksum`: of version 3, as it has been found out so far;
 * `master`: who was heard last, whose addresses are known (skip_check_adv_addr); `ahSequence`: the last of auth_type AH.
 */
export const expectation = (
  instance: VrrpInstance,
  {
    checksum,
    master,
    ahSequence = 0,
  }: { readonly checksum: ChecksumFlavour; readonly master?: IpAddress | undefined; readonly ahSequence?: number },
): Expectation => {
  const common = {
    vrid: instance.virtualRouterId,
    addresses: advertised(instance),
    unicast: isUnicast(instance),
    unicastPeers: instance.unicastPeers,
    checkUnicastSource: instance.checkUnicastSource ?? false,
    ...(instance.skipCheckAdvAddr === true && master ? { knownMaster: master } : {}),
  };
  return versionOf(instance) === 3
    ? { ...common, version: 3, intervalCentis: intervalCentis(instance), checksum }
    : {
        ...common,
        version: 2,
        intervalSeconds: intervalSeconds(instance),
        ...authentication(instance),
        ...(usesAh(instance) ? { ah: { key: passwordOf(instance), sequence: ahSequence } } : {}),
      };
};

/** What it says. */
export const ownAdvert = (instance: VrrpInstance, priority: number): Advert => {
  const common = { vrid: instance.virtualRouterId, priority, addresses: advertised(instance) };
  return versionOf(instance) === 3
    ? { ...common, version: 3, intervalCentis: intervalCentis(instance) }
    : { ...common, version: 2, intervalSeconds: intervalSeconds(instance), ...authentication(instance) };
};

/** Two virtual routers of one interface that could not tell their adverts apart have the same. */
export const routerKey = (instance: VrrpInstance): string =>
  `${placeOf(instance)} ${instance.virtualRouterId} IPv${familyOf(instance)} ${isUnicast(instance) || ipKey(groupOf(instance))}`;

/** What it is on: an interface, or an address of its own (in a VRF) when it has none. */
export const placeOf = (instance: VrrpInstance): string => {
  if (instance.interfaceName !== '') return instance.interfaceName;
  const source = sourceIp(instance);
  return `${instance.vrf ?? ''} ${source === undefined ? '' : ipKey(source)}`;
};

/** Where its adverts come and go: its macvlan or ipvlan, or its interface (vmac_xmit_base). */
export const advertInterface = ({ interfaceName, vmac, vmacXmitBase, ipvlan }: VrrpInstance): string =>
  ipvlan?.name ?? (vmacXmitBase === true ? undefined : vmac?.name) ?? interfaceName;

/** Where it has the address that adverts come from: a macvlan has none of its own. */
export const sourceInterface = ({ interfaceName, ipvlan }: VrrpInstance): string => ipvlan?.name ?? interfaceName;

/** Settings that make it another virtual router: such an instance is stopped and started, not changed. */
export const identity = (instance: VrrpInstance): string =>
  `${routerKey(instance)} ${versionOf(instance)} ${advertInterface(instance)} ${instance.vmac?.name ?? ''}`;

const advertised = (instance: VrrpInstance) =>
  instance.virtualAddresses
    .map(({ address }) => address)
    .filter(({ family }) => family === familyOf(instance))
    .slice(0, MAX_ADVERTISED);

// With AH the password is the key of the header's HMAC, and nothing of it is in the message.
const authentication = (instance: VrrpInstance) => {
  if (usesAh(instance)) return { authType: AUTH_AH, authData: passwordBytes('') };
  // auth_hmac takes the place of a password.
  if (instance.authentication === undefined || instance.authHmac)
    return { authType: AUTH_NONE, authData: passwordBytes('') };
  return { authType: AUTH_SIMPLE, authData: passwordOf(instance) };
};

const intervalSeconds = ({ advertInterval }: VrrpInstance): number =>
  Math.min(255, Math.max(1, Math.round(advertInterval / 1000)));

const intervalCentis = ({ advertInterval }: VrrpInstance): number =>
  Math.min(MAX_INTERVAL_CENTIS, Math.max(1, Math.round(advertInterval / 10)));

const tracked = (instance: VrrpInstance, scripts: readonly VrrpScript[]): readonly Tracked[] => [
  // The own interface is implied, whatever track_interface says about it.
  ...(instance.interfaceName === '' || instance.dontTrackPrimary === true
    ? []
    : [{ key: interfaceKey(instance.interfaceName), weight: 0, reverse: false }]),
  ...trackedSource(instance),
  ...instance.trackInterfaces
    .filter(({ name }) => name !== instance.interfaceName || instance.dontTrackPrimary === true)
    .map(({ name, weight = 0, reverse = false }) => ({ key: interfaceKey(name), weight, reverse })),
  ...instance.trackScripts.map(({ name, weight, reverse }) => {
    const script = scripts.find((candidate) => candidate.name === name);
    return {
      key: scriptKey(name),
      weight: weight ?? script?.weight ?? 0,
      reverse: reverse ?? script?.reverse ?? false,
    };
  }),
  ...(instance.trackFiles ?? []).map(({ name, weight = 1, reverse = false }) => ({
    key: fileKey(name),
    weight,
    reverse,
    measured: true,
  })),
  ...(instance.trackProcesses ?? []).map(({ name, weight = 0, reverse = false }) => ({
    key: processKey(name),
    weight,
    reverse,
  })),
  ...(instance.trackBfds ?? []).map(({ name, weight = 0, reverse = false }) => ({
    key: bfdKey(name),
    weight,
    reverse,
  })),
];

const trackedSource = (instance: VrrpInstance): readonly Tracked[] => {
  const source = sourceIp(instance);
  return instance.trackSrcIp === true && source ? [{ key: sourceKey(source), weight: 0, reverse: false }] : [];
};
