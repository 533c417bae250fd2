// From what workers report to scripts, named pipes and mails, as the running configuration wants them.
import type { Config, VrrpInstance, VrrpSyncGroup } from '@vipward/config';
import type { Notifier, NotifyScripts, Pipes } from '@vipward/notify';
import { type Clock, systemAccounts } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import type { Alerts } from './alerts.ts';
import { isMailed } from './mail-rule.ts';
import type { ServerNotice, ServerScript, StateChange } from './messages.ts';

export interface Notifications {
  /** Before the workers begin, and again for every new configuration; resolves when the pipes are there. */
  configure(config: Config): Promise<void>;
  notify(change: StateChange): void;
  /** What happened to real and virtual servers, in order. */
  tell(notices: readonly ServerNotice[]): void;
  /** Queues a script of a real or virtual server. */
  run(script: ServerScript): void;
  /** Waits for the scripts and mails that are still under way, but not for ever, and closes the pipes. */
  drain(): Promise<void>;
}

/** Scripts and mails still under way when the daemon ends get this long. */
const drainMs = 5000;

interface Loaded {
  readonly notifier: Notifier;
  readonly pipes: Pipes;
  readonly alerts: Alerts;
}

/** The package is loaded when there is something to tell, so that a director without scripts never pays for it. */
export const createNotifications = (parts: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly hostName: () => string;
}): Notifications => {
  const { clock, log } = parts;
  let loaded: Promise<Loaded> | undefined;
  let config: Config | undefined;
  /** The one before: a reload that removes an instance still has its scripts to run. */
  let previous: Config | undefined;
  /** The last state of each object, for fifo_write_vrrp_states_on_reload. */
  const states = new Map<string, StateChange>();

  const load = async (): Promise<Loaded> => {
    const [{ createNotifier, createPipes, openSystemPipe, systemScriptGuard, systemSpawn }, alerts] = await Promise.all(
      [import('@vipward/notify'), import('./alerts.ts')],
    );
    const spawn = systemSpawn(process.env);
    return {
      notifier: createNotifier({
        clock,
        log,
        spawn,
        // Both look at the configuration that runs when the script is due, not at the one of the start.
        accounts: (user) => systemAccounts(config?.global ?? {})(user),
        guard: (...about) => systemScriptGuard(config?.global.enableScriptSecurity ?? false)(...about),
      }),
      pipes: createPipes({ open: openSystemPipe, spawn, clock, log }),
      alerts: alerts.createAlerts({ log, hostName: parts.hostName, global: () => config?.global }),
    };
  };
  // Everything goes through one chain of promises: what was reported first is told first.
  const withLoaded = (use: (ready: Loaded) => void): void => {
    loaded ??= load();
    void loaded.then(use).catch((error: unknown) => log.error(`Notifications: ${String(error)}`));
  };

  return {
    async configure(next) {
      previous = config;
      config = next;
      const { notifyFifo, vrrpNotifyFifo, lvsNotifyFifo } = next.global;
      const none = [notifyFifo, vrrpNotifyFifo, lvsNotifyFifo].every((fifo) => fifo === undefined);
      if (none && loaded === undefined) return;
      loaded ??= load();
      const [{ pipes, alerts }, { pipeSettings }] = await Promise.all([loaded, import('./pipe-settings.ts')]);
      pipes.configure(pipeSettings(next.global, log));
      if (previous === undefined || !next.global.fifoWriteVrrpStatesOnReload) return;
      for (const change of states.values()) {
        if (objectOf(next, change) !== undefined) pipes.write('vrrp', alerts.stateLine(lineOf(change)));
      }
    },
    notify(change) {
      if (isState(change)) states.set(`${change.kind} ${change.name}`, change);
      const object = (config && objectOf(config, change)) ?? (previous && objectOf(previous, change));
      if (config === undefined || object === undefined) return;
      if (isPriority(change) && !wantsPriorities(config, object)) return;
      if (loaded === undefined && !hasScripts(object) && !isMailed(config.global, object.smtpAlert)) return;
      withLoaded(({ notifier, pipes, alerts }) => {
        const state = { ...lineOf(change), scripts: object };
        pipes.write('vrrp', alerts.stateLine(state));
        notifier.stateChanged(state);
        alerts.stateChanged(state, object.smtpAlert);
      });
    },
    tell(notices) {
      if (notices.length === 0) return;
      withLoaded(({ pipes, alerts }) => {
        for (const { object, change, mail } of notices) {
          if (change !== undefined) pipes.write('servers', alerts.serverLine(change));
          if (mail !== undefined) alerts.mail(object, mail);
        }
      });
    },
    run({ object, script, purpose }) {
      // Nothing is appended: keepalived gives these scripts the words of the configuration and no others.
      withLoaded(({ notifier }) =>
        notifier.run(object, { argv: script.argv, purpose, ...(script.user && { user: script.user }) }),
      );
    },
    async drain() {
      const ready = await loaded;
      if (ready === undefined) return;
      await Promise.all([ready.notifier.drain(drainMs), ready.alerts.drain(clock, drainMs)]);
      ready.pipes.close();
    },
  };
};

const objectOf = (config: Config, { kind, name }: StateChange): VrrpInstance | VrrpSyncGroup | undefined => {
  const objects = kind === 'GROUP' ? (config.syncGroups ?? []) : config.vrrpInstances;
  return objects.find((object) => object.name === name);
};

const lineOf = ({ kind, name, state, priority }: StateChange) => ({ object: kind, name, state, priority });

const isPriority = ({ state }: StateChange): boolean => state === 'MASTER_PRIORITY' || state === 'BACKUP_PRIORITY';

const wantsPriorities = ({ global, syncGroups = [] }: Config, object: VrrpInstance | VrrpSyncGroup): boolean =>
  object.notifyPriorityChanges ??
  syncGroups.find(({ members }) => members.includes(object.name))?.notifyPriorityChanges ??
  global.vrrpNotifyPriorityChanges ??
  false;

const isState = ({ state }: StateChange): boolean =>
  state === 'MASTER' || state === 'BACKUP' || state === 'FAULT' || state === 'STOP';

const hasScripts = (object: NotifyScripts): boolean =>
  [
    object.notify,
    object.notifyMaster,
    object.notifyBackup,
    object.notifyFault,
    object.notifyStop,
    object.notifyDeleted,
    object.notifyMasterRxLowerPri,
  ].some((script) => script !== undefined);
