// How many descriptors this process may have open, and more of them where it may have more.
import { readFileSync } from 'node:fs';
import { addon } from './addon.ts';

const RLIMIT_NOFILE = 7;

/**
 * Sees to `wanted` descriptors, above the hard limit with CAP_SYS_RESOURCE (fs.nr_open is the kernel's own bound), and says how
 * many there may be now: fewer than wanted where no more are allowed, 0 where nobody says. Throws AddonError.
 */
export function allowDescriptors(wanted: number): number {
  const now = descriptorLimits();
  if (now === undefined || now.soft >= wanted) return now?.soft ?? 0;
  const raised = addon().setLimit(RLIMIT_NOFILE, wanted, Math.max(wanted, now.hard)) === 0;
  if (!raised && now.hard > now.soft) addon().setLimit(RLIMIT_NOFILE, now.hard, now.hard);
  return descriptorLimits()?.soft ?? 0;
}

/** RLIMIT_NOFILE of this process, which is never without bound. */
export function descriptorLimits(): { readonly soft: number; readonly hard: number } | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, soft, hard] = /^Max open files +(\d+) +(\d+)/m.exec(limits) ?? [];
    return soft === undefined || hard === undefined ? undefined : { soft: Number(soft), hard: Number(hard) };
  } catch {
    return undefined; // no /proc
  }
}
