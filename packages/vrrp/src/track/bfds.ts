// What track_bfd means to instances and groups: the weights of the sessions that they name. Pure.
import type { BfdInstance, Config, TrackedItem, VrrpInstance, VrrpSyncGroup } from '@vipward/config';

export const bfdKey = (name: string): string => `bfd ${name}`;

/** The instances and groups of a configuration, each tracked session with its weight: its own, or the bfd_instance's. */
export const withBfdWeights = ({
  vrrpInstances,
  syncGroups = [],
  bfdInstances = [],
}: Pick<Config, 'vrrpInstances' | 'syncGroups' | 'bfdInstances'>): {
  readonly instances: readonly VrrpInstance[];
  readonly groups: readonly VrrpSyncGroup[];
} => {
  const sessions = new Map(bfdInstances.map((session) => [session.name, session]));
  return {
    instances: vrrpInstances.map((instance) =>
      instance.trackBfds === undefined || instance.trackBfds.length === 0
        ? instance
        : { ...instance, trackBfds: instance.trackBfds.map((item) => weighed(item, sessions)) },
    ),
    groups: syncGroups.map((group) =>
      group.trackBfds.length === 0
        ? group
        : { ...group, trackBfds: group.trackBfds.map((item) => weighed(item, sessions)) },
    ),
  };
};

// A weight of its own comes with its own direction.
const weighed = (item: TrackedItem, sessions: ReadonlyMap<string, BfdInstance>): TrackedItem => {
  const session = sessions.get(item.name);
  return item.weight !== undefined || session === undefined
    ? item
    : { ...item, weight: session.weight, reverse: item.reverse ?? session.reverse };
};
