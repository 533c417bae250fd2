// One worker process as the supervisor sees it: started, told, and started again when it dies.
import { type ChildProcess, fork } from 'node:child_process';
import type { Config } from '@vipward/config';
import type { Order, OrderAnswer } from '@vipward/health';
import { type Cancel, type Clock, lockHolder } from '@vipward/sockets';
import type { WorkerStatus } from '../control/protocol.ts';
import type { Dump } from '../dump/dump.ts';
import type { Logger } from '../log/logger.ts';
import type { BfdChange } from './bfd-states.ts';
import { toColumns } from './columns.ts';
import { changeOf } from './config-change.ts';
import type {
  FromWorker,
  ServerNotice,
  ServerScript,
  StateChange,
  ToWorker,
  WorkerRole,
  WorkerSettings,
} from './messages.ts';

/** First try at once, then doubling up to this: a worker that cannot live must not eat the machine. */
const respawnDelaysMs = [0, 500, 1000, 2000, 5000] as const;
/** A worker that lived this long starts again without delay. */
const stableAfterMs = 30_000;
/** keepalived kills after 5 s, which leaves thousands of entries in the kernel; a large table may take its time. */
const killAfterMs = 60_000;
/** A worker that is busy with a large table answers late; who asks should not wait for ever. */
const answerWithinMs = 2000;

const labels = { vrrp: 'VRRP', checker: 'Healthcheck', bfd: 'BFD' } as const satisfies Record<WorkerRole, string>;

export interface WorkerHandle {
  readonly role: WorkerRole;
  start(config: Config): void;
  reload(config: Config): void;
  /** Tells it of a BFD session. */
  bfd(change: BfdChange): void;
  /** What it tells of itself; undefined when it does not answer in time. */
  status(): Promise<WorkerStatus | undefined>;
  /** Hands on an order of an operator; undefined when there is no answer in time. */
  order(order: Order): Promise<OrderAnswer | undefined>;
  /** Writes down what it knows. */
  dump(dump: Dump): void;
  /** Orderly end; resolves when the process has gone. */
  stop(): Promise<void>;
}

export interface WorkerEvents {
  onState(change: StateChange): void;
  onScript(run: ServerScript): void;
  onBfd(change: BfdChange): void;
  onServers(notices: readonly ServerNotice[]): void;
  /** The worker says it can never run, or died and must not be started again. */
  onFatal(status: number, message: string): void;
}

