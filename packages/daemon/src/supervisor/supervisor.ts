// The supervisor: one snapshot of the configuration for all workers, signals, reload and the orderly end.
import type { Config } from '@vipward/config';
import type { Order } from '@vipward/health';
import { atLeisure, type Clock } from '@vipward/sockets';
import type { DaemonOptions } from '../command/options.ts';
import type { DaemonStatus } from '../control/protocol.ts';
import type { OrderReply } from '../control/server.ts';
import { type Dump, writeDumpOf } from '../dump/dump.ts';
import { exitStatus } from '../exit.ts';
import type { Logger } from '../log/logger.ts';
import { createBfdStates } from './bfd-states.ts';
import type { WorkerRole, WorkerSettings } from './messages.ts';
import type { Notifications } from './notifications.ts';
import { createWorker, type WorkerHandle } from './worker-handle.ts';

export interface SupervisorParts {
  readonly options: DaemonOptions;
  readonly title: string;
  readonly entry: string;
  readonly execArgv: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly syslogFacility: number | undefined;
  /** Behind the names in the system log: namespace and instance. */
  readonly identSuffix: string;
  /** Reads, checks and says what is wrong; undefined when the running configuration must stay. */
  load(): Promise<Config | undefined>;
  /** Before the first checker worker: its table, which it then finds there. */
  writeFirstTable(config: Config, settings: WorkerSettings): Promise<void>;
  /** Who hears of what the workers report. */
  readonly notifications: Notifications;
}

export interface Supervisor {
  reload(): void;
  stop(): void;
  /** Asks every worker; those that do not answer in time are named. */
  status(): Promise<Omit<DaemonStatus, 'version' | 'pid'>>;
  /** An operator's word about a real server, for the checker. */
  order(order: Order): Promise<OrderReply>;
  /** A signal asked for files of state or statistics; each process writes its own. */
  dump(dump: Dump): void;
  /** Resolves with the exit status when everything has ended. */
  readonly ended: Promise<number>;
}

