// The vrrp worker: adverts, virtual addresses and gratuitous ARP; nothing else lives in this process.
import { NetlinkError, openRouteKernel } from '@vipward/netlink';
import { ownedSettings, startDelay, startVrrp, trackSettings, VrrpError, withTrackedWeights } from '@vipward/vrrp';
import { DaemonError, exitStatus } from '../exit.ts';
import { createInstanceSync } from './instance-sync.ts';
import { openConfiguredIpvs } from './ipvs-kernel.ts';
import { vrrpRouteOptions } from './route-settings.ts';
import type { StartRole } from './run.ts';
import { startScriptFor } from './start-script.ts';

export const startVrrpWorker: StartRole = async ({ config, settings, clock, log, onState, bfds }) => {
  const routeKernel = openRouteKernel(vrrpRouteOptions(config.global));
  const sync = createInstanceSync(log, () => openConfiguredIpvs(config));
  let { global } = config;
  try {
    const vrrp = await startVrrp({
      ...withTrackedWeights(config),
      scripts: config.vrrpScripts,
      bfdsUp: bfds.flatMap(({ name, up }) => (up ? [name] : [])),
      startScript: startScriptFor(() => global),
      routeKernel,
      clock,
      log,
      stateFile: settings.stateFile,
      startDelay: startDelay(global, clock.now()),
      links: config.process ?? {},
      owned: ownedSettings(config),
      wires: global,
      tracking: trackSettings(config),
      onEvent: ({ kind, name, state, priority, resumed }) => {
        sync.changed({ kind, name, state });
        if (!resumed) onState({ kind, name, state, priority });
      },
    });
    // Only now is it known which instance went on as master.
    sync.configure(config);
    return {
      async reload(next) {
        global = next.global;
        sync.configure(next);
        const { instances, groups } = withTrackedWeights(next);
        await vrrp.reload(
          instances,
          next.vrrpScripts,
          groups,
          next.process,
          ownedSettings(next),
          global,
          trackSettings(next),
        );
      },
      bfd: ({ name, up }) => vrrp.setBfd(name, up),
      status: () => ({ instances: vrrp.states() }),
      details: () => vrrp.details(),
      clearCounts: () => vrrp.clearCounts(),
      async stop() {
        await vrrp.stop({ keepAddresses: settings.keepKernelState });
        await sync.stop({ keep: settings.keepKernelState });
        routeKernel.close();
      },
    };
  } catch (error) {
    routeKernel.close();
    if (error instanceof VrrpError) throw new DaemonError(error.code, exitStatus.config, error.message, error);
    if (error instanceof NetlinkError) throw new DaemonError(error.code, exitStatus.fatal, error.message, error);
    throw error;
  }
};
