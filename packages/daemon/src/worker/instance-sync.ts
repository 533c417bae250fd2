// The sync daemon of lvs_sync_daemon with an instance: the vrrp worker knows the state, so it rules the daemon.
import type { Config, LvsSyncDaemon } from '@vipward/config';
import { NetlinkError } from '@vipward/netlink';
import type { Logger } from '../log/logger.ts';
import type { StateChange } from '../supervisor/messages.ts';
import { createSyncKeeper, type SyncKeeper, type SyncKernel, type WantedSync } from './sync-daemon.ts';

export interface InstanceSync {
  /** At the start and for every new configuration. */
  configure(config: Pick<Config, 'global' | 'vrrpInstances'>): void;
  /** States of any instance or group, also those that a restarted worker resumes. */
  changed(change: Pick<StateChange, 'kind' | 'name' | 'state'>): void;
  stop(options: { readonly keep: boolean }): Promise<void>;
}

interface Opened {
  readonly kernel: SyncEdge;
  readonly keeper: SyncKeeper;
}

/** What runs the daemons; NetlinkIpvsKernel fits. */
export interface SyncEdge extends SyncKernel {
  close(): void;
}

/** IPVS is opened when there is a daemon to run; a kernel without it is said, and VRRP goes on. */
export const createInstanceSync = (
  log: Pick<Logger, 'info' | 'error'>,
  open: () => Promise<SyncEdge>,
): InstanceSync => {
  let opened: Promise<Opened | undefined> | undefined;
  let bound: Omit<WantedSync, 'master'> | undefined;
  const masters = new Set<string>();

  const openOnce = async (): Promise<Opened | undefined> => {
    try {
      const kernel = await open();
      return { kernel, keeper: createSyncKeeper(kernel, log) };
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
      log.error(`IPVS sync daemon: ${error.message}`);
      return undefined;
    }
  };
  const apply = async (): Promise<void> => {
    if (bound === undefined && opened === undefined) return;
    opened ??= openOnce();
    const ready = await opened;
    const name = bound?.settings.instance;
    ready?.keeper.set(bound && { ...bound, master: name !== undefined && masters.has(name) });
    await ready?.keeper.idle();
  };

  return {
    configure({ global, vrrpInstances }) {
      const settings = global.lvsSyncDaemon ?? writtenInInstance(vrrpInstances);
      const instance = vrrpInstances.find(({ name }) => name === settings?.instance);
      bound = settings && instance && { settings, routerId: instance.virtualRouterId };
      for (const name of masters) if (vrrpInstances.every((each) => each.name !== name)) masters.delete(name);
      void apply();
    },
    changed({ kind, name, state }) {
      if (kind !== 'INSTANCE') return;
      const before = masters.has(name);
      if (state === 'MASTER') masters.add(name);
      else if (state === 'BACKUP' || state === 'FAULT' || state === 'STOP' || state === 'DELETED') masters.delete(name);
      if (before !== masters.has(name) && name === bound?.settings.instance) void apply();
    },
    async stop({ keep }) {
      if (!keep) {
        bound = undefined;
        await apply();
      }
      (await opened)?.kernel.close();
    },
  };
};

/** The deprecated lvs_sync_daemon_interface, which stands in the instance itself. */
const writtenInInstance = (instances: Config['vrrpInstances']): LvsSyncDaemon | undefined => {
  for (const { name, lvsSyncDaemonInterface: interfaceName } of instances)
    if (interfaceName !== undefined) return { interfaceName, instance: name };
  return undefined;
};
