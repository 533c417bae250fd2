// From a worker's change of state to the scripts that the running configuration names for it.
import type { Config, VrrpInstance } from '@vipward/config';
import type { Notifier } from '@vipward/notify';
import type { Clock } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import type { StateChange } from './messages.ts';

export interface Notifications {
  notify(config: Config, change: StateChange): void;
  /** Waits for the scripts that are still running, but not for ever. */
  drain(): Promise<void>;
}

/** Scripts still running when the daemon ends get this long. */
const drainMs = 5000;

/** The notifier is loaded at the first script, so that a director without scripts never pays for it. */
export const createNotifications = (parts: { readonly clock: Clock; readonly log: Logger }): Notifications => {
  let notifier: Promise<Notifier> | undefined;
  let global: Config['global'] | undefined;
  const load = async (): Promise<Notifier> => {
    const { createNotifier, systemAccounts, systemScriptGuard, systemSpawn } = await import('@vipward/notify');
    return createNotifier({
      ...parts,
      spawn: systemSpawn(process.env),
      // Both look at the configuration that runs when the script is due, not at the one of the start.
      accounts: (user) => systemAccounts(global?.scriptUser)(user),
      guard: (...about) => systemScriptGuard(global?.enableScriptSecurity ?? false)(...about),
    });
  };
  return {
    notify(config, change) {
      const scripts = config.vrrpInstances.find(({ name }) => name === change.name);
      if (scripts === undefined || !hasScripts(scripts)) return;
      global = config.global;
      notifier ??= load();
      void notifier.then(
        (ready) =>
          ready.stateChanged({
            object: change.kind,
            name: change.name,
            state: change.state,
            priority: change.priority,
            scripts,
          }),
        (error: unknown) => parts.log.error(`Notify scripts: ${String(error)}`),
      );
    },
    async drain() {
      await (await notifier)?.drain(drainMs);
    },
  };
};

const hasScripts = (instance: VrrpInstance): boolean =>
  [instance.notify, instance.notifyMaster, instance.notifyBackup, instance.notifyFault, instance.notifyStop].some(
    (script) => script !== undefined,
  );
