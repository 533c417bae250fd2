// The shell of a worker process: IPC, signals, pid file and the end; what it does is its role's business.
import type { Config } from '@vipward/config';
import type { Order, OrderAnswer } from '@vipward/health';
import { type Clock, onSignalNumber, openPreciseClock, systemClock } from '@vipward/sockets';
import type { InstanceDetails } from '@vipward/vrrp';
import { realtimeSignals } from '../command/signals.ts';
import type { WorkerStatus } from '../control/protocol.ts';
import type { Dump } from '../dump/dump.ts';
import { DaemonError, exitStatus } from '../exit.ts';
import { takePidFile } from '../files/pid-file.ts';
import { logCrashes } from '../log/crash.ts';
import { createLogger, type Logger, stderrSink } from '../log/logger.ts';
import { syslogSink } from '../log/syslog.ts';
import { turnClock } from '../log/turn-clock.ts';
import type { BfdChange } from '../supervisor/bfd-states.ts';
import { fromColumns } from '../supervisor/columns.ts';
import { afterChange } from '../supervisor/config-change.ts';
import type {
  FromWorker,
  ServerNotice,
  ServerScript,
  StateChange,
  ToWorker,
  WorkerSettings,
} from '../supervisor/messages.ts';
import { keepStanding, type Standing } from './standing.ts';

/** What runs inside a worker. */
export interface Role {
  reload(config: Config): Promise<void>;
  /** A BFD session has changed. */
  bfd?(change: BfdChange): void;
  status(): WorkerStatus;
  /** Of instances, for dumps; the vrrp worker's alone. */
  details?(): readonly InstanceDetails[];
  /** What is counted begins anew. */
  clearCounts?(): void;
  /** An operator's word about a real server; the checker's alone. */
  order?(order: Order): OrderAnswer;
  /** Takes back what it put into the kernel (unless told to keep it) and resolves when that is done. */
  stop(): Promise<void>;
}

export interface RoleParts {
  readonly config: Config;
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly log: Logger;
  onState(change: StateChange): void;
  onScript(run: ServerScript): void;
  /** What pipes and mailboxes are to hear of real and virtual servers, in order. */
  onServers(notices: readonly ServerNotice[]): void;
  /** What is known of BFD sessions as this starts. */
  readonly bfds: readonly BfdChange[];
  onBfd(change: BfdChange): void;
}

export type StartRole = (parts: RoleParts) => Promise<Role>;

/** A worker without its supervisor goes on this long, so that a restarted daemon can take over without a gap. */
const orphanGraceMs = 10_000;

