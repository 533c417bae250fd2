// What objects say of one another: names that lead nowhere, ids used twice, groups without members. What cannot count is taken out.
import { ipKey } from '../address.ts';
import type { DiagnosticCode } from '../diagnose/codes.ts';
import { suggest } from '../diagnose/suggest.ts';
import type {
  Config,
  RealServer,
  SourceLocation,
  TrackedItem,
  TrackGroup,
  VirtualServer,
  VrrpInstance,
  VrrpSyncGroup,
} from '../model.ts';
import type { Report } from '../source/report.ts';
import type { Grouped, Members } from './groups.ts';
import { present } from './values.ts';

/** Groups as written; they become part of the configuration here. */
export interface WrittenGroups {
  readonly syncGroups: readonly Grouped<VrrpSyncGroup>[];
  readonly trackGroups: readonly Grouped<TrackGroup>[];
}

/** The configuration with everything taken out that refers to nothing; each is reported. */
export const checkAcrossObjects = (
  config: Config,
  groups: WrittenGroups,
  syncDaemonAt: SourceLocation | undefined,
  report: Report,
): Config => {
  const known = namesOf(config);
  const instances = withoutSharedIds(
    config.vrrpInstances.map((instance) => checkInstance(instance, known, report)),
    report,
  );
  const names = new Set(instances.map(({ name }) => name));
  const syncGroups = checkSyncGroups(groups.syncGroups, config.vrrpInstances, known, names, report);
  const trackGroups = groups.trackGroups.map((group) => ({
    name: group.name,
    members: knownMembers(`track_group ${group.name}`, group, names, report).members,
    at: group.at,
  }));
  const trackable = new Set(trackGroups.map(({ name }) => name));
  return {
    ...config,
    global: checkSyncDaemon(config, names, syncDaemonAt, report),
    vrrpInstances: instances,
    syncGroups,
    trackGroups,
    staticAddresses: (config.staticAddresses ?? []).map((one) => checkTrackGroup(one, trackable, report)),
    staticRoutes: (config.staticRoutes ?? []).map((one) => checkTrackGroup(one, trackable, report)),
    staticRules: (config.staticRules ?? []).map((one) => checkTrackGroup(one, trackable, report)),
    virtualServers: config.virtualServers.map((server) => checkServer(server, known, report)),
  };
};

interface Names {
  readonly scripts: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly processes: ReadonlySet<string>;
  readonly bfds: ReadonlySet<string>;
}

const setOf = (objects: readonly { readonly name: string }[] = []): ReadonlySet<string> =>
  new Set(objects.map(({ name }) => name));

const namesOf = (config: Config): Names => ({
  scripts: setOf(config.vrrpScripts),
  files: setOf(config.trackFiles),
  processes: setOf(config.trackProcesses),
  bfds: setOf(config.bfdInstances),
});

interface Kind {
  readonly code: DiagnosticCode;
  /** As people say it. */
  readonly what: string;
  /** The block that defines it. */
  readonly keyword: string;
}

const SCRIPT: Kind = { code: 'unknown-script', what: 'script', keyword: 'vrrp_script' };
const FILE: Kind = { code: 'unknown-track-file', what: 'file', keyword: 'track_file' };
const PROCESS: Kind = { code: 'unknown-track-process', what: 'process', keyword: 'vrrp_track_process' };
const BFD: Kind = { code: 'unknown-bfd', what: 'BFD session', keyword: 'bfd_instance' };

// keepalived needs all of these defined above their use; here anywhere is enough.
const knownItems = (
  owner: string,
  items: readonly TrackedItem[] | undefined,
  known: ReadonlySet<string>,
  kind: Kind,
  report: Report,
): readonly TrackedItem[] =>
  (items ?? []).filter((item) => {
    if (known.has(item.name)) return true;
    const near = suggest(item.name, known);
    const message = `${owner} tracks the ${kind.what} ${item.name}, which is not defined; it is ignored`;
    report('error', kind.code, message, item.at, {
      hint: near === undefined ? `define ${kind.keyword} ${item.name} above the instance` : `did you mean ${near}?`,
    });
    return false;
  });

const tracked = (
  owner: string,
  object: Pick<VrrpInstance, 'trackScripts' | 'trackFiles' | 'trackProcesses' | 'trackBfds'>,
  known: Names,
  report: Report,
): Required<Pick<VrrpInstance, 'trackScripts' | 'trackFiles' | 'trackProcesses' | 'trackBfds'>> => ({
  trackScripts: knownItems(owner, object.trackScripts, known.scripts, SCRIPT, report),
  trackFiles: knownItems(owner, object.trackFiles, known.files, FILE, report),
  trackProcesses: knownItems(owner, object.trackProcesses, known.processes, PROCESS, report),
  trackBfds: knownItems(owner, object.trackBfds, known.bfds, BFD, report),
});

// keepalived ignores the own interface in track_interface: a weight there would count beside the fault.
const checkInstance = (instance: VrrpInstance, known: Names, report: Report): VrrpInstance => {
  const own = instance.dontTrackPrimary
    ? undefined
    : instance.trackInterfaces.find(({ name }) => name === instance.interfaceName);
  if (own !== undefined)
    report(
      'warning',
      'own-interface-tracked',
      `${own.name} is the interface of ${instance.name} and tracked anyway; the line is ignored`,
      own.at,
      {
        related: [{ at: instance.at, message: 'the instance is here' }],
        hint: 'a fault of it is always a fault of the instance, with or without weight',
      },
    );
  return {
    ...instance,
    trackInterfaces: instance.trackInterfaces.filter((item) => item !== own),
    ...tracked(`vrrp_instance ${instance.name}`, instance, known, report),
  };
};

