// The table before the worker: at a start there is nobody's work to go on with, so the process that has read the file writes it.
import { existsSync } from 'node:fs';
import type { Config } from '@vipward/config';
import { firstTable } from '@vipward/health/first-table';
import type { IpvsKernel } from '@vipward/netlink';
import { createReconciler } from '@vipward/reconciler';
import { type Clock, lockHolder } from '@vipward/sockets';
import { ownedAtStart, readCheckerState, writeCheckerState } from '../worker/checker-state.ts';
import { openConfiguredIpvs } from '../worker/ipvs-kernel.ts';
import type { WorkerSettings } from './messages.ts';

/**
 * Writes what the checker worker would write first, and its state file, so that the worker finds it as after a death of its
 * own; true when that was done. It is left to the worker when an earlier run has left something, when a worker of it still
 * lives, when files, BFD sessions or nftables (nftables_ipvs) have a say, with an IPVS in another namespace, and when anything fails: the worker then tries
 * again, and says why it cannot.
 */
export const writeFirstTable = async (
  config: Config,
  { pidFile, stateFile }: Pick<WorkerSettings, 'pidFile' | 'stateFile'>,
  clock: Clock,
  openKernel: (config: Config) => Promise<OpenedKernel> = openConfiguredIpvs,
): Promise<boolean> => {
  if (config.process?.netNamespaceIpvs !== undefined || lockHolder(pidFile) !== undefined) return false;
  const saved = readCheckerState(stateFile);
  if (saved.owned.size > 0 || config.virtualServers.some(({ groupMark }) => groupMark !== undefined)) return false;
  const table = firstTable(config.virtualServers, saved.health, existsSync, clock.now());
  if (table === undefined) return false;
  const kernel = await openKernel(config).catch(() => undefined);
  if (kernel === undefined) return false;
  let failed = false;
  const error = (): void => {
    failed = true;
  };
  try {
    const reconciler = createReconciler({
      kernel,
      clock,
      log: { error, warning: () => {}, info: () => {} },
      owned: await ownedAtStart(config, saved, kernel),
      onOwnedChange: (owned) => writeCheckerState(stateFile, { ...saved, owned }),
    });
    reconciler.setDesired(table);
    await reconciler.idle();
    await reconciler.stop({ remove: false });
    return !failed && reconciler.stats().operationsRefused === 0;
  } catch {
    return false;
  } finally {
    kernel.close();
  }
};

type OpenedKernel = Pick<IpvsKernel, 'table' | 'apply'> & { close(): void };
