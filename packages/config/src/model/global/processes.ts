// global_defs: names, priorities and memory of the processes.

export interface ProcessDefs {
  /** Use keepalived_vrrp / keepalived_lvs / keepalived_bfd as child process names; default off. */
  readonly processNames?: boolean;
  /** Process name of the parent; default keepalived. */
  readonly processName?: string;
  /** Process name of the vrrp child; default inherited. */
  readonly vrrpProcessName?: string;
  /** Process name of the checker child; default inherited. */
  readonly checkerProcessName?: string;
  /** Process name of the BFD child; default inherited. */
  readonly bfdProcessName?: string;
  /** Upper limit for automatic realtime priority raise; -1 hides the startup notice; default 0 (off); no argument = 99. */
  readonly maxAutoPriority?: number;
  /** Timer lateness that triggers a raise (us); default 1000000. */
  readonly minAutoPriorityDelay?: number;
  /** Nice value of the vrrp child; default 0. */
  readonly vrrpPriority?: number;
  /** Lock the vrrp child in memory; default off. */
  readonly vrrpNoSwap?: boolean;
  /** Realtime priority of the vrrp child; default none. */
  readonly vrrpRtPriority?: number;
  /** Pin the vrrp child; default none. */
  readonly vrrpCpuAffinity?: readonly number[];
  /** RLIMIT_RTTIME of the vrrp child (us); absent = none. */
  readonly vrrpRlimitRttime?: number;
  /** Nice value of the checker child; default 0. */
  readonly checkerPriority?: number;
  /** Lock the checker child in memory; default off. */
  readonly checkerNoSwap?: boolean;
  /** Realtime priority of the checker child; default none. */
  readonly checkerRtPriority?: number;
  /** Pin the checker child; default none. */
  readonly checkerCpuAffinity?: readonly number[];
  /** RLIMIT_RTTIME of the checker child (us); absent = none. */
  readonly checkerRlimitRttime?: number;
  /** Nice value of the BFD child; default 0. */
  readonly bfdPriority?: number;
  /** Lock the BFD child in memory; default off. */
  readonly bfdNoSwap?: boolean;
  /** Realtime priority of the BFD child; default none. */
  readonly bfdRtPriority?: number;
  /** Pin the BFD child; default none. */
  readonly bfdCpuAffinity?: readonly number[];
  /** RLIMIT_RTTIME of the BFD child (us); absent = none. */
  readonly bfdRlimitRttime?: number;
}
