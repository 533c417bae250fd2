// max_auto_priority: a worker whose timers ring late asks for more and more realtime priority. Pure.
import type { GlobalDefs, Millis } from '@vipward/config';

export interface AutoPriority {
  /** 1 to 99; no raise above it, and none at all for 0 or less. */
  readonly highest: number;
  /** A timer so late is a reason. */
  readonly lateness: Millis;
}

export const autoPriorityOf = ({
  maxAutoPriority = 0,
  minAutoPriorityDelay = 1_000_000,
}: Pick<GlobalDefs, 'maxAutoPriority' | 'minAutoPriorityDelay'>): AutoPriority => ({
  highest: maxAutoPriority,
  lateness: minAutoPriorityDelay / 1000,
});

/** The priority after a timer rang `late` ms after its time, one step at a time as keepalived has it; undefined: no change. */
export const raisedPriority = (
  { highest, lateness }: AutoPriority,
  now: number | undefined,
  late: Millis,
): number | undefined => {
  const next = (now ?? 0) + 1;
  return late < lateness || next > highest ? undefined : next;
};
