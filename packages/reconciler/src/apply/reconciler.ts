// The loop: brings the kernel's LVS table to what is wanted, keeps it there, and says what it did.
import type { IpvsKernel, IpvsOperation, LvsTable } from '@vipward/netlink';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import { repairsAmong } from '../plan/drift.ts';
import { adopted, afterOperations, indexTable, type TableIndex } from '../plan/index-table.ts';
import { claim, type Ownership, release, sameOwnership } from '../plan/ownership.ts';
import { planIndexed } from '../plan/plan.ts';
import { backOff, type Holds, holdFailures, holdId, ownFailures, selectDue } from './holds.ts';
import { doneLines, failureLines, repairLines } from './report.ts';

/** Where lines go; the daemon's Logger fits. */
export interface ReconcilerLog {
  error(text: string): void;
  warning(text: string): void;
  info(text: string): void;
}

export interface ReconcilerOptions {
  readonly kernel: Pick<IpvsKernel, 'table' | 'apply'>;
  readonly clock: Clock;
  readonly log: ReconcilerLog;
  /** What was ours when the process before this one ended; nothingOwned on a first start. */
  readonly owned: Ownership;
  /**
   * Called, and awaited, when the set of our entries changes: before the kernel gets a new one, after an old one is gone.
   * Keep it in a file (ownershipToJson), and a process that starts after a crash still knows what to remove.
   */
  readonly onOwnedChange: (owned: Ownership) => void | Promise<void>;
  /** Milliseconds between two drift checks, 10 s by default; longer when reading takes more than 1 % of it. */
  readonly driftInterval?: Millis;
}

export interface ReconcilerStats {
  /** Times the kernel's table was read. */
  readonly reads: number;
  /** Operations sent to the kernel, the refused ones included: 0 means that nothing was written. */
  readonly operationsSent: number;
  readonly operationsRefused: number;
  /** Entries of ours that someone else had changed or removed and that were put right. */
  readonly repaired: number;
}

export interface Reconciler {
  /** The whole table that is wanted from now on. One apply at a time; a newer table replaces one that still waits. */
  setDesired(table: LvsTable): void;
  /** Reads the kernel and applies, now; resolves when that is done (refused operations are tried again later). */
  reconcileNow(): Promise<void>;
  /** Resolves when nothing is being applied. */
  idle(): Promise<void>;
  stats(): ReconcilerStats;
  /** Ends the loop. `remove` deletes our services first, and only ours. Never rejects. */
  stop(options: { readonly remove: boolean }): Promise<void>;
}

