// Processes of this host: what the kernel tells of them, and what /proc says.
import { readdirSync, readFileSync } from 'node:fs';
import { watchProcesses } from '@vipward/netlink';
import type { ProcessImage } from '../track/process-match.ts';
import type { ProcessSource } from '../track/processes.ts';

/** `receiveBuffer`: bytes of news that wait, beyond the usual ones (process_monitor_rcv_bufs). */
export const systemProcesses = (receiveBuffer: () => number | undefined): ProcessSource => ({
  watch({ onNews, onLost, onFailure }) {
    const bytes = receiveBuffer();
    return watchProcesses(
      { onEvent: onNews, onOverrun: onLost, onFailure },
      bytes === undefined ? {} : { receiveBuffer: bytes },
    );
  },
  list: () => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])),
  read: readImage,
});

const readImage = (pid: number): ProcessImage | undefined => {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '');
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // The last word ends with a NUL as well.
    return { name, commandLine: words.at(-1) === '' ? words.slice(0, -1) : words };
  } catch {
    return undefined;
  }
};
