// vrrp_sync_group: its members must be instances, in one group only, and two at least.
import { nearHint } from '../diagnose/suggest.ts';
import type { Config, SourceLocation, TrackedItem, VrrpInstance, VrrpSyncGroup } from '../model.ts';
import type { Report } from '../source/report.ts';
import type { Grouped, Members } from './groups.ts';
import { type Names, tracked } from './known-names.ts';

/** The groups with what of them can count; one without members is dropped. */
export const checkSyncGroups = (
  groups: readonly Grouped<VrrpSyncGroup>[],
  config: Config,
  known: Names,
  names: ReadonlySet<string>,
  report: Report,
): readonly VrrpSyncGroup[] => {
  const owners = new Map<string, { readonly group: string; readonly place: SourceLocation }>();
  return groups.flatMap((written) => {
    const owner = `vrrp_sync_group ${written.name}`;
    const { members } = withoutTaken(written.name, knownMembers(owner, written, names, report), owners, report);
    if (members.length < 2) {
      const [severity, rest] =
        members.length === 0
          ? (['error', 'no member and is dropped'] as const)
          : (['warning', 'one member only'] as const);
      report(severity, 'sync-group-too-small', `${owner} has ${rest}`, written.at, {
        hint: 'name two or more vrrp_instances in group { }',
      });
    }
    if (members.length === 0) return [];
    const { memberPlaces: _places, ...rest } = written;
    const group = { ...rest, members, ...tracked(owner, written, known, report) };
    for (const instance of config.vrrpInstances)
      if (members.includes(instance.name)) {
        reportBoth(group, instance, report);
        if (!group.trackingWeight) reportWeights(instance, config, report);
      }
    return [group];
  });
};

const withoutTaken = (
  group: string,
  { members, memberPlaces }: Members,
  owners: Map<string, { readonly group: string; readonly place: SourceLocation }>,
  report: Report,
): Members => {
  const kept = members.flatMap((name, i) => {
    const place = memberPlaces[i];
    const owner = owners.get(name);
    if (place === undefined) return [];
    if (owner === undefined) {
      owners.set(name, { group, place });
      return [{ name, place }];
    }
    report(
      'error',
      'several-sync-groups',
      `${name} is a member of ${owner.group} already; ${group} does without it`,
      place,
      {
        related: [{ at: owner.place, message: `it became a member of ${owner.group} here` }],
      },
    );
    return [];
  });
  return { members: kept.map(({ name }) => name), memberPlaces: kept.map(({ place }) => place) };
};

// What a group tracks, it tracks for all its members.
const reportBoth = (group: VrrpSyncGroup, instance: VrrpInstance, report: Report): void => {
  const own = instance.dontTrackPrimary
    ? undefined
    : group.trackInterfaces.find(({ name }) => name === instance.interfaceName);
  if (own !== undefined)
    report(
      'warning',
      'tracked-by-group',
      `${own.name} is tracked by the sync group ${group.name}, and is the interface of ${instance.name}`,
      own.at,
      {
        related: [{ at: instance.at, message: 'the instance is here' }],
        hint: 'the interface of a member is tracked anyway; remove it from the group',
      },
    );
  for (const item of instance.trackInterfaces) {
    const same = group.trackInterfaces.find(({ name }) => name === item.name);
    if (same !== undefined) reportPair('tracked-by-group', group, instance, item, same, report);
  }
  const pairs: readonly (readonly [readonly TrackedItem[], readonly TrackedItem[]])[] = [
    [group.trackScripts, instance.trackScripts],
    [group.trackFiles, instance.trackFiles ?? []],
    [group.trackProcesses, instance.trackProcesses ?? []],
    [group.trackBfds, instance.trackBfds ?? []],
  ];
  for (const [ofGroup, ofInstance] of pairs)
    for (const item of ofInstance) {
      const same = ofGroup.find(({ name }) => name === item.name);
      // keepalived says it in the log, and counts it as no finding.
      if (same !== undefined) reportPair('tracked-by-group-too', group, instance, item, same, report);
    }
};

const reportPair = (
  code: 'tracked-by-group' | 'tracked-by-group-too',
  group: VrrpSyncGroup,
  instance: VrrpInstance,
  item: TrackedItem,
  same: TrackedItem,
  report: Report,
): void =>
  report('warning', code, `${item.name} is tracked by ${instance.name} and by its sync group ${group.name}`, item.at, {
    related: [{ at: same.at, message: 'the group tracks it here' }],
    hint: 'remove one of the two',
  });

// Weights could let members drift apart. What then counts is for vrrp to say (withTrackedWeights, withGroup); the words are
// keepalived's, who counts weights of interfaces all the same.
const reportWeights = (instance: VrrpInstance, config: Config, report: Report): void => {
  const say = (item: TrackedItem, text: string): void =>
    report('warning', 'weight-in-group', `(${instance.name}) ignoring ${text}`, item.at, {
      hint: 'write sync_group_tracking_weight in the group, or weight 0 here',
    });
  const weightOf = (objects: readonly { readonly name: string; readonly weight: number }[] = [], item: TrackedItem) =>
    item.weight ?? objects.find(({ name }) => name === item.name)?.weight ?? 0;
  for (const item of instance.trackInterfaces)
    if ((item.weight ?? 0) !== 0) say(item, `${item.name} tracked interface weight due to SYNC group`);
  for (const item of instance.trackScripts)
    if (weightOf(config.vrrpScripts, item) !== 0)
      say(item, `tracked script ${item.name} with weights due to SYNC group`);
  for (const item of instance.trackFiles ?? [])
    if ((item.weight ?? 0) !== 0) say(item, `tracked file ${item.name} with weight ${item.weight} due to SYNC group`);
    else if (weightOf(config.trackFiles, item) !== 0)
      say(item, `weight from tracked file ${item.name} due to SYNC group. specify weight 0`);
  for (const item of instance.trackBfds ?? []) {
    const weight = weightOf(config.bfdInstances, item);
    if (weight !== 0) say(item, `tracked bfd ${item.name} with weight ${weight} due to SYNC group`);
  }
};

/** The members that are instances; the others are reported. */
export const knownMembers = (owner: string, group: Members, known: ReadonlySet<string>, report: Report): Members => {
  const kept = group.members.flatMap((name, i) => {
    const place = group.memberPlaces[i];
    if (place === undefined) return [];
    if (known.has(name)) return [{ name, place }];
    report('error', 'unknown-instance', `${owner} names ${name}, which is not a vrrp_instance; it is ignored`, place, {
      hint: nearHint(name, known, `define vrrp_instance ${name}`),
    });
    return [];
  });
  return { members: kept.map(({ name }) => name), memberPlaces: kept.map(({ place }) => place) };
};