/** Runs until told to stop; resolves with the exit status. */
export const runWorkerProcess = async (ident: string, startRole: StartRole): Promise<number> => {
  const { promise: ended, resolve: finish } = Promise.withResolvers<number>();
  let role: Promise<Role> | undefined;
  let log: Logger | undefined;
  let stopping = false;
  let releasePidFile = (): void => {};
  let standing: Standing | undefined;
  let config: Config | undefined;
  /** As the supervisor has told it last: the one before it may still be taken up. */
  let told: Config | undefined;

  const tell = (message: FromWorker): void => {
    if (process.connected) process.send?.(message);
  };

  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    try {
      await (await role)?.stop();
    } catch (error) {
      log?.error(`Stopping: ${textOf(error)}`);
    }
    log?.info('Stopped');
    releasePidFile();
    finish(exitStatus.ok);
  };

  const start = async (message: Extract<ToWorker, { kind: 'start' }>): Promise<Role> => {
    const { settings, bfds } = message;
    const first = fromColumns(message.config);
    config = first;
    told = first;
    log = workerLogger(ident, settings);
    standing = keepStanding(settings, log);
    standing.name(first.global);
    releasePidFile = await waitForPidFile(settings.pidFile);
    const started = await startRole({
      config: first,
      settings,
      clock: openPreciseClock(standing.onRing),
      log,
      onState: (change) => tell({ kind: 'state', change }),
      onScript: (run) => tell({ kind: 'script', run }),
      onServers: (notices) => {
        if (notices.length > 0) tell({ kind: 'servers', notices });
      },
      bfds,
      onBfd: (change) => tell({ kind: 'bfd', ...change }),
    });
    // Reading a large table at realtime priority would keep the machine from everything else.
    standing.set(first.global);
    return started;
  };

  const dump = async (wanted: Dump): Promise<void> => {
    const running = await role;
    if (running === undefined || config === undefined || log === undefined || standing === undefined) return;
    const { writeDumpOf } = await import('../dump/dump.ts');
    writeDumpOf(standing.role, wanted, config, { ...running.status(), details: running.details?.() ?? [] }, log);
    if (wanted === 'stats-clear') running.clearCounts?.();
  };

  const receive = async (message: ToWorker): Promise<void> => {
    switch (message.kind) {
      case 'start':
        role = start(message);
        await role;
        tell({ kind: 'ready' });
        return;
      case 'reload': {
        if (told === undefined) throw new Error('a reload before the start');
        const next = afterChange(told, fromColumns(message.change));
        told = next;
        await (await role)?.reload(next);
        config = next;
        standing?.name(next.global);
        standing?.set(next.global);
        tell({ kind: 'reloaded' });
        return;
      }
      case 'status': {
        // Asked while it starts: nobody answers, and the supervisor stops waiting.
        const status = (await role)?.status();
        if (status !== undefined) tell({ kind: 'status', question: message.question, status });
        return;
      }
      case 'order': {
        const answer = (await role)?.order?.(message.order);
        if (answer !== undefined) tell({ kind: 'ordered', question: message.question, answer });
        return;
      }
      case 'dump':
        await dump(message.dump);
        return;
      case 'bfd':
        sayBfd(log, message);
        (await role)?.bfd?.(message);
        return;
      case 'stop':
        await stop();
        return;
    }
  };

  process.on('message', (message: ToWorker) => {
    receive(message).catch((error: unknown) => {
      // A start that failed has said so; who asks for the status then gets no answer.
      if (message.kind === 'status' || message.kind === 'order' || message.kind === 'bfd' || message.kind === 'dump')
        return;
      if (message.kind === 'reload') {
        tell({ kind: 'reloaded', error: textOf(error) });
        return;
      }
      const status = error instanceof DaemonError ? error.status : exitStatus.fatal;
      tell({ kind: 'fatal', status, message: textOf(error) });
      // The supervisor that goes away next is no surprise.
      stopping = true;
      releasePidFile();
      finish(status);
    });
  });
  process.on('disconnect', () => {
    if (stopping) return;
    log?.warning(`The supervisor has gone; going on for ${orphanGraceMs / 1000} s in case a new one takes over`);
    systemClock.at(systemClock.now() + orphanGraceMs, () => void stop());
  });
  process.on('SIGTERM', () => void stop());
  process.on('SIGXCPU', () =>
    log?.warning('SIGXCPU: ran at realtime priority without a pause for longer than the limit'),
  );
  // The supervisor decides what these mean; a terminal sends them to the whole group.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE'] as const) process.on(signal, () => {});

  // Their default action ends the process.
  for (const number of realtimeSignals) onSignalNumber(number, () => {});

  logCrashes(() => log);

  const status = await ended;
  if (process.connected) process.disconnect();
  return status;
};

/** keepalived's line, with how long the news was under way. */
const sayBfd = (log: Logger | undefined, { name, up, at }: BfdChange): void => {
  const delay = Math.max(0, Math.round((systemClock.now() - at) * 1000));
  log?.detail(`Received BFD event: instance ${name} is in state ${up ? 'Up' : 'Down'} (delivered in ${delay} usec)`);
};

const workerLogger = (ident: string, settings: WorkerSettings): Logger => {
  const wallClock = turnClock();
  const sinks = [
    ...(settings.logConsole ? [stderrSink(process.stderr, wallClock)] : []),
    ...(settings.syslogFacility === undefined
      ? []
      : [
          syslogSink({
            facility: settings.syslogFacility,
            ident: ident + settings.identSuffix,
            pid: process.pid,
            wallClock,
          }),
        ]),
  ];
  return createLogger(sinks, { detail: settings.logDetail });
};

/** Takes the pid file; waits a moment for a predecessor that is just ending. */
const waitForPidFile = async (path: string): Promise<() => void> => {
  for (let tries = 0; ; tries += 1) {
    const file = takePidFile(path);
    if (file.held) return () => file.release();
    if (tries >= 100) {
      throw new DaemonError('PIDFILE_HELD', exitStatus.fatal, `pid file ${path} is locked by process ${file.by}`);
    }
    await new Promise<void>((resolve) => void systemClock.at(systemClock.now() + 20, resolve));
  }
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
