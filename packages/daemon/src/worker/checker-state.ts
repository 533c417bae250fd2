// What the checker leaves in its state file, read again: what is ours in the kernel, what was known, timeouts to put back.
import type { Config } from '@vipward/config';
import { destinationKeyId, type IpvsKernel, type IpvsTimeouts, type LvsTable, serviceKeyId } from '@vipward/netlink';
import {
  canonicalDestination,
  indexTable,
  nothingOwned,
  type Ownership,
  ownershipFromJson,
  ownershipOf,
  ownershipToJson,
} from '@vipward/reconciler';
import { readStateFile, writeStateFile } from '../files/state-file.ts';
import { timeoutsFrom } from './lvs-timeouts.ts';

export interface CheckerState {
  readonly owned: Ownership;
  /** As JSON.parse gives it. */
  readonly health: unknown;
  readonly timeouts: IpvsTimeouts | undefined;
  /** Of nftables_ipvs, as JSON.parse gives it. */
  readonly marks?: unknown;
}

/** Nothing where there is no file, or where it makes no sense. */
export const readCheckerState = (file: string): CheckerState => {
  const content = readStateFile(file);
  if (typeof content !== 'object' || content === null) {
    return { owned: nothingOwned, health: undefined, timeouts: undefined };
  }
  const owned = 'owned' in content && typeof content.owned === 'string' ? ownershipFromJson(content.owned) : undefined;
  return {
    owned: owned ?? nothingOwned,
    health: 'health' in content ? content.health : undefined,
    timeouts: 'timeouts' in content ? timeoutsFrom(content.timeouts) : undefined,
    marks: 'marks' in content ? content.marks : undefined,
  };
};

export const writeCheckerState = (file: string, { owned, health, timeouts, marks }: CheckerState): void =>
  writeStateFile(file, { owned: ownershipToJson(owned), health, timeouts, marks });

/** lvs_flush: all that is there counts as ours, so that what is not wanted goes and what is goes on. */
export const ownedAtStart = async (
  { global }: Pick<Config, 'global'>,
  { owned }: CheckerState,
  kernel: Pick<IpvsKernel, 'table'>,
): Promise<Ownership> => (global.lvsFlush ? ownershipOf(indexTable(await kernel.table())) : owned);

/** What an earlier run left in the kernel of its own; read only where somebody is to be drained (drain_on_remove). */
export const leftAtStart = async (
  { virtualServers }: Pick<Config, 'virtualServers'>,
  { owned }: Pick<CheckerState, 'owned'>,
  kernel: Pick<IpvsKernel, 'table'>,
): Promise<LvsTable> => {
  if (owned.size === 0 || virtualServers.every(({ drainOnRemove }) => drainOnRemove === undefined)) return [];
  return (await kernel.table()).flatMap(({ service, destinations }) => {
    const own = owned.get(serviceKeyId(service.key));
    const ours = destinations.filter(({ key }) => own?.has(destinationKeyId(key)));
    return ours.length === 0 ? [] : [{ service, destinations: ours.map(canonicalDestination) }];
  });
};
