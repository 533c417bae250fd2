// Intervals and priorities of RFC 3768 section 6.1, as numbers.
import type { Millis } from '@vipward/config';
import type { Common, MachineConfig, Tracked } from './model.ts';

export const OWNER_PRIORITY = 255;
export const STOP_PRIORITY = 0;
/** vrrp_down_timer_adverts: RFC 3768 section 6.1 has no other value. */
const DOWN_TIMER_ADVERTS = 3;
const MAX_TRACKED_PRIORITY = 254;

/** Skew_Time = (256 - Priority) / 256 seconds, whatever the advert interval is (VRRPv2; keepalived 2.2.7 the same). */
export const skewTime = (priority: number): Millis => ((256 - priority) / 256) * 1000;

/** Master_Down_Interval = 3 * Advertisement_Interval + Skew_Time. */
export const masterDownInterval = (config: MachineConfig, priority: number): Millis =>
  DOWN_TIMER_ADVERTS * config.advertInterval + skewTime(priority);

/** The configured priority with the weights of what is tracked, kept within 1..254; an owner stays 255. */
export const effectivePriority = ({ config, down }: Pick<Common, 'config' | 'down'>): number => {
  if (config.priority === OWNER_PRIORITY) return OWNER_PRIORITY;
  const sum = config.tracked.reduce((total, item) => total + contribution(item, down), config.priority);
  return Math.min(Math.max(sum, 1), MAX_TRACKED_PRIORITY);
};

/** Why the instance can't take part now; empty when it can. */
export const faults = ({ config, down, primaryAddress }: Common): readonly string[] => [
  ...config.tracked
    .filter((item) => item.weight === 0 && down.has(item.key) !== item.reverse)
    .map((item) => `${item.key} ${item.reverse ? 'up' : 'down'}`),
  ...(primaryAddress ? [] : ['no IPv4 address to send from']),
];

// weight +n counts while up, -n while down; reverse exchanges up and down.
const contribution = ({ key, weight, reverse }: Tracked, down: ReadonlySet<string>): number => {
  const up = down.has(key) === reverse;
  return up === weight > 0 ? weight : 0;
};
