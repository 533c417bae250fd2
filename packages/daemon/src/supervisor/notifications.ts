// From a worker's change of state to the scripts that the running configuration names for it.
import type { Config, VrrpInstance, VrrpSyncGroup } from '@vipward/config';
import type { Notifier } from '@vipward/notify';
import type { Clock } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import type { ServerScript, StateChange } from './messages.ts';

export interface Notifications {
  notify(config: Config, change: StateChange): void;
  /** Queues a script of a real or virtual server. */
  run(config: Config, script: ServerScript): void;
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
      const objects = change.kind === 'GROUP' ? (config.syncGroups ?? []) : config.vrrpInstances;
      const scripts = objects.find(({ name }) => name === change.name);
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
    run(config, { object, script, purpose }) {
      global = config.global;
      notifier ??= load();
      void notifier.then(
        // Nothing is appended: keepalived gives these scripts the words of the configuration and no others.
        (ready) => ready.run(object, { argv: script.argv, purpose, ...(script.user && { user: script.user }) }),
        (error: unknown) => parts.log.error(`Notify scripts: ${String(error)}`),
      );
    },
    async drain() {
      await (await notifier)?.drain(drainMs);
    },
  };
};

const hasScripts = (object: VrrpInstance | VrrpSyncGroup): boolean =>
  [object.notify, object.notifyMaster, object.notifyBackup, object.notifyFault, object.notifyStop].some(
    (script) => script !== undefined,
  );
