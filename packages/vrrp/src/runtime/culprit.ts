// Who asked the kernel for a change, in words: the port of a notification is a process id more often than not.
import { readFileSync } from 'node:fs';

/** The name of a process of this PID namespace; undefined when it has ended already, which ip(8) does quickly. */
export type ProcessName = (pid: number) => string | undefined;

export const processName: ProcessName = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** PID_MAX_LIMIT: further sockets of a process have port numbers beyond it. */
const PID_MAX = 4_194_304;

/** `by`: netlink port number. */
export const culprit = (by: number | undefined, name: ProcessName): string => {
  if (by === undefined || by === 0 || by > PID_MAX) return 'someone else';
  const known = name(by);
  return known === undefined ? `process ${by}` : `${known} (process ${by})`;
};
