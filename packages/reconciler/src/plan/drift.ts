// Drift: what someone else did to our entries between two reads of the kernel.
import type { IpvsOperation } from '@vipward/netlink';
import { destinationKeyId, serviceKeyId } from '@vipward/netlink';
import type { TableIndex } from './index-table.ts';
import type { Ownership } from './ownership.ts';
import { planIndexed } from './plan.ts';

/**
 * The operations of `planned` that repair: their entry was as wanted in the table we remember. What was not yet as wanted
 * is work still to be done, not drift.
 */
export const repairsAmong = (
  planned: readonly IpvsOperation[],
  remembered: TableIndex,
  desired: TableIndex,
  owned: Ownership,
): readonly IpvsOperation[] => {
  if (planned.length === 0) return [];
  const expected = new Set(planIndexed(remembered, desired, owned).map(entryId));
  return planned.filter((operation) => !expected.has(entryId(operation)));
};

/** The entry an operation is about: equal for adding, editing and deleting the same one. */
export const entryId = (operation: IpvsOperation): string => {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service':
      return serviceKeyId(operation.service.key);
    case 'delete-service':
      return serviceKeyId(operation.service);
    case 'add-destination':
    case 'edit-destination':
      return `${serviceKeyId(operation.service)} ${destinationKeyId(operation.destination.key)}`;
    case 'delete-destination':
      return `${serviceKeyId(operation.service)} ${destinationKeyId(operation.destination)}`;
    case 'zero':
    case 'flush':
      return operation.kind;
  }
};

/** The service an operation belongs to; undefined for operations on the whole table. */
export const serviceIdOf = (operation: IpvsOperation): string | undefined => {
  switch (operation.kind) {
    case 'add-service':
    case 'edit-service':
      return serviceKeyId(operation.service.key);
    case 'delete-service':
    case 'add-destination':
    case 'edit-destination':
    case 'delete-destination':
      return serviceKeyId(operation.service);
    case 'zero':
    case 'flush':
      return undefined;
  }
};
