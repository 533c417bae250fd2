// Intervals and priorities of RFC 3768 and RFC 9568 section 6.1, as numbers.
import type { Millis } from '@vipward/config';
import { measuredShare } from './measure.ts';
import type { Common, MachineConfig, StateOf, Tracked } from './model.ts';

export const OWNER_PRIORITY = 255;
export const STOP_PRIORITY = 0;
/** vrrp_down_timer_adverts' default: RFC 3768 section 6.1 has no other value. */
export const DOWN_TIMER_ADVERTS = 3;
const MAX_TRACKED_PRIORITY = 254;

/** Skew_Time = (256 - Priority) / 256 of `unit`. */
export const skewTime = (priority: number, unit: Millis = 1000): Millis => ((256 - priority) / 256) * unit;

/**
 * What Skew_Time is a part of: in version 2 a second, whatever the advert interval is (keepalived 2.2.7 the same), in
 * version 3 the master's interval.
 */
export const skewUnit = ({ version }: MachineConfig, masterInterval: Millis): Millis =>
  version === 3 ? masterInterval : 1000;

/**
 * Master_Down_Interval = 3 * Advertisement_Interval + Skew_Time; RFC 9568 calls it Active_Down_Interval. `interval` is
 * what the master says that it keeps (version 3).
 */
export const masterDownInterval = (
  config: MachineConfig,
  priority: number,
  interval: Millis = config.advertInterval,
): Millis => config.downTimerAdverts * interval + skewTime(priority, skewUnit(config, interval));

/** Master_Adver_Interval of RFC 5798 section 6.1: the master's own, or ours as long as none was heard. */
export const masterInterval = ({ config, masterInterval: learned }: StateOf<'backup'>): Millis =>
  learned ?? config.advertInterval;

/** The configured priority with the weights of what is tracked, kept within 1..254; an owner stays 255. */
export const effectivePriority = ({
  config,
  down,
  pending,
  measures,
}: Pick<Common, 'config' | 'down' | 'pending' | 'measures'>): number => {
  if (config.priority === OWNER_PRIORITY) return OWNER_PRIORITY;
  // Asked for several times for each advert: a plain loop makes nothing.
  let sum = config.priority;
  for (const item of config.tracked) {
    if (pending?.has(item.key) === true) continue;
    sum += item.measured === true ? measuredShare(item, measures) : contribution(item, down);
  }
  return Math.min(Math.max(sum, 1), MAX_TRACKED_PRIORITY);
};

/** Why the instance can't take part now; empty when it can. */
export const faults = ({ config, down, pending, primaryAddress }: Common): readonly string[] => [
  ...config.tracked
    .filter((item) => isFault(item, down) && pending?.has(item.key) !== true)
    .map((item) => `${item.key} ${item.reverse && item.measured !== true ? 'up' : 'down'}`),
  ...(config.noPeers ? ['no unicast peers'] : []),
  ...(primaryAddress
    ? []
    : [config.family === 4 ? 'no IPv4 address to send from' : 'no link-local IPv6 address to send from']),
];

/** What must give its first result before the instance can begin; keepalived waits for the same. */
export const awaited = ({ config, pending }: Common): readonly string[] =>
  config.tracked.filter(({ key, weight }) => weight === 0 && pending?.has(key) === true).map(({ key }) => key);

// weight +n counts while up, -n while down; with reverse, n is taken away while up, or added while down (keepalived).
const contribution = ({ key, weight, reverse }: Tracked, down: ReadonlySet<string>): number => {
  if (down.has(key) === weight > 0) return 0;
  return reverse ? -weight : weight;
};

/** Of a file it has been judged already. */
const isFault = ({ key, weight, reverse, measured }: Tracked, down: ReadonlySet<string>): boolean =>
  measured === true ? down.has(key) : weight === 0 && down.has(key) !== reverse;
