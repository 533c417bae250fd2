// What belonging to a vrrp_sync_group changes about an instance's configuration. Pure.
import type { TrackedItem, VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';

/** The first group that names it; a configuration check has said so when there are more. */
export const groupOf = (name: string, groups: readonly VrrpSyncGroup[]): VrrpSyncGroup | undefined =>
  groups.find(({ members }) => members.includes(name));

/**
 * Members also watch what their group watches, with its weights. Weights of their own could let members drift apart:
 * without sync_group_tracking_weight keepalived leaves out scripts and BFD sessions that have one, but goes on with
 * interfaces and processes. Of files see withTrackedWeights.
 */
export const withGroup = (
  instance: VrrpInstance,
  groups: readonly VrrpSyncGroup[],
  scripts: readonly VrrpScript[],
): VrrpInstance => {
  const group = groupOf(instance.name, groups);
  if (!group) return instance;
  const scriptWeight = (name: string): number => scripts.find((script) => script.name === name)?.weight ?? 0;
  const own = group.trackingWeight ? instance : withoutWeights(instance, scriptWeight);
  return {
    ...instance,
    trackInterfaces: merge(own.trackInterfaces, group.trackInterfaces),
    trackScripts: merge(own.trackScripts, group.trackScripts),
    trackFiles: merge(own.trackFiles, group.trackFiles),
    trackProcesses: merge(own.trackProcesses, group.trackProcesses),
    trackBfds: merge(own.trackBfds, group.trackBfds),
  };
};

const withoutWeights = (instance: VrrpInstance, scriptWeight: (name: string) => number): VrrpInstance => {
  const { trackScripts, trackBfds = [] } = instance;
  return {
    ...instance,
    trackScripts: trackScripts.filter(({ name, weight }) => (weight ?? scriptWeight(name)) === 0),
    trackBfds: trackBfds.filter(({ weight = 0 }) => weight === 0),
  };
};

const merge = (own: readonly TrackedItem[] = [], more: readonly TrackedItem[]): readonly TrackedItem[] => [
  ...own,
  ...more.filter(({ name }) => !own.some((item) => item.name === name)),
];
