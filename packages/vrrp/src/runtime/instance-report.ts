// What is told of a running instance: to who asks for its status or for a dump, and to a successor.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress } from '@vipward/config/address';
import type { Millis } from '@vipward/sockets';
import type { State } from '../machine/model.ts';
import { effectivePriority, masterDownInterval, masterInterval } from '../machine/timing.ts';
import type { AdvertReceiver } from './advert-receiver.ts';
import type { InstanceDetails, InstanceStatus } from './api.ts';
import { familyOf, usesAh, versionOf } from './instance-settings.ts';
import { savableAll } from './leftovers.ts';
import type { SavedInstance } from './state-file.ts';
import type { Tallies } from './tally.ts';
import type { Vips } from './vips.ts';

export interface Reported {
  readonly config: VrrpInstance;
  readonly state: State;
  /** What adverts are sent from. */
  readonly source: IpAddress | undefined;
  readonly tallies: Tallies;
  readonly receiver: Pick<AdvertReceiver, 'heard' | 'refusals'>;
}

export const statusOf = ({ config, state, source, tallies, receiver }: Reported): InstanceStatus => {
  const { name, interfaceName, virtualRouterId } = config;
  const { sent, received, becameMaster, priorityZeroSent, priorityZeroReceived } = tallies.counts;
  const { heard, refusals } = receiver;
  return {
    ...{ name, interfaceName, virtualRouterId, version: versionOf(config), family: familyOf(config) },
    role: state.role,
    priority: effectivePriority(state),
    ...(state.role === 'backup' && heard
      ? { master: { address: formatIp(heard.from), priority: heard.priority } }
      : {}),
    advertsSent: sent,
    advertsReceived: received,
    ...{ becameMaster, priorityZeroSent, priorityZeroReceived },
    advertsRejected: refusals.byReason,
    ...(refusals.sources.length > 0 ? { refusedSources: refusals.sources } : {}),
    ...(source === undefined ? {} : { source: formatIp(source) }),
  };
};

export const detailsOf = (reported: Reported): InstanceDetails => {
  const { config, state, source, tallies } = reported;
  const interval = state.role === 'backup' ? masterInterval(state) : state.config.advertInterval;
  return {
    status: statusOf(reported),
    instance: config,
    machine: state.config,
    source,
    down: [...state.down],
    waiting: state.pending?.size ?? 0,
    masterDownInterval: masterDownInterval(state.config, effectivePriority(state), interval),
    lastTransition: tallies.lastTransition,
    tally: tallies.counts,
  };
};

/** For the state file. */
export const savedOf = (
  { config, state }: Pick<Reported, 'config' | 'state'>,
  {
    lastAdvertAt,
    ahSequence,
    vips,
  }: { readonly lastAdvertAt: Millis | undefined; readonly ahSequence: number; readonly vips: Vips },
): SavedInstance => ({
  name: config.name,
  interfaceName: config.interfaceName,
  vrid: config.virtualRouterId,
  role: state.role,
  lastAdvertAt,
  masterDownInterval: masterDownInterval(state.config, effectivePriority(state)),
  ...(usesAh(config) ? { ahSequence } : {}),
  addresses: savableAll(vips.wanted, config.interfaceName),
});
