// The checker worker: health checks decide, the reconciler makes the kernel's IPVS table match.
import type { Config, Script } from '@vipward/config';
import { type HealthEvent, type HealthSettings, noticesFor, runCheck, scriptsFor, startHealth } from '@vipward/health';
import { NetlinkError, openRouteKernel } from '@vipward/netlink';
import { createReconciler, nothingOwned } from '@vipward/reconciler';
import { DaemonError, exitStatus } from '../exit.ts';
import { removeStateFile } from '../files/state-file.ts';
import { ownedAtStart, readCheckerState, writeCheckerState } from './checker-state.ts';
import { type HostAddresses, watchAddresses } from './host-addresses.ts';
import { openConfiguredIpvs } from './ipvs-kernel.ts';
import { createLvsGlobals } from './lvs-globals.ts';
import { netlinkDebug } from './netlink-debug.ts';
import { noticeSettings } from './notice-settings.ts';
import type { StartRole } from './run.ts';
import { scriptRulesFor } from './start-script.ts';

/** A change is written down this long after it happened: a burst costs one file. */
const writeDelayMs = 100;

export const startChecker: StartRole = async ({ config: first, settings, clock, log, onScript, onServers, bfds }) => {
  const kernel = await openKernel(first);
  const saved = readCheckerState(settings.stateFile);
  let config = first;
  let owned = await ownedAtStart(first, saved, kernel);
  let pendingWrite: (() => void) | undefined;
  let checking = false;

  const writeState = (): void => {
    pendingWrite?.();
    pendingWrite = undefined;
    // Until a check has begun nothing is known that a successor could not take from the file before this one.
    writeCheckerState(settings.stateFile, {
      owned,
      health: checking ? health.toJson() : saved.health,
      timeouts: globals.timeoutsBefore,
    });
  };
  const writeSoon = (): void => {
    pendingWrite ??= clock.at(clock.now() + writeDelayMs, writeState);
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
    hostAddresses = await watchAddresses(
      openRouteKernel({ debug: netlinkDebug(), watchBuffer: config.global.lvsNetlinkMonitorRcvBufs }),
      log,
      (addresses) => health.setAddresses(addresses),
    );
  };
  await watchHost();
  const health = startHealth({
    ...settingsOf(config),
    virtualServers: config.virtualServers,
    clock,
    random: Math.random,
    log,
    previous: saved.health,
    bfds,
    readKernel: () => kernel.table(),
    addresses: hostAddresses?.first,
    check: (checker, url, context) => runCheck(checker, url, { ...context, scriptAccount }),
    // Traffic first: the table is in the kernel before timers are made for the checks.
    waits: true,
    onChange: (table, events) => {
      reconciler.setDesired(table);
      tell(events);
      if (checking) writeSoon();
      else void reconciler.idle().then(beginChecks);
    },
  });
  await globals.set(first.global);
  return {
    async reload(next) {
      config = next;
      await globals.set(next.global);
      const watched = hostAddresses;
      await watchHost();
      if (hostAddresses !== undefined && watched === undefined) health.setAddresses(hostAddresses.first);
      health.reload(next.virtualServers, settingsOf(next));
      await reconciler.idle();
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
      await reconciler.stop({ remove: !settings.keepKernelState });
      if (!settings.keepKernelState) {
        await globals.takeBack();
        if (config.global.lvsFlushOnStop === 'all') await kernel.apply([{ kind: 'flush' }]);
      }
      pendingWrite?.();
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

const settingsOf = ({ trackFiles = [], global }: Config): HealthSettings => ({
  trackFiles,
  logAllFailures: global.checkerLogAllFailures ?? false,
  rsInitNotifies: global.rsInitNotifies ?? false,
});

const openKernel = async (config: Config): ReturnType<typeof openConfiguredIpvs> => {
  try {
    return await openConfiguredIpvs(config);
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    throw new DaemonError(error.code, exitStatus.fatal, error.message, error);
  }
};