export const createWorker = (options: {
  readonly role: WorkerRole;
  readonly entry: string;
  readonly execArgv: readonly string[];
  readonly settings: WorkerSettings;
  readonly respawn: boolean;
  /** What it is told of BFD sessions as it starts. */
  readonly bfds: () => readonly BfdChange[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: WorkerEvents;
}): WorkerHandle => {
  const { role, entry, execArgv, settings, clock, log, events } = options;
  const label = labels[role];
  let child: ChildProcess | undefined;
  let config: Config | undefined;
  let stopping = false;
  let failures = 0;
  let startedAt = 0;
  let cancelRespawn: Cancel | undefined;
  let questions = 0;
  const asked = new Map<number, (status: WorkerStatus | undefined) => void>();
  const ordered = new Map<number, (answer: OrderAnswer | undefined) => void>();

  const tell = (message: ToWorker): void => {
    if (child?.connected) child.send(message, () => {});
  };

  const question = <T>(
    waiting: Map<number, (answer: T | undefined) => void>,
    message: (number: number) => ToWorker,
  ): Promise<T | undefined> => {
    if (child?.connected !== true) return Promise.resolve(undefined);
    const number = ++questions;
    return new Promise((resolve) => {
      const answered = (answer: T | undefined): void => {
        waiting.delete(number);
        cancel();
        resolve(answer);
      };
      const cancel = clock.at(clock.now() + answerWithinMs, () => answered(undefined));
      waiting.set(number, answered);
      tell(message(number));
    });
  };

  const spawn = (): void => {
    if (config === undefined || stopping) return;
    endOrphan(settings.pidFile, label, log);
    startedAt = clock.now();
    const process = fork(entry, ['worker', role], {
      execArgv: [...execArgv, ...flagsOf[role]],
      serialization: 'advanced',
    });
    child = process;
    log.info(`Starting ${label} child process, pid=${process.pid}`);
    process.on('message', (message: FromWorker) => receive(message));
    process.on('error', (error) => log.error(`${label} child process: ${error.message}`));
    process.on('exit', (code, signal) => {
      if (child !== process) return;
      child = undefined;
      if (!stopping) died(code, signal);
    });
    // It loads its code while the configuration is packed.
    tell({ kind: 'start', config: toColumns(concerning(role, config)), settings, bfds: options.bfds() });
  };

  const receive = (message: FromWorker): void => {
    switch (message.kind) {
      case 'ready':
        return;
      case 'reloaded':
        if (message.error !== undefined) log.error(`${label} reload failed: ${message.error}`);
        return;
      case 'fatal':
        stopping = true;
        events.onFatal(message.status, message.message);
        return;
      case 'status':
        asked.get(message.question)?.(message.status);
        return;
      case 'ordered':
        ordered.get(message.question)?.(message.answer);
        return;
      case 'state':
        events.onState(message.change);
        return;
      case 'script':
        events.onScript(message.run);
        return;
      case 'bfd':
        events.onBfd({ name: message.name, up: message.up, at: message.at });
        return;
      case 'servers':
        events.onServers(message.notices);
        return;
    }
  };

  const died = (code: number | null, signal: NodeJS.Signals | null): void => {
    const how = signal === null ? `with status ${code}` : `from signal ${signal}`;
    if (!options.respawn) {
      stopping = true;
      events.onFatal(1, `${label} child process ended ${how} and respawning is switched off`);
      return;
    }
    failures = clock.now() - startedAt >= stableAfterMs ? 0 : failures;
    const delay = respawnDelaysMs[Math.min(failures, respawnDelaysMs.length - 1)] ?? 0;
    failures += 1;
    log.error(`${label} child process died ${how}; respawning${delay > 0 ? ` in ${delay} ms` : ''}`);
    if (delay === 0) spawn();
    else cancelRespawn = clock.at(clock.now() + delay, spawn);
  };

  return {
    role,
    start(first) {
      config = first;
      spawn();
    },
    reload(next) {
      const before = config ?? { ...next, virtualServers: [] };
      config = next;
      tell({ kind: 'reload', change: toColumns(changeOf(concerning(role, before), concerning(role, next))) });
    },
    bfd: (change) => tell({ kind: 'bfd', ...change }),
    status: () => question(asked, (number) => ({ kind: 'status', question: number })),
    dump: (dump) => tell({ kind: 'dump', dump }),
    order: (order) => question(ordered, (number) => ({ kind: 'order', question: number, order })),
    stop() {
      stopping = true;
      cancelRespawn?.();
      const process = child;
      if (process === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const patience = config?.process?.childWaitTime ?? killAfterMs;
        const cancelKill = clock.at(clock.now() + patience, () => {
          log.error(`${label} child process did not end within ${patience / 1000} s; killing it`);
          process.kill('SIGKILL');
        });
        process.once('exit', () => {
          cancelKill();
          // What it said last may still be in the channel: the channel ends behind it.
          if (process.connected) process.once('disconnect', resolve);
          else resolve();
        });
        if (process.connected) tell({ kind: 'stop' });
        else process.kill('SIGTERM');
      });
    },
  };
};

/** Instead of the supervisor's: a worker does the same for months, and must not stand still while V8 compiles, or an advert is late. */
const compiling = ['--concurrent-recompilation', '--opt', '--maglev-inlining', '--maglev-loop-peeling'];

/** Checks leave much that is soon dead: with the supervisor's small young generation it would be collected all the time. */
const flagsOf: Readonly<Record<WorkerRole, readonly string[]>> = {
  vrrp: compiling,
  bfd: compiling,
  checker: [...compiling, '--min-semi-space-size=4', '--max-semi-space-size=16'],
};

/** Thousands of real servers concern the checker alone. */
const concerning = (role: WorkerRole, config: Config): Config =>
  role === 'checker' ? config : { ...config, virtualServers: [] };

/**
 * A worker whose supervisor was killed goes on working for a while and holds the lock of its pid file. The kernel says
 * who holds it; SIGKILL leaves what it put into the kernel, and the successor adopts that.
 */
const endOrphan = (pidFile: string, label: string, log: Logger): void => {
  const holder = lockHolder(pidFile);
  if (holder === undefined) return;
  log.notice(`${label} child process ${holder} of an earlier run is still there; taking over from it`);
  try {
    process.kill(holder, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
};