export const startSupervisor = (first: Config, parts: SupervisorParts): Supervisor => {
  const { options, log } = parts;
  const workers = new Map<WorkerRole, WorkerHandle>();
  const { promise: ended, resolve: finish } = Promise.withResolvers<number>();
  const bfds = createBfdStates();
  let config = first;
  let stopping = false;
  let reloading: Promise<void> | undefined;
  let reloadAgain = false;

  const end = async (status: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info('Stopping');
    // The virtual addresses go first, so that the other director has them before this one stops forwarding.
    await workers.get('vrrp')?.stop();
    // A table that is being written has its worker by then, which takes it back.
    await distributing.catch(() => {});
    await workers.get('bfd')?.stop();
    await workers.get('checker')?.stop();
    await parts.notifications.drain();
    finish(status);
  };

  const makeWorker = (role: WorkerRole): WorkerHandle =>
    createWorker({
      role,
      entry: parts.entry,
      execArgv: parts.execArgv,
      settings: settingsOf(role, parts),
      respawn: options.respawn,
      bfds: () => bfds.known(role, config),
      clock: parts.clock,
      log,
      events: {
        onState: (change) => parts.notifications.notify(change),
        onScript: (run) => parts.notifications.run(run),
        onServers: (notices) => parts.notifications.tell(notices),
        onBfd: (change) => {
          bfds.set(change);
          for (const to of bfds.listeners(change.name, config)) workers.get(to)?.bfd(change);
        },
        onFatal: (status, message) => {
          log.error(message);
          void end(status);
        },
      },
    });

  // Starts what the configuration now needs, ends what it no longer needs, tells the others. The checker comes last: adverts do
  // not wait for ten thousand real servers.
  const distribute = async (): Promise<void> => {
    bfds.forget(config, isNeeded('bfd', config, options));
    for (const role of ['vrrp', 'bfd', 'checker'] as const) {
      const running = workers.get(role);
      if (!isNeeded(role, config, options)) {
        workers.delete(role);
        await running?.stop();
      } else if (running === undefined) {
        if (role === 'checker') await parts.writeFirstTable(config, settingsOf(role, parts));
        const worker = makeWorker(role);
        workers.set(role, worker);
        worker.start(config);
      } else {
        // A session may be new to it, or be reported to it only now.
        for (const change of bfds.known(role, config)) running.bfd(change);
        running.reload(config);
      }
    }
    if (workers.size === 0) log.warning('Warning - there is no configuration to run');
  };

  const reloadOnce = async (): Promise<void> => {
    const from = parts.clock.now();
    log.info('Reloading ...');
    // It takes as long as it takes; adverts and checks do not, and share this program's part of the machine with it.
    const next = await atLeisure(() => parts.load());
    if (stopping) return;
    if (next === undefined) {
      log.error('Reload refused: the running configuration stays as it is');
      return;
    }
    await distributing;
    config = next;
    await parts.notifications.configure(next);
    distributing = distribute();
    await distributing;
    log.info('Reload complete');
    log.info(`Reload finished in ${Math.round((parts.clock.now() - from) * 1000)} usec`);
  };

  const started = async (): Promise<void> => {
    await distribute();
    log.info('Startup complete');
  };
  let distributing = started().catch((error: unknown) => {
    log.error(`Workers could not be started: ${textOf(error)}`);
    void end(exitStatus.fatal);
  });
  return {
    ended,
    reload() {
      if (stopping) return;
      if (reloading !== undefined) {
        reloadAgain = true;
        return;
      }
      reloading = reloadOnce()
        .catch((error: unknown) =>
          log.error(`Reload failed: ${error instanceof Error ? error.message : String(error)}`),
        )
        .finally(() => {
          reloading = undefined;
          if (!reloadAgain) return;
          reloadAgain = false;
          this.reload();
        });
    },
    stop: () => void end(exitStatus.ok),
    dump(dump) {
      if (dump === 'data') writeDumpOf('parent', dump, config, {}, log);
      for (const [role, worker] of workers) if (dump === 'data' || role === 'vrrp') worker.dump(dump);
    },
    async order(order) {
      const checker = workers.get('checker');
      if (checker === undefined) {
        const message = 'this daemon runs no virtual servers';
        return { ok: false, code: 'CONTROL_NO_CHECKER', message };
      }
      const message = 'the checker worker does not answer: whether it took the order, `vipward status` will say';
      return (await checker.order(order)) ?? { ok: false, code: 'CONTROL_FAILED', message };
    },
    async status() {
      const asked = [...workers.values()];
      const answers = await Promise.all(asked.map((worker) => worker.status()));
      return {
        instances: answers.flatMap((answer) => answer?.instances ?? []),
        services: answers.flatMap((answer) => answer?.services ?? []),
        checks: answers.find((answer) => answer?.checks !== undefined)?.checks,
        bfdSessions: answers.flatMap((answer) => answer?.bfdSessions ?? []),
        silent: asked.flatMap(({ role }, i) => (answers[i] === undefined ? [role] : [])),
      };
    },
  };
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isNeeded = (role: WorkerRole, config: Config, options: DaemonOptions): boolean => {
  switch (role) {
    case 'vrrp':
      return options.runVrrp && config.vrrpInstances.length > 0;
    case 'checker':
      return options.runChecker && config.virtualServers.length > 0;
    case 'bfd':
      return options.runBfd && (config.bfdInstances?.length ?? 0) > 0;
  }
};

const settingsOf = (
  role: WorkerRole,
  { options, title, syslogFacility, identSuffix }: SupervisorParts,
): WorkerSettings => {
  const pidFile = { vrrp: options.vrrpPidFile, checker: options.checkerPidFile, bfd: options.bfdPidFile }[role];
  return {
    role,
    title: `${title}_${role === 'checker' ? 'healthcheckers' : role}`,
    pidFile,
    stateFile: stateFileOf(pidFile),
    logConsole: options.dontFork && options.logConsole,
    logDetail: options.logDetail > 0,
    syslogFacility,
    identSuffix,
    keepKernelState: { vrrp: options.keepVrrp, checker: options.keepIpvs, bfd: false }[role],
  };
};

/** What a worker leaves for its successor lies beside its pid file: two daemons with pid files of their own stay apart. */
export const stateFileOf = (pidFile: string): string => `${pidFile.replace(/\.pid$/, '')}.state`;
