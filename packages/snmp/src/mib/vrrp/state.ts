// VrrpState of KEEPALIVED-MIB, from the roles and notifications of VRRP.
import type { VrrpSyncGroup } from '@vipward/config';
import type { InstanceStatus } from '@vipward/vrrp';
import type { Snapshot } from '../snapshot.ts';

export const vrrpState = { initialize: 0, backup: 1, master: 2, fault: 3 } as const satisfies Record<
  InstanceStatus['role'],
  number
>;

/** Of what the workers notify; other states are none of VrrpState. */
export const notifiedState: Readonly<Record<string, number>> = {
  BACKUP: 1,
  MASTER: 2,
  FAULT: 3,
  STOP: 5,
  DELETED: 6,
};

export const statusOf = (snapshot: Snapshot, name: string): InstanceStatus | undefined =>
  snapshot.instances.find((instance) => instance.name === name);

/** Members change together, so a group is what all of them are; one in fault makes it fault, one that starts init. */
export const groupState = (snapshot: Snapshot, { members }: VrrpSyncGroup): number => {
  const roles = members.map((name) => statusOf(snapshot, name)?.role ?? 'initialize');
  if (roles.includes('fault')) return vrrpState.fault;
  if (roles.includes('initialize')) return vrrpState.initialize;
  return roles.every((role) => role === 'master') ? vrrpState.master : vrrpState.backup;
};
