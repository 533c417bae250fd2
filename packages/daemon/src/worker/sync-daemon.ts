// lvs_sync_daemon: the kernel threads that copy connections to the other director, as the state of an instance wants them.
import type { LvsSyncDaemon } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { NetlinkError, type SyncDaemon } from '@vipward/netlink';
import type { Logger } from '../log/logger.ts';

export interface WantedSync {
  readonly settings: LvsSyncDaemon;
  /** virtual_router_id of its instance. */
  readonly routerId?: number | undefined;
  /** Whether its instance is master; undefined without an instance. */
  readonly master?: boolean | undefined;
}

/** The daemons that should run: of an instance the one of its state, without an instance both. */
export const wantedDaemons = (wanted: WantedSync | undefined): readonly SyncDaemon[] => {
  if (wanted === undefined) return [];
  const { settings, routerId, master } = wanted;
  const { interfaceName, id, maxLength, port, ttl, group } = settings;
  const common = {
    interfaceName,
    syncId: id ?? routerId ?? 0,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(group === undefined ? {} : { group }),
    ...(port === undefined ? {} : { port }),
    ...(ttl === undefined ? {} : { ttl }),
  };
  const kinds: readonly SyncDaemon['kind'][] =
    master === undefined ? ['master', 'backup'] : [master ? 'master' : 'backup'];
  return kinds.map((kind) => ({ kind, ...common }));
};

/** Whether a daemon that runs is the one that is wanted; what is not wanted in particular is the kernel's choice. */
export const isAsWanted = (running: SyncDaemon, wanted: SyncDaemon): boolean =>
  running.interfaceName === wanted.interfaceName &&
  running.syncId === wanted.syncId &&
  (wanted.maxLength === undefined || running.maxLength === wanted.maxLength) &&
  (wanted.port === undefined || running.port === wanted.port) &&
  (wanted.ttl === undefined || running.ttl === wanted.ttl) &&
  (wanted.group === undefined || (running.group !== undefined && formatIp(running.group) === formatIp(wanted.group)));

export interface SyncKernel {
  daemons(): Promise<readonly SyncDaemon[]>;
  startDaemon(daemon: SyncDaemon): Promise<void>;
  stopDaemon(kind: SyncDaemon['kind']): Promise<void>;
}

export interface SyncKeeper {
  /** What is wanted from now on. Changes follow each other; one that was overtaken is left out. */
  set(wanted: WantedSync | undefined): void;
  /** Resolves when the kernel has been told. */
  idle(): Promise<void>;
}

/** Daemons that run as they are wanted go on. Before anything was wanted, what somebody else started is left alone. */
export const createSyncKeeper = (kernel: SyncKernel, log: Pick<Logger, 'info' | 'error'>): SyncKeeper => {
  let wanted: readonly SyncDaemon[] = [];
  let used = false;
  let waiting = false;
  let work: Promise<void> = Promise.resolve();

  const settle = async (): Promise<void> => {
    waiting = false;
    const now = wanted;
    for (const kind of ['master', 'backup'] as const) {
      const should = now.find((daemon) => daemon.kind === kind);
      const running = (await kernel.daemons()).find((daemon) => daemon.kind === kind);
      if (running !== undefined && should !== undefined && isAsWanted(running, should)) continue;
      if (running !== undefined) {
        await kernel.stopDaemon(kind);
        log.info(`Stopped the ${kind} sync daemon on ${running.interfaceName}`);
      }
      if (should !== undefined) {
        await kernel.startDaemon(should);
        log.info(`Started the ${kind} sync daemon on ${should.interfaceName} with id ${should.syncId}`);
      }
    }
  };

  return {
    set(next) {
      wanted = wantedDaemons(next);
      used ||= wanted.length > 0;
      if (!used || waiting) return;
      waiting = true;
      work = work.then(settle).catch((error: unknown) => {
        if (!(error instanceof NetlinkError)) throw error;
        log.error(`IPVS sync daemon: ${error.message}`);
      });
    },
    idle: () => work,
  };
};
