// What a configuration says about what can be tracked, apart from scripts.
import type { Config, TrackFile, TrackProcess } from '@vipward/config';

export interface TrackSettings {
  readonly files?: readonly TrackFile[];
  readonly processes?: readonly TrackProcess[];
  /** Bytes of the kernel's news of processes that wait (process_monitor_rcv_bufs); less than the usual is not taken. */
  readonly processBuffer?: number;
  /** Interfaces that do not exist are waited for (dynamic_interfaces). */
  readonly dynamicInterfaces?: boolean;
}

export const trackSettings = ({ global, trackFiles = [], trackProcesses = [] }: Config): TrackSettings => ({
  files: trackFiles,
  processes: trackProcesses,
  dynamicInterfaces: global.dynamicInterfaces !== undefined,
  ...(global.processMonitorRcvBufs === undefined ? {} : { processBuffer: global.processMonitorRcvBufs }),
});
