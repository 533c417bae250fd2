// vrrpInstanceTable.
import type { Config, VrrpInstance } from '@vipward/config';
import { type IpAddress, parseIp } from '@vipward/config/address';
import { gauge, inetAddress, inetAddressType, integer, text, yesNo } from '../../agentx/value.ts';
import { type Columns, type ManagedObject, table } from '../../view/object.ts';
import { entryOf, numbered, scriptText, textOrNone, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { statusOf, vrrpState } from './state.ts';

export const instanceTable = (snapshot: Snapshot): ManagedObject =>
  table(
    entryOf(vrrpPart, 3),
    { ...whatItIs(snapshot), ...howItIsConfigured(snapshot.config), ...whatItRuns },
    numbered(snapshot.config.vrrpInstances),
  );

const whatItIs = (snapshot: Snapshot): Columns<VrrpInstance> => {
  const roleOf = ({ name }: VrrpInstance) => statusOf(snapshot, name)?.role ?? 'initialize';
  return {
    2: ({ name }) => text(name),
    3: ({ virtualRouterId }) => gauge(virtualRouterId),
    4: (instance) => integer(vrrpState[roleOf(instance)]),
    5: ({ state }) => integer(state === 'MASTER' ? vrrpState.master : vrrpState.backup),
    // What it is on its way to, which is what it is, once it has started.
    6: (instance) => integer(vrrpState[roleOf(instance)]),
    7: ({ priority }) => integer(priority),
    8: ({ name, priority }) => integer(statusOf(snapshot, name)?.priority ?? priority),
    // Virtual addresses are on the interface of a master and nowhere else.
    9: (instance) => yesNo(roleOf(instance) === 'master'),
    10: ({ name, interfaceName }) => text(statusOf(snapshot, name)?.interfaceName ?? interfaceName),
  };
};

const howItIsConfigured = ({ global, syncGroups = [] }: Config): Columns<VrrpInstance> => ({
  // keepalived means track_interface: its own interface alone, though watched as well, is notTracked(2).
  11: ({ trackInterfaces }) => yesNo(trackInterfaces.length > 0),
  // Seconds in version 2, hundredths in version 3.
  12: ({ version, advertInterval }) => gauge(Math.round(advertInterval / (version === 3 ? 10 : 1000))),
  13: ({ nopreempt }) => yesNo(!nopreempt),
  14: ({ preemptDelay }) => gauge(Math.round(preemptDelay / 1000)),
  15: ({ authentication }) => integer(authentication === undefined ? 0 : authentication.type === 'PASS' ? 1 : 2),
  16: (instance) => yesNo(syncInterface(global, instance) !== undefined),
  17: (instance) => textOrNone(syncInterface(global, instance)),
  18: ({ name }) => textOrNone(syncGroups.find(({ members }) => members.includes(name))?.name),
  19: ({ garpMasterDelay }) => gauge(Math.round(garpMasterDelay / 1000)),
  20: ({ smtpAlert }) => yesNo(smtpAlert ?? global.smtpAlertVrrp ?? global.smtpAlert ?? false),
  // Version 2 has no accept mode: keepalived says 0, which the MIB does not name.
  27: ({ version, accept }) => (version === 3 ? yesNo(accept ?? true) : integer(0)),
  28: ({ promoteSecondaries }) => yesNo(promoteSecondaries === true),
  29: ({ linkbeatUsePolling }) => yesNo(linkbeatUsePolling === true),
  30: ({ version }) => integer(version ?? 2),
  34: (instance) => {
    const to = multicastAddress(global, instance);
    return to && inetAddressType(to.family);
  },
  35: (instance) => {
    const to = multicastAddress(global, instance);
    return to && inetAddress(to);
  },
});

const whatItRuns: Columns<VrrpInstance> = {
  21: (instance) =>
    yesNo(
      [
        instance.notify,
        instance.notifyMaster,
        instance.notifyBackup,
        instance.notifyFault,
        instance.notifyStop,
        instance.notifyDeleted?.script,
        instance.notifyMasterRxLowerPri,
      ].some((script) => script !== undefined),
    ),
  22: ({ notifyMaster }) => scriptText(notifyMaster),
  23: ({ notifyBackup }) => scriptText(notifyBackup),
  24: ({ notifyFault }) => scriptText(notifyFault),
  25: ({ notifyStop }) => scriptText(notifyStop),
  26: ({ notify }) => scriptText(notify),
  31: ({ notifyMasterRxLowerPri }) => scriptText(notifyMasterRxLowerPri),
  32: ({ notifyDeleted }) => scriptText(notifyDeleted?.script),
  33: ({ notifyDeleted }) => yesNo(notifyDeleted !== undefined),
};

const syncInterface = ({ lvsSyncDaemon }: Config['global'], instance: VrrpInstance): string | undefined =>
  lvsSyncDaemon?.instance === instance.name ? lvsSyncDaemon.interfaceName : instance.lvsSyncDaemonInterface;

/** Where adverts go; undefined of an instance that speaks to its peers alone. */
const multicastAddress = (global: Config['global'], instance: VrrpInstance): IpAddress | undefined => {
  if (instance.unicastPeers.length > 0) return undefined;
  if (instance.multicastDestinationIp !== undefined) return instance.multicastDestinationIp;
  return familyOf(instance) === 4
    ? (global.vrrpMcastGroup4 ?? parseIp('224.0.0.18'))
    : (global.vrrpMcastGroup6 ?? parseIp('ff02::12'));
};

/** The first virtual address says it. */
export const familyOf = ({ virtualAddresses, multicastDestinationIp, unicastSourceIp }: VrrpInstance): 4 | 6 =>
  (virtualAddresses[0]?.address ?? multicastDestinationIp ?? unicastSourceIp)?.family ?? 4;