// Two instances of one id and family on one link would hear each other's adverts as their own.
const withoutSharedIds = (instances: readonly VrrpInstance[], report: Report): readonly VrrpInstance[] => {
  const owners = new Map<string, VrrpInstance>();
  return instances.filter((instance) => {
    const family = instance.virtualAddresses[0]?.address.family ?? 4;
    const peers = instance.unicastPeers
      .map(({ address }) => ipKey(address))
      .sort()
      .join(' ');
    const key = `${instance.interfaceName} ${instance.virtualRouterId} ${family} ${peers}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, instance);
      return true;
    }
    const message = `${instance.name} and ${owner.name} both use virtual_router_id ${instance.virtualRouterId} with IPv${family} on ${instance.interfaceName}; ${instance.name} is dropped`;
    report('error', 'duplicate-vrid', message, instance.at, {
      related: [{ at: owner.at, message: `${owner.name} is here` }],
      hint: 'give one of them another virtual_router_id, on all directors',
    });
    return false;
  });
};

const knownMembers = (owner: string, group: Members, known: ReadonlySet<string>, report: Report): Members => {
  const kept = group.members.flatMap((name, i) => {
    const place = group.memberPlaces[i];
    if (place === undefined) return [];
    if (known.has(name)) return [{ name, place }];
    const near = suggest(name, known);
    report('error', 'unknown-instance', `${owner} names ${name}, which is not a vrrp_instance; it is ignored`, place, {
      hint: near === undefined ? `define vrrp_instance ${name}` : `did you mean ${near}?`,
    });
    return [];
  });
  return { members: kept.map(({ name }) => name), memberPlaces: kept.map(({ place }) => place) };
};

const checkSyncGroups = (
  groups: readonly Grouped<VrrpSyncGroup>[],
  instances: readonly VrrpInstance[],
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
    for (const instance of instances) if (members.includes(instance.name)) reportBoth(group, instance, report);
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
  const pairs: readonly (readonly [readonly TrackedItem[], readonly TrackedItem[]])[] = [
    [group.trackInterfaces, instance.trackInterfaces],
    [group.trackScripts, instance.trackScripts],
    [group.trackFiles, instance.trackFiles ?? []],
    [group.trackProcesses, instance.trackProcesses ?? []],
    [group.trackBfds, instance.trackBfds ?? []],
  ];
  for (const [ofGroup, ofInstance] of pairs)
    for (const item of ofInstance) {
      const same = ofGroup.find(({ name }) => name === item.name);
      if (same !== undefined)
        report(
          'warning',
          'tracked-by-group',
          `${item.name} is tracked by ${instance.name} and by its sync group ${group.name}`,
          item.at,
          {
            related: [{ at: same.at, message: 'the group tracks it here' }],
            hint: 'remove one of the two',
          },
        );
    }
};

const checkSyncDaemon = (
  { global }: Config,
  names: ReadonlySet<string>,
  at: SourceLocation | undefined,
  report: Report,
): Config['global'] => {
  const daemon = global.lvsSyncDaemon;
  if (daemon?.instance === undefined || names.has(daemon.instance)) return global;
  const near = suggest(daemon.instance, names);
  const { instance, ...rest } = daemon;
  if (at !== undefined)
    report('error', 'unknown-instance', `lvs_sync_daemon follows ${instance}, which is not a vrrp_instance`, at, {
      hint: near === undefined ? `define vrrp_instance ${instance}` : `did you mean ${near}?`,
    });
  return { ...global, lvsSyncDaemon: rest };
};

const checkTrackGroup = <T extends { trackGroup?: string; readonly at: SourceLocation }>(
  object: T,
  groups: ReadonlySet<string>,
  report: Report,
): T => {
  if (object.trackGroup === undefined || groups.has(object.trackGroup)) return object;
  const { trackGroup } = object;
  const near = suggest(trackGroup, groups);
  report('error', 'unknown-track-group', `track_group ${trackGroup} is not defined`, object.at, {
    hint: near === undefined ? `write track_group ${trackGroup} { group { ... } }` : `did you mean ${near}?`,
  });
  const without = { ...object };
  delete without.trackGroup;
  return without;
};

const checkServer = (server: VirtualServer, known: Names, report: Report): VirtualServer =>
  server.realServers.some(({ moreCheckers }) => moreCheckers !== undefined)
    ? { ...server, realServers: server.realServers.map((real) => checkRealServer(real, known, report)) }
    : server;

const checkRealServer = (real: RealServer, known: Names, report: Report): RealServer => {
  if (real.moreCheckers === undefined) return real;
  const kept = real.moreCheckers.filter((checker) => {
    if (checker.kind !== 'FILE_CHECK' && checker.kind !== 'BFD_CHECK') return true;
    const [name, names, kind] =
      checker.kind === 'FILE_CHECK'
        ? ([checker.trackFile, known.files, FILE] as const)
        : ([checker.name, known.bfds, BFD] as const);
    if (names.has(name)) return true;
    const near = suggest(name, names);
    report(
      'error',
      kind.code,
      `${checker.kind} uses the ${kind.what} ${name}, which is not defined; it is dropped`,
      checker.at,
      {
        hint: near === undefined ? `define ${kind.keyword} ${name}` : `did you mean ${near}?`,
      },
    );
    return false;
  });
  const { moreCheckers: _all, ...rest } = real;
  return { ...rest, ...present('moreCheckers', kept.length === 0 ? undefined : kept) };
};
