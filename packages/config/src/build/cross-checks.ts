// What objects say of one another, put together: names that lead nowhere, ids used twice, groups. What cannot count is taken out.
import { nearHint } from '../diagnose/suggest.ts';
import type { Config, SourceLocation, TrackGroup, VrrpInstance, VrrpSyncGroup } from '../model.ts';
import type { Report } from '../source/report.ts';
import type { Grouped } from './groups.ts';
import { type Names, namesOf, tracked } from './known-names.ts';
import { withoutOwnerWeights } from './owner-weights.ts';
import { checkServer } from './server-names.ts';
import { reportSharedAddresses, withoutSharedIds } from './shared-ids.ts';
import { checkSyncGroups, knownMembers } from './sync-groups.ts';

/** Groups as written; they become part of the configuration here. */
export interface WrittenGroups {
  readonly syncGroups: readonly Grouped<VrrpSyncGroup>[];
  readonly trackGroups: readonly Grouped<TrackGroup>[];
}

/** The configuration with everything taken out that refers to nothing; each is reported. */
export const checkAcrossObjects = (
  config: Config,
  groups: WrittenGroups,
  writtenBfds: ReadonlySet<string>,
  syncDaemonAt: SourceLocation | undefined,
  report: Report,
): Config => {
  const known = namesOf(config, writtenBfds);
  const instances = withoutSharedIds(
    config.vrrpInstances.map((instance) => withoutOwnerWeights(checkInstance(instance, known, report), config, report)),
    report,
  );
  reportSharedAddresses(instances, report);
  const names = new Set(instances.map(({ name }) => name));
  const syncGroups = checkSyncGroups(groups.syncGroups, config, known, names, report);
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

const checkSyncDaemon = (
  { global }: Config,
  names: ReadonlySet<string>,
  at: SourceLocation | undefined,
  report: Report,
): Config['global'] => {
  const daemon = global.lvsSyncDaemon;
  if (daemon?.instance === undefined || names.has(daemon.instance)) return global;
  const { instance, ...rest } = daemon;
  if (at !== undefined)
    report('error', 'unknown-instance', `lvs_sync_daemon follows ${instance}, which is not a vrrp_instance`, at, {
      hint: nearHint(instance, names, `define vrrp_instance ${instance}`),
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
  report('error', 'unknown-track-group', `track_group ${trackGroup} is not defined`, object.at, {
    hint: nearHint(trackGroup, groups, `write track_group ${trackGroup} { group { ... } }`),
  });
  const without = { ...object };
  delete without.trackGroup;
  return without;
};
