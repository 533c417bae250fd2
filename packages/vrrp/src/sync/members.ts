// What belonging to a vrrp_sync_group changes about an instance's configuration. Pure.
import type { TrackedItem, VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';

/** The first group that names it; a configuration check has said so when there are more. */
export const groupOf = (name: string, groups: readonly VrrpSyncGroup[]): VrrpSyncGroup | undefined =>
  groups.find(({ members }) => members.includes(name));

/**
 * Members also watch what their group watches. Weights would let members drift apart, so keepalived leaves out what has
 * one, unless sync_group_tracking_weight is given.
 */
export const withGroup = (
  instance: VrrpInstance,
  groups: readonly VrrpSyncGroup[],
  scripts: readonly VrrpScript[],
): VrrpInstance => {
  const group = groupOf(instance.name, groups);
  if (!group) return instance;
  const scriptWeight = (name: string): number => scripts.find((script) => script.name === name)?.weight ?? 0;
  const kept = (items: readonly TrackedItem[], weightOf: (name: string) => number): readonly TrackedItem[] =>
    group.trackingWeight ? items : items.filter(({ name, weight }) => (weight ?? weightOf(name)) === 0);
  return {
    ...instance,
    trackInterfaces: kept(merge(instance.trackInterfaces, group.trackInterfaces), () => 0),
    trackScripts: kept(merge(instance.trackScripts, group.trackScripts), scriptWeight),
    trackBfds: kept(merge(instance.trackBfds ?? [], group.trackBfds), () => 0),
  };
};

const merge = (own: readonly TrackedItem[], more: readonly TrackedItem[]): readonly TrackedItem[] => [
  ...own,
  ...more.filter(({ name }) => !own.some((item) => item.name === name)),
];
