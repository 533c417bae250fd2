// The checker worker: health checks decide, the reconciler makes the kernel's IPVS table match.
import type { Config, Script } from '@vipward/config';
import { type HealthEvent, noticesFor, runCheck, scriptsFor, startHealth } from '@vipward/health';
import { type LvsTable, NetlinkError, openRouteKernel } from '@vipward/netlink';
import { covers, createReconciler, nothingOwned, together } from '@vipward/reconciler';
import type { Millis } from '@vipward/sockets';
import { DaemonError, exitStatus } from '../exit.ts';
import { removeStateFile } from '../files/state-file.ts';
import { leftAtStart, ownedAtStart, readCheckerState, writeCheckerState } from './checker-state.ts';
import { healthSettings } from './health-settings.ts';
import { type HostAddresses, watchAddresses } from './host-addresses.ts';
import { ipvsNamespaceFile, openConfiguredIpvs } from './ipvs-kernel.ts';
import { createLvsGlobals } from './lvs-globals.ts';
import { type GroupMarking, marksWanted, withServicesOf } from './marking.ts';
import { noticeSettings } from './notice-settings.ts';
import { checkerRouteOptions } from './route-settings.ts';
import type { StartRole } from './run.ts';
import { scriptRulesFor } from './start-script.ts';

/** A change is written down this long after it happened: a burst costs one file, and a large one at most a twentieth of the time. */
const writeDelayMs = 100;
const writeRestFactor = 20;

