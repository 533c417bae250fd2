// What the global definitions want of IPVS beside the table: timeouts of connections, and sync daemons that no instance rules.
import type { GlobalDefs } from '@vipward/config';
import { type IpvsTimeouts, NetlinkError } from '@vipward/netlink';
import type { Logger } from '../log/logger.ts';
import { sameTimeouts, wantedTimeouts } from './lvs-timeouts.ts';
import { createSyncKeeper, type SyncKernel } from './sync-daemon.ts';

export interface GlobalsKernel extends SyncKernel {
  timeouts(): Promise<IpvsTimeouts>;
  setTimeouts(timeouts: Partial<IpvsTimeouts>): Promise<void>;
}

export interface LvsGlobals {
  /** At the start and for every new configuration. */
  set(global: GlobalDefs): Promise<void>;
  /** The timeouts that the kernel had before anything was set; undefined until something is. */
  readonly timeoutsBefore: IpvsTimeouts | undefined;
  /** Puts back the timeouts and ends the sync daemons. */
  takeBack(): Promise<void>;
}

export const createLvsGlobals = (parts: {
  readonly kernel: GlobalsKernel;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** timeoutsBefore of a run before this one that did not end in order. */
  readonly timeoutsBefore?: IpvsTimeouts | undefined;
  /** It is known now, and must be written down before the kernel is changed. */
  readonly onTimeoutsBefore: () => void;
}): LvsGlobals => {
  const { kernel, log } = parts;
  const sync = createSyncKeeper(kernel, log);
  let timeoutsBefore = parts.timeoutsBefore;

  const setTimeouts = async ({ lvsTimeouts }: Pick<GlobalDefs, 'lvsTimeouts'>): Promise<void> => {
    if (lvsTimeouts === undefined && timeoutsBefore === undefined) return;
    try {
      const now = await kernel.timeouts();
      if (timeoutsBefore === undefined) {
        timeoutsBefore = now;
        parts.onTimeoutsBefore();
      }
      const wanted = wantedTimeouts(lvsTimeouts, timeoutsBefore);
      if (sameTimeouts(now, wanted)) return;
      await kernel.setTimeouts(wanted);
      log.info(`IPVS timeouts: tcp ${wanted.tcp} s, tcpfin ${wanted.tcpFin} s, udp ${wanted.udp} s`);
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
      log.error(`IPVS timeouts: ${error.message}`);
    }
  };

  return {
    async set(global) {
      const settings = global.lvsSyncDaemon;
      sync.set(settings === undefined || settings.instance !== undefined ? undefined : { settings });
      await setTimeouts(global);
      await sync.idle();
    },
    get timeoutsBefore() {
      return timeoutsBefore;
    },
    async takeBack() {
      sync.set(undefined);
      await setTimeouts({});
      await sync.idle();
    },
  };
};
