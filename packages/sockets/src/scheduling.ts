// How the kernel treats this process: when its threads run and where, and its realtime limit. Memory is not locked: V8 gives pages
// back with madvise(MADV_DONTNEED), which the kernel refuses for locked ones, and V8 then aborts.
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { addon } from './addon.ts';
import { errnoName, succeed } from './errno.ts';

const SCHED_OTHER = 0;
const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x40000000;
const RLIMIT_RTTIME = 15;
/** Bytes of a CPU mask; the kernel is built for 8192 CPUs at most. */
const maskSpace = 1024;

/** What was changed here, and what it was before: children are started with that. */
const before: { nice?: number; cpus?: Uint8Array } = {};

/**
 * SCHED_RR with a priority of 1 to 99, or the ordinary policy for undefined. Children and threads made later are ordinary
 * (SCHED_RESET_ON_FORK). Throws SocketError (EPERM without CAP_SYS_NICE or RLIMIT_RTPRIO), AddonError.
 *
 * All threads that there are get it: the main thread waits for V8's helpers while garbage is collected, and a helper that an
 * ordinary process keeps off the CPU would make a realtime thread wait for that process.
 */
export function setRealtime(priority: number | undefined): void {
  const policy = priority === undefined ? SCHED_OTHER : SCHED_RR | SCHED_RESET_ON_FORK;
  forEachThread((thread) =>
    succeedUnlessGone('sched_setscheduler', addon().setScheduler(thread, policy, priority ?? 0)),
  );
}

/** The nice value of all threads, -20 to 19; undefined: what it was. Throws the system's error (EACCES without CAP_SYS_NICE). */
export function setNice(nice: number | undefined): void {
  if (nice === undefined && before.nice === undefined) return;
  before.nice ??= getPriority();
  const wanted = nice ?? before.nice;
  // 0 names the calling thread itself, which is still there.
  setPriority(wanted);
  forEachThread((thread) => {
    try {
      setPriority(thread, wanted);
    } catch {
      // It has ended meanwhile; what the process may not do at all has been thrown above.
    }
  });
}

/**
 * Does work that nobody waits for at the nice value 19: what else belongs to this program runs before it. Without the right to
 * come back (CAP_SYS_NICE) it is done as it is.
 */
export async function atLeisure<T>(work: () => Promise<T>): Promise<T> {
  const usual = getPriority();
  if (!mayBecome(usual - 1)) return work();
  setNice(19);
  try {
    return await work();
  } finally {
    setNice(usual);
  }
}

/** Pins all threads to these CPUs; undefined: to those that they had. Throws SocketError (EINVAL when none of them is there). */
export function setCpus(cpus: readonly number[] | undefined): void {
  if (cpus === undefined && before.cpus === undefined) return;
  before.cpus ??= allowedCpus();
  const mask = cpus === undefined ? before.cpus : cpuMask(cpus);
  forEachThread((thread) => succeedUnlessGone('sched_setaffinity', addon().setAffinity(thread, mask)));
}

/**
 * RLIMIT_RTTIME: SIGXCPU comes once a second after so many microseconds of realtime without a blocking system call; undefined:
 * only what the hard limit says. That one stays as it is: it means SIGKILL, and raising it again takes CAP_SYS_RESOURCE.
 * Throws SocketError (EINVAL above the hard limit), AddonError.
 */
export function limitRealtime(micros: number | undefined): void {
  const { hard } = realtimeLimitOf(readFileSync('/proc/self/limits', 'utf8'));
  succeed('setrlimit', addon().setLimit(RLIMIT_RTTIME, micros ?? hard, hard));
}

/**
 * Calls `start`, which forks at once, while the calling thread has the nice value and the CPUs that the process had before they
 * were changed here: a script of an operator is no part of the daemon's timekeeping. The realtime priority is not
 * inherited anyway.
 */
export function asOrdinary<T>(start: () => T): T {
  const { nice, cpus } = before;
  if (nice === undefined && cpus === undefined) return start();
  const now = { nice: getPriority(), cpus: allowedCpus() };
  if (nice !== undefined) setPriority(nice);
  if (cpus !== undefined) succeed('sched_setaffinity', addon().setAffinity(0, cpus));
  try {
    return start();
  } finally {
    if (nice !== undefined) setPriority(now.nice);
    if (cpus !== undefined) succeed('sched_setaffinity', addon().setAffinity(0, now.cpus));
  }
}

/** The bits of a CPU mask as the kernel takes it: the lowest CPU first, in words of 64. */
export function cpuMask(cpus: readonly number[]): Uint8Array {
  const words = Math.floor(Math.max(0, ...cpus) / 64) + 1;
  const mask = new Uint8Array(words * 8);
  for (const cpu of cpus) mask[cpu >> 3] = (mask[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  return mask;
}

/** RLIMIT_RTTIME of a text such as /proc/self/limits, in microseconds; -1 is no limit. */
export function realtimeLimitOf(limits: string): { readonly soft: number; readonly hard: number } {
  const [, soft = '', hard = ''] = /^Max realtime timeout +(\S+) +(\S+)/m.exec(limits) ?? [];
  const micros = (text: string): number => (/^\d+$/.test(text) ? Number(text) : -1);
  return { soft: micros(soft), hard: micros(hard) };
}

function allowedCpus(): Uint8Array {
  const space = new Uint8Array(maskSpace);
  return space.slice(0, succeed('sched_getaffinity', addon().affinity(0, space)));
}

function mayBecome(nice: number): boolean {
  const now = getPriority();
  try {
    // The calling thread alone, and for a moment.
    setPriority(Math.max(-20, nice));
    setPriority(now);
    return true;
  } catch {
    return false;
  }
}

function forEachThread(change: (thread: number) => void): void {
  for (const thread of readdirSync('/proc/self/task')) change(Number(thread));
}

function succeedUnlessGone(syscall: string, result: number): void {
  if (result < 0 && errnoName(-result) === 'ESRCH') return;
  succeed(syscall, result);
}
