// The check part of KEEPALIVED-MIB.
import type { ManagedObject } from '../view/object.ts';
import { blocksOf } from './check/blocks.ts';
import { groupMemberTable, groupTable } from './check/groups.ts';
import { realServerTable } from './check/real-servers.ts';
import { syncDaemonObjects, timeoutObjects } from './check/settings.ts';
import { virtualServerTable } from './check/virtual-servers.ts';
import type { Snapshot } from './snapshot.ts';

export const checkObjects = (snapshot: Snapshot): readonly ManagedObject[] => {
  const blocks = blocksOf(snapshot);
  return [
    groupTable(snapshot.config),
    groupMemberTable(snapshot.config),
    virtualServerTable(snapshot, blocks),
    realServerTable(snapshot, blocks),
    ...syncDaemonObjects(snapshot.config),
    ...timeoutObjects(snapshot.config),
  ];
};
