// What instances and groups watch: vrrpTrackedInterfaceTable and its nine sisters.
import type { Config, TrackedItem } from '@vipward/config';
import { withTrackedWeights } from '@vipward/vrrp';
import type { Oid } from '../../agentx/oid.ts';
import { integer, text, yesNo } from '../../agentx/value.ts';
import { type ManagedObject, type Row, table } from '../../view/object.ts';
import { entryOf, numbered, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';

/** What an instance and a sync group both have. */
interface Tracker {
  readonly trackInterfaces: readonly TrackedItem[];
  readonly trackScripts: readonly TrackedItem[];
  readonly trackFiles?: readonly TrackedItem[];
  readonly trackBfds?: readonly TrackedItem[];
  readonly trackProcesses?: readonly TrackedItem[];
}

interface Numbers {
  readonly interfaces: number;
  readonly scripts: number;
  readonly files: number;
  readonly bfds: number;
  readonly processes: number;
}

export const instanceTrackTables = (snapshot: Snapshot): readonly ManagedObject[] =>
  trackTables(snapshot, instancesOf(snapshot.config), {
    interfaces: 4,
    scripts: 5,
    files: 12,
    bfds: 17,
    processes: 20,
  });

export const groupTrackTables = (snapshot: Snapshot): readonly ManagedObject[] =>
  trackTables(snapshot, withTrackedWeights(snapshot.config).groups, {
    interfaces: 14,
    scripts: 15,
    files: 16,
    bfds: 19,
    processes: 22,
  });

/** Without sync_group_tracking_weight a script that has a weight is not watched by a member. */
const instancesOf = (config: Config): readonly Tracker[] => {
  const weights = new Map(config.vrrpScripts.map(({ name, weight }) => [name, weight]));
  return withTrackedWeights(config).instances.map((instance) => {
    const group = config.syncGroups?.find(({ members }) => members.includes(instance.name));
    if (group === undefined || group.trackingWeight) return instance;
    const counts = ({ name, weight }: TrackedItem): boolean => (weight ?? weights.get(name) ?? 0) === 0;
    return { ...instance, trackScripts: instance.trackScripts.filter(counts) };
  });
};

/** Scripts that nobody watches are not run, and not shown. */
export const isWatched = ({ config }: Snapshot): ((script: string) => boolean) => {
  const trackers = [...instancesOf(config), ...withTrackedWeights(config).groups];
  const names = new Set(trackers.flatMap(({ trackScripts }) => trackScripts.map(({ name }) => name)));
  return (script) => names.has(script);
};

interface Own {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

const trackTables = (
  { config }: Snapshot,
  trackers: readonly Tracker[],
  numbers: Numbers,
): readonly ManagedObject[] => {
  const rows = (of: (tracker: Tracker) => readonly TrackedItem[] | undefined): readonly Row<TrackedItem>[] =>
    trackers.flatMap((tracker, i) => numbered(of(tracker) ?? [], [i + 1]));
  return [
    // The name stands in column 1 here, in 2 of the others. The MIB says ifIndex; keepalived counts from 1.
    trackTable(
      entryOf(vrrpPart, numbers.interfaces),
      1,
      [],
      rows((tracker) => tracker.trackInterfaces),
    ),
    ...(
      [
        [numbers.scripts, config.vrrpScripts, rows((tracker) => tracker.trackScripts)],
        [numbers.files, config.trackFiles ?? [], rows((tracker) => tracker.trackFiles)],
        [numbers.bfds, config.bfdInstances ?? [], rows((tracker) => tracker.trackBfds)],
        [numbers.processes, config.trackProcesses ?? [], rows((tracker) => tracker.trackProcesses)],
      ] as const
    ).map(([number, own, items]) => trackTable(entryOf(vrrpPart, number), 2, own, items)),
  ];
};

const trackTable = (
  root: Oid,
  first: number,
  own: readonly Own[],
  rows: readonly Row<TrackedItem>[],
): ManagedObject => {
  const byName = new Map(own.map((item) => [item.name, item]));
  return table(
    root,
    {
      [first]: ({ name }: TrackedItem) => text(name),
      [first + 1]: ({ name, weight }: TrackedItem) => integer(weight ?? byName.get(name)?.weight ?? 0),
      // Its own sign where it has a weight of its own.
      [first + 2]: ({ name, weight, reverse }: TrackedItem) =>
        yesNo(reverse ?? (weight === undefined && byName.get(name)?.reverse === true)),
    },
    rows,
  );
};
