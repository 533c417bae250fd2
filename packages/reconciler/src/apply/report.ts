// What the loop says: one line per change while they are few, a count when they are many.
import type { IpvsOperation, OperationFailure } from '@vipward/netlink';
import { describeAttempt, describeDone, describeDrift } from '../plan/describe.ts';
import type { TableIndex } from '../plan/index-table.ts';
import { reasonOf } from './holds.ts';

/** Above this many of one kind a single line counts them: 10,000 real servers are one start, not 10,000 lines. */
const linesEach = 20;

export const doneLines = (done: readonly IpvsOperation[], before: TableIndex): readonly string[] =>
  done.length <= linesEach ? done.map((operation) => describeDone(operation, before)) : [`IPVS table: ${count(done)}`];

export const repairLines = (repairs: readonly IpvsOperation[], found: TableIndex): readonly string[] =>
  repairs.length <= linesEach
    ? repairs.map((operation) => `Repaired: ${describeDrift(operation, found)}`)
    : [`Repaired: entries were changed or removed by another program, ${count(repairs)}`];

/** One line per refusal; of many with the same reason the first few and a count. `again` in ms says when it is tried next. */
export const failureLines = (failures: readonly OperationFailure[], again: (failure: OperationFailure) => number) => {
  const groups = Map.groupBy(failures, ({ operation, error }) => `${operation.kind} ${reasonOf(error)}`);
  return Array.from(groups.values()).flatMap((group) => [
    ...group.slice(0, 5).map((failure) => failureLine(failure, again(failure))),
    ...(group.length > 5 ? [`and ${group.length - 5} more refusals like this`] : []),
  ]);
};

const failureLine = (failure: OperationFailure, again: number): string =>
  `Cannot ${describeAttempt(failure.operation)}: ${reasonOf(failure.error)}${hint(failure)}; next try in ${again / 1000} s`;

const hint = ({ operation, error }: OperationFailure): string => {
  switch (error.errnoName) {
    case 'ENOENT':
      return operation.kind === 'add-service' || operation.kind === 'edit-service'
        ? ` (no scheduler ${operation.service.scheduler}: load the module ip_vs_${operation.service.scheduler})`
        : '';
    case 'EINVAL':
      return operation.kind === 'add-destination' || operation.kind === 'edit-destination'
        ? ' (not a unicast address, or no route to it)'
        : '';
    case 'EPERM':
      return ' (needs CAP_NET_ADMIN)';
    default:
      return '';
  }
};

const count = (operations: readonly IpvsOperation[]): string => {
  const groups = Map.groupBy(operations, ({ kind }) => kind);
  return Array.from(
    groups,
    ([kind, { length }]) => `${length} ${length === 1 ? noun[kind].one : noun[kind].many}`,
  ).join(', ');
};

const noun = {
  'add-service': { one: 'virtual server added', many: 'virtual servers added' },
  'edit-service': { one: 'virtual server changed', many: 'virtual servers changed' },
  'delete-service': { one: 'virtual server removed', many: 'virtual servers removed' },
  'add-destination': { one: 'service added', many: 'services added' },
  'edit-destination': { one: 'service changed', many: 'services changed' },
  'delete-destination': { one: 'service removed', many: 'services removed' },
  zero: { one: 'zeroing', many: 'zeroings' },
  flush: { one: 'flush', many: 'flushes' },
} as const;