export const createReconciler = (options: ReconcilerOptions): Reconciler => {
  const { kernel, clock, log, onOwnedChange, driftInterval = 10_000 } = options;
  const stats = { reads: 0, operationsSent: 0, operationsRefused: 0, repaired: 0 };
  let owned = options.owned;
  let desired: TableIndex | undefined;
  /** The kernel's table as of the last read and our operations since; undefined when it must be read. */
  let known: TableIndex | undefined;
  let readWanted = true;
  let workWanted = false;
  let working = false;
  let work: Promise<void> = Promise.resolve();
  let stopped = false;
  let holds: Holds = new Map();
  let roundFailures = { attempts: 0, message: '' };
  let cancelRetry: Cancel = () => {};
  let cancelDriftCheck: Cancel = () => {};

  const wake = (): void => {
    workWanted = true;
    if (working || stopped) return;
    working = true;
    work = rounds();
  };

  const rounds = async (): Promise<void> => {
    while (workWanted && !stopped) {
      workWanted = false;
      cancelRetry();
      try {
        if (desired !== undefined) await round(desired);
        roundFailures = { attempts: 0, message: '' };
      } catch (error) {
        roundFailed(error);
      }
    }
    // In the same turn as the last look at workWanted, so that no wake-up is lost between the two.
    working = false;
  };

  const round = async (wanted: TableIndex): Promise<void> => {
    const remembered = known;
    const found = readWanted || known === undefined ? await read() : known;
    const planned = planIndexed(found, wanted, owned);
    const repairs =
      remembered === undefined || remembered === found ? [] : repairsAmong(planned, remembered, wanted, owned);
    const { due, nextAt, waiting } = selectDue(planned, holds, clock.now());
    await setOwned(claim(owned, wanted));
    const { done, refused } = await send(due, planned, found, repairs, wanted);
    if (known !== undefined) {
      if (due.length === planned.length && !refused) known = adopted(known, wanted);
      await setOwned(release(owned, wanted, known));
    }
    if (refused || (waiting && done > 0)) workWanted = true;
    else if (nextAt !== undefined) retryAt(nextAt);
  };

  /** Sends operations, remembers the result, logs. A refusal means that we knew wrong: read again. */
  const send = async (
    due: readonly IpvsOperation[],
    planned: readonly IpvsOperation[],
    found: TableIndex,
    repairs: readonly IpvsOperation[],
    wanted: TableIndex,
  ): Promise<{ readonly done: number; readonly refused: boolean }> => {
    if (due.length === 0) return { done: 0, refused: false };
    known = undefined;
    stats.operationsSent += due.length;
    const failures = await kernel.apply(due);
    stats.operationsRefused += failures.length;
    const failed = new Set(failures.map(({ index }) => index));
    const done = due.filter((_, index) => !failed.has(index));
    known = afterOperations(found, done, done.length === planned.length ? wanted : undefined);
    readWanted ||= failures.length > 0;

    const before = holds;
    const telling = ownFailures(failures);
    holds = holdFailures(holds, planned, due, telling, clock.now());
    const isRepair = new Set(repairs);
    const repaired = done.filter((operation) => isRepair.has(operation));
    stats.repaired += repaired.length;
    for (const line of repairLines(repaired, found)) log.warning(line);
    for (const line of doneLines(
      done.filter((operation) => !isRepair.has(operation)),
      found,
    ))
      log.info(line);
    // The first refusal may be a race that reading again settles; later ones are said when there is something new to say.
    const worthSaying = telling.filter(({ operation }) => {
      const now = holds.get(holdId(operation));
      const last = before.get(holdId(operation));
      return now !== undefined && last !== undefined && (now.attempts === 2 || now.reason !== last.reason);
    });
    for (const line of failureLines(worthSaying, ({ operation }) =>
      backOff(holds.get(holdId(operation))?.attempts ?? 0),
    )) {
      log.error(line);
    }
    return { done: done.length, refused: failures.length > 0 };
  };

  const read = async (): Promise<TableIndex> => {
    readWanted = false;
    const from = clock.now();
    stats.reads += 1;
    try {
      known = indexTable(await kernel.table());
    } catch (error) {
      readWanted = true;
      throw error;
    }
    const now = clock.now();
    cancelDriftCheck();
    cancelDriftCheck = stopped ? () => {} : clock.at(now + Math.max(driftInterval, 100 * (now - from)), readAgain);
    return known;
  };

  const readAgain = (): void => {
    readWanted = true;
    wake();
  };

  const setOwned = async (next: Ownership): Promise<void> => {
    if (sameOwnership(owned, next)) return;
    owned = next;
    try {
      await onOwnedChange(next);
    } catch (error) {
      // Worth a line, but no reason to leave traffic without its servers.
      log.warning(`What is ours could not be recorded: ${messageOf(error)}`);
    }
  };

  const retryAt = (deadline: Millis): void => {
    cancelRetry();
    cancelRetry = stopped ? () => {} : clock.at(deadline, wake);
  };

  const roundFailed = (error: unknown): void => {
    const message = messageOf(error);
    const attempts = roundFailures.attempts + 1;
    const delay = backOff(attempts + 1);
    if (message !== roundFailures.message) log.error(`IPVS table: ${message}; next try in ${delay / 1000} s`);
    roundFailures = { attempts, message };
    readWanted = true;
    retryAt(clock.now() + delay);
  };

  const idle = async (): Promise<void> => {
    while (working) await work;
  };

  const removeOwn = async (): Promise<void> => {
    // A second time when something was refused: another program may have been at work in between.
    for (const attempt of [1, 2]) {
      const found = await read();
      const planned = planIndexed(found, new Map(), owned);
      const { refused } = await send(planned, planned, found, [], new Map());
      if (!refused) break;
      if (attempt === 2) log.warning('Some virtual servers could not be removed and stay in the kernel');
    }
    await setOwned(release(owned, new Map(), known ?? (await read())));
  };

  return {
    setDesired(table) {
      desired = indexTable(table, desired);
      wake();
    },
    async reconcileNow() {
      readAgain();
      await idle();
    },
    idle,
    stats: () => ({ ...stats }),
    async stop({ remove }) {
      if (stopped) return work;
      stopped = true;
      cancelRetry();
      cancelDriftCheck();
      await idle();
      if (!remove) return;
      work = removeOwn().catch((error: unknown) => {
        log.error(`Own virtual servers were not removed: ${messageOf(error)}`);
      });
      await work;
    },
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
