// What instances and groups track, each with the weight that counts: its own, or that of the object it names. Pure.
import type { Config, TrackedItem, VrrpInstance, VrrpSyncGroup } from '@vipward/config';

export const bfdKey = (name: string): string => `bfd ${name}`;
export const fileKey = (name: string): string => `file ${name}`;
export const processKey = (name: string): string => `process ${name}`;

interface Weighed {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

type Tracking = Pick<VrrpInstance | VrrpSyncGroup, 'trackFiles' | 'trackProcesses' | 'trackBfds'>;

/** The instances and groups of a configuration; of scripts the weights are found where scripts are. */
export const withTrackedWeights = ({
  vrrpInstances,
  syncGroups = [],
  bfdInstances = [],
  trackFiles = [],
  trackProcesses = [],
}: Pick<Config, 'vrrpInstances' | 'syncGroups' | 'bfdInstances' | 'trackFiles' | 'trackProcesses'>): {
  readonly instances: readonly VrrpInstance[];
  readonly groups: readonly VrrpSyncGroup[];
} => {
  const files = weigher(trackFiles);
  const processes = weigher(trackProcesses);
  const bfds = weigher(bfdInstances);
  const weighed = <T extends Tracking>(one: T): T => ({
    ...one,
    ...(one.trackFiles === undefined ? {} : { trackFiles: one.trackFiles.map(files) }),
    ...(one.trackProcesses === undefined ? {} : { trackProcesses: one.trackProcesses.map(processes) }),
    ...(one.trackBfds === undefined ? {} : { trackBfds: one.trackBfds.map(bfds) }),
  });
  const own = (instance: VrrpInstance): VrrpInstance => {
    const group = syncGroups.find(({ members }) => members.includes(instance.name));
    return group === undefined || group.trackingWeight ? instance : withoutFileWeights(instance);
  };
  return { instances: vrrpInstances.map((instance) => weighed(own(instance))), groups: syncGroups.map(weighed) };
};

/** Without sync_group_tracking_weight a file that a member gives a weight is not tracked, and one without counts as weight 0. */
const withoutFileWeights = (instance: VrrpInstance): VrrpInstance => ({
  ...instance,
  ...(instance.trackFiles === undefined
    ? {}
    : {
        trackFiles: instance.trackFiles
          .filter(({ weight = 0 }) => weight === 0)
          .map((item) => ({ ...item, weight: 0 })),
      }),
});

// A weight of its own comes with its own direction.
const weigher = (objects: readonly Weighed[]) => {
  const named = new Map(objects.map((object) => [object.name, object]));
  return (item: TrackedItem): TrackedItem => {
    const object = named.get(item.name);
    return item.weight !== undefined || object === undefined
      ? item
      : { ...item, weight: object.weight, reverse: item.reverse ?? object.reverse };
  };
};
