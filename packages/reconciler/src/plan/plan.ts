// plan(actual, desired, owned): the fewest operations that make the kernel's table what is wanted, in a safe order.
import type { IpvsOperation, LvsTable } from '@vipward/netlink';
import { sameDestination, sameService } from './differences.ts';
import { type IndexedService, indexTable, type TableIndex } from './index-table.ts';
import type { Ownership } from './ownership.ts';

/**
 * | in the kernel | wanted | owned | what happens                                   |
 * |---------------|--------|-------|------------------------------------------------|
 * | no            | yes    | any   | added                                          |
 * | the same      | yes    | any   | nothing: adopted, whoever put it there         |
 * | different     | yes    | any   | edited, never deleted and added again          |
 * | yes           | no     | yes   | deleted                                        |
 * | yes           | no     | no    | nothing: it is someone else's                  |
 *
 * The table holds for services, and inside a wanted service for destinations. A service of ours that is no longer wanted
 * goes with whatever is inside: a destination cannot stay without its service.
 *
 * Order: services and destinations are added or edited first, edits that bring a weight up before others, then
 * destinations are deleted, then services. So no service loses its last server before the new one is in.
 */
export const plan = (actual: LvsTable, desired: LvsTable, owned: Ownership): readonly IpvsOperation[] =>
  planIndexed(indexTable(actual), indexTable(desired), owned);

/** plan() on tables that are indexed already. */
export const planIndexed = (actual: TableIndex, desired: TableIndex, owned: Ownership): readonly IpvsOperation[] => {
  const steps: Steps = { grow: [], shrink: [] };
  for (const [id, wanted] of desired) planService(steps, actual.get(id), wanted, owned.get(id) ?? nothing);
  for (const [id, present] of actual) {
    if (owned.has(id) && !desired.has(id)) steps.shrink.push({ kind: 'delete-service', service: present.service.key });
  }
  return steps.grow.concat(steps.shrink);
};

/** What may be carried out of a plan: all, what adds and edits, or nothing (to show what would be done). */
export type Policy = 'sync' | 'add-only' | 'dry-run';

export const narrow = (operations: readonly IpvsOperation[], policy: Policy): readonly IpvsOperation[] => {
  switch (policy) {
    case 'sync':
      return operations;
    case 'add-only':
      return operations.filter(({ kind }) => kind !== 'delete-service' && kind !== 'delete-destination');
    case 'dry-run':
      return [];
  }
};

interface Steps {
  readonly grow: IpvsOperation[];
  readonly shrink: IpvsOperation[];
}

const nothing: ReadonlySet<string> = new Set();

const planService = (
  { grow, shrink }: Steps,
  present: IndexedService | undefined,
  wanted: IndexedService,
  owned: ReadonlySet<string>,
): void => {
  // After an apply it is in the kernel as it was wanted: see adopted().
  if (present === wanted) return;
  const { service } = wanted;
  if (present === undefined) grow.push({ kind: 'add-service', service });
  else if (!sameService(present.service, service)) grow.push({ kind: 'edit-service', service });
  const lowered: IpvsOperation[] = [];
  for (const [id, destination] of wanted.destinations) {
    const found = present?.destinations.get(id);
    if (found === undefined) grow.push({ kind: 'add-destination', service: service.key, destination });
    else if (!sameDestination(found, destination)) {
      // Up before down: between two states with a usable server there is none where every weight is 0.
      (destination.weight > found.weight ? grow : lowered).push({
        kind: 'edit-destination',
        service: service.key,
        destination,
      });
    }
  }
  for (const operation of lowered) grow.push(operation);
  if (present === undefined) return;
  for (const [id, { key }] of present.destinations) {
    if (owned.has(id) && !wanted.destinations.has(id)) {
      shrink.push({ kind: 'delete-destination', service: service.key, destination: key });
    }
  }
};
