// Which of the host's processors a guest is held to. A guest has one, but is many processes of the host that hand over to each
// other at every system call and page fault: on two processors each of these hand-overs wakes a sleeping one.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The number of the processor with the fewest other guests, or undefined when there is no choice. Guests that start in the
 * same moment do not see each other: `turn`, such as a process id, spreads them.
 * @param {number[]} allowed processors that this process may use
 * @param {number[]} taken one for each guest that is held to one
 */
export function chooseProcessor(allowed, taken, turn) {
  if (allowed.length < 2) return undefined;
  const guestsOn = (processor) => taken.filter((one) => one === processor).length;
  const fewest = Math.min(...allowed.map(guestsOn));
  const free = allowed.filter((processor) => guestsOn(processor) === fewest);
  return free[turn % free.length];
}

/** The processors that the process `id` of /proc may use. */
export const allowedProcessors = (id = 'self') =>
  listed(/^Cpus_allowed_list:\s*(\S*)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? '');

/** "0-2,5" as the kernel writes it. */
export const listed = (list) =>
  list
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });

/** The processors to which the guests of this machine are held: those with one of their own. */
export function takenProcessors() {
  const guests = new Map();
  for (const id of readdirSync('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    try {
      const job = /\0LAB_JOB=([^\0]*)/.exec(readFileSync(`/proc/${id}/cmdline`, 'latin1'))?.[1];
      const allowed = job === undefined ? [] : allowedProcessors(id);
      if (allowed.length === 1) guests.set(job, allowed[0]);
    } catch {
      // It has ended meanwhile.
    }
  }
  return [...guests.values()];
}