export const startChecker: StartRole = async ({ config: first, settings, clock, log, onScript, onServers, bfds }) => {
  const kernel = await openKernel(first);
  const saved = readCheckerState(settings.stateFile);
  let config = first;
  let owned = await ownedAtStart(first, saved, kernel);
  const left = await leftAtStart(first, saved, kernel);
  /** What the file says of it: all that has been ours since the last reload, so that servers come and go without a writing each. */
  let recorded = owned;
  let pendingWrite: (() => void) | undefined;
  let writeTook: Millis = 0;
  let checking = false;
  /** Services that stay in the table until packets have their new marks. */
  let leaving: LvsTable | undefined;
  let marking: GroupMarking | undefined;

  const writeState = (): void => {
    pendingWrite?.();
    pendingWrite = undefined;
    const from = clock.now();
    // Until a check has begun nothing is known that a successor could not take from the file before this one.
    writeCheckerState(settings.stateFile, {
      owned: recorded,
      health: checking ? health.toJson() : saved.health,
      timeouts: globals.timeoutsBefore,
      marks: marking === undefined ? saved.marks : marking.saved(),
    });
    writeTook = clock.now() - from;
  };
  const writeSoon = (): void => {
    pendingWrite ??= clock.at(clock.now() + Math.max(writeDelayMs, writeRestFactor * writeTook), writeState);
  };
  const beginChecks = (): void => {
    if (checking) return;
    checking = true;
    health.begin();
    writeSoon();
  };

  const tell = (events: readonly HealthEvent[]): void => {
    for (const event of events) for (const run of scriptsFor(event)) onScript(run);
    const wanted = noticeSettings(config);
    if (wanted.pipes || wanted.mails) onServers(events.flatMap((event) => noticesFor(event, wanted)));
  };

  const globals = createLvsGlobals({
    kernel,
    log,
    timeoutsBefore: saved.timeouts,
    onTimeoutsBefore: writeState,
  });
  const reconciler = createReconciler({
    kernel,
    clock,
    // What health decided has been said by health; with -D the reconciler says what it made of it.
    log: { ...log, info: log.detail },
    owned,
    // Written down before the kernel is touched: a crash between the two loses no entry.
    onOwnedChange: (next) => {
      owned = next;
      if (covers(recorded, next)) return;
      recorded = together(recorded, next);
      writeState();
    },
  });
  const scriptRules = scriptRulesFor(() => config.global);
  const scriptAccount = (script: Script) => {
    const allowed = scriptRules(script);
    return typeof allowed === 'string' ? allowed : (allowed.account ?? {});
  };
  let hostAddresses: HostAddresses | undefined;
  const watchHost = async (): Promise<void> => {
    if (hostAddresses !== undefined || !config.virtualServers.some(({ haSuspend }) => haSuspend)) return;
    hostAddresses = await watchAddresses(openRouteKernel(checkerRouteOptions(config.global)), log, (addresses) =>
      health.setAddresses(addresses),
    );
  };
  await watchHost();
  const prepareMarking = async (): Promise<void> => {
    if (marking !== undefined || !marksWanted(config, saved.marks)) return;
    const [{ createGroupMarking }, { systemNftables }] = await Promise.all([
      import('./group-marks.ts'),
      import('@vipward/netlink/nftables'),
    ]);
    const nftables = systemNftables(ipvsNamespaceFile(config.process?.netNamespaceIpvs));
    marking = createGroupMarking({ nftables, clock, log, previous: saved.marks, onProgress: writeState });
  };
  /** The services of a configuration are in the kernel: its marks follow, and what they have replaced goes. */
  const settleMarks = async (): Promise<void> => {
    if (marking === undefined) return;
    const { virtualServers } = config;
    if (!(await marking.settle())) {
      health.reload(virtualServers, healthSettings(config));
      setTable(health.table());
      await reconciler.idle();
    }
    leaving = undefined;
    setTable(health.table());
    await reconciler.idle();
  };
  const setTable = (table: LvsTable): void =>
    reconciler.setDesired(leaving === undefined ? table : withServicesOf(leaving, table));
  await prepareMarking();
  const firstMarks = marking?.take(first);
  let settled: Promise<void> | undefined;
  const health = startHealth({
    ...healthSettings(config, firstMarks),
    virtualServers: config.virtualServers,
    clock,
    random: Math.random,
    log,
    previous: saved.health,
    bfds,
    readKernel: () => kernel.table(),
    left,
    addresses: hostAddresses?.first,
    check: (checker, url, context) => runCheck(checker, url, { ...context, scriptAccount }),
    // Traffic first: the table is in the kernel before timers are made for the checks.
    waits: true,
    onChange: (table, events) => {
      setTable(table);
      tell(events);
      if (checking) writeSoon();
      else settled ??= reconciler.idle().then(settleMarks).then(beginChecks);
    },
  });
  await globals.set(first.global);
  return {
    async reload(next) {
      await settled;
      config = next;
      await globals.set(next.global);
      const watched = hostAddresses;
      await watchHost();
      if (hostAddresses !== undefined && watched === undefined) health.setAddresses(hostAddresses.first);
      await prepareMarking();
      const marks = marking?.take(next);
      if (marking !== undefined) leaving = health.table();
      health.reload(next.virtualServers, healthSettings(next, marks));
      setTable(health.table());
      await reconciler.idle();
      await settleMarks();
      recorded = owned;
      writeSoon();
    },
    bfd: ({ name, up }) => health.setBfd(name, up),
    order(order) {
      const answer = health.order(order);
      // Written at once: what an operator said outlives a crash in the next second.
      if (answer.ok && answer.changed) writeState();
      return answer;
    },
    status: () => ({ services: health.report(), checks: health.lateness() }),
    async stop() {
      tell(health.stop());
      hostAddresses?.close();
      await marking?.close({ keep: settings.keepKernelState });
      await reconciler.stop({ remove: !settings.keepKernelState });
      if (!settings.keepKernelState) {
        await globals.takeBack();
        if (config.global.lvsFlushOnStop === 'all') await kernel.apply([{ kind: 'flush' }]);
      }
      pendingWrite?.();
      recorded = owned;
      if (settings.keepKernelState) writeState();
      else {
        // The table is gone, and with it all that was known; what an operator said counts until an operator says otherwise.
        const words = health.wordsToJson();
        if (words === undefined) removeStateFile(settings.stateFile);
        else writeCheckerState(settings.stateFile, { owned: nothingOwned, health: words, timeouts: undefined });
      }
      kernel.close();
    },
  };
};

const openKernel = async (config: Config): ReturnType<typeof openConfiguredIpvs> => {
  try {
    return await openConfiguredIpvs(config);
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    throw new DaemonError(error.code, exitStatus.fatal, error.message, error);
  }
};
