// How the configuration wants the kernel to treat a worker: nice value, realtime priority, CPUs and realtime limit.
import type { GlobalDefs } from '@vipward/config';
import { limitRealtime, setCpus, setNice, setRealtime } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import type { WorkerRole } from '../supervisor/messages.ts';

export interface Scheduling {
  readonly nice: number | undefined;
  readonly realtime: number | undefined;
  readonly cpus: readonly number[] | undefined;
  /** Microseconds without a blocking system call after which SIGXCPU comes. */
  readonly realtimeLimit: number | undefined;
}

export const ordinary: Scheduling = {
  nice: undefined,
  realtime: undefined,
  cpus: undefined,
  realtimeLimit: undefined,
};

/** What the keywords of this worker say. Of rlimit_rttime half is the soft limit, as keepalived has it. */
export const wantedScheduling = (role: WorkerRole, global: GlobalDefs): Scheduling => {
  switch (role) {
    case 'vrrp':
      return {
        nice: niceBeside(global.vrrpRtPriority, global.vrrpPriority),
        realtime: global.vrrpRtPriority,
        cpus: global.vrrpCpuAffinity,
        realtimeLimit: half(global.vrrpRlimitRttime),
      };
    case 'checker':
      return {
        nice: niceBeside(global.checkerRtPriority, global.checkerPriority),
        realtime: global.checkerRtPriority,
        cpus: global.checkerCpuAffinity,
        realtimeLimit: half(global.checkerRlimitRttime),
      };
    case 'bfd':
      return {
        nice: niceBeside(global.bfdRtPriority, global.bfdPriority),
        realtime: global.bfdRtPriority,
        cpus: global.bfdCpuAffinity,
        realtimeLimit: half(global.bfdRlimitRttime),
      };
  }
};

/** As with keepalived: a realtime priority is instead of the nice value, and 0 leaves that of who started the daemon. */
const niceBeside = (realtime: number | undefined, nice: number | undefined): number | undefined =>
  realtime === undefined && nice !== 0 ? nice : undefined;

/** The system calls; a test has its own. */
export interface SchedulingEdge {
  setNice(nice: number | undefined): void;
  setRealtime(priority: number | undefined): void;
  setCpus(cpus: readonly number[] | undefined): void;
  limitRealtime(micros: number | undefined): void;
}

const code = 'SCHEDULING_REFUSED';

const systemEdge: SchedulingEdge = { setNice, setRealtime, setCpus, limitRealtime };

/** Makes what has changed so; what the kernel refuses is one line, and the worker goes on without it. */
export const applyScheduling = (
  before: Scheduling,
  wanted: Scheduling,
  log: Pick<Logger, 'error'>,
  edge: SchedulingEdge = systemEdge,
): void => {
  const attempt = (what: string, apply: () => void): void => {
    try {
      apply();
    } catch (error) {
      log.error(`${what}: ${error instanceof Error ? error.message : String(error)}; going on without [${code}]`);
    }
  };
  const { nice, realtime, cpus, realtimeLimit } = wanted;
  if (nice !== before.nice) attempt(`Nice value ${nice ?? 'as it was'}`, () => edge.setNice(nice));
  if (String(cpus) !== String(before.cpus))
    attempt(`CPUs ${cpus?.join(' ') ?? 'as they were'}`, () => edge.setCpus(cpus));
  // The limit first: a realtime process is bound from its first moment on.
  if (realtimeLimit !== before.realtimeLimit)
    attempt(`Realtime limit of ${realtimeLimit ?? 'no'} us`, () => edge.limitRealtime(realtimeLimit));
  if (realtime !== before.realtime)
    attempt(`Realtime priority ${realtime ?? 'none'}`, () => edge.setRealtime(realtime));
};

const half = (micros: number | undefined): number | undefined =>
  micros === undefined ? undefined : Math.max(1, Math.floor(micros / 2));
