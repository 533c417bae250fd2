// The VRRP part of KEEPALIVED-MIB: all its tables.
import type { ManagedObject } from '../view/object.ts';
import type { Snapshot } from './snapshot.ts';
import { addressTable } from './vrrp/addresses.ts';
import { groupMemberTable, groupTable } from './vrrp/groups.ts';
import { instanceTable } from './vrrp/instances.ts';
import { nextHopTable, routeTable } from './vrrp/routes.ts';
import { ruleTable } from './vrrp/rules.ts';
import { bfdTable, fileTable, processTable, scriptTable } from './vrrp/tracked.ts';
import { groupTrackTables, instanceTrackTables } from './vrrp/tracking.ts';

export const vrrpObjects = (snapshot: Snapshot): readonly ManagedObject[] => [
  groupTable(snapshot),
  groupMemberTable(snapshot),
  instanceTable(snapshot),
  ...instanceTrackTables(snapshot),
  addressTable(snapshot),
  routeTable(snapshot),
  nextHopTable(snapshot),
  ruleTable(snapshot),
  scriptTable(snapshot),
  fileTable(snapshot),
  bfdTable(snapshot),
  processTable(snapshot),
  ...groupTrackTables(snapshot),
];
