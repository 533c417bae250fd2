// The metrics of a route (RTAX_*), and the draft of a route while its line is read.
import type { IpAddress, IpFamily } from '../address.ts';
import type { Encapsulation, NextHop, Prefix, Realms, RouteMetric, RouteMetricName, RouteType } from '../model.ts';
import type { Word } from '../source/words.ts';
import type { WordCursor } from './word-cursor.ts';

export interface Draft {
  type: RouteType;
  family?: IpFamily;
  destination?: Prefix;
  /** The destination is `default`, of a family that is not known yet. */
  everything: boolean;
  from?: Prefix;
  source?: IpAddress;
  via?: IpAddress;
  otherFamilyVia: boolean;
  /** `or` was there. */
  secondVia: boolean;
  dev?: string;
  table?: number;
  vrf?: string;
  metric?: number;
  scope?: number;
  protocol?: number;
  tos?: number;
  onlink: boolean;
  encap?: Encapsulation;
  expires?: number;
  metrics: Partial<Record<RouteMetricName, RouteMetric>>;
  congestionControl?: { readonly name: string; readonly lock: boolean };
  ecn: boolean;
  quickAck?: boolean;
  fastopenNoCookie?: boolean;
  realms?: Realms;
  preference?: 'low' | 'medium' | 'high' | number;
  ttlPropagate?: boolean;
  mode: 'add' | 'prepend' | 'append';
  noTrack: boolean;
  trackGroup?: string;
  nextHops: NextHop[];
}

export const draftOf = (): Draft => ({
  type: 'unicast',
  everything: false,
  otherFamilyVia: false,
  secondVia: false,
  onlink: false,
  metrics: {},
  ecn: false,
  mode: 'prepend',
  noTrack: false,
  nextHops: [],
});

interface MetricForm {
  readonly name: RouteMetricName;
  readonly lockable: boolean;
  readonly max: number;
  /** A time: parts of a millisecond that a number without unit counts. */
  readonly rawPerMilli?: number;
}

const ANY = 0xffff_ffff;

// A raw rtt counts eighths of a millisecond, rttvar quarters: so the kernel keeps them (tcp_metrics).
const METRICS: ReadonlyMap<string, MetricForm> = new Map([
  ['mtu', { name: 'mtu', lockable: true, max: ANY }],
  ['hoplimit', { name: 'hoplimit', lockable: false, max: 255 }],
  ['advmss', { name: 'advmss', lockable: true, max: ANY }],
  ['rtt', { name: 'rtt', lockable: true, max: ANY, rawPerMilli: 8 }],
  ['rttvar', { name: 'rttvar', lockable: true, max: ANY, rawPerMilli: 4 }],
  ['reordering', { name: 'reordering', lockable: true, max: ANY }],
  ['window', { name: 'window', lockable: false, max: ANY }],
  ['cwnd', { name: 'cwnd', lockable: true, max: ANY }],
  ['ssthresh', { name: 'ssthresh', lockable: true, max: ANY }],
  ['rto_min', { name: 'rtoMin', lockable: true, max: ANY, rawPerMilli: 1 }],
  ['initcwnd', { name: 'initcwnd', lockable: false, max: ANY }],
  ['initrwnd', { name: 'initrwnd', lockable: false, max: ANY }],
]);

/** Whether the word is a metric, which is then read. */
export const readMetric = (word: Word, cursor: WordCursor, draft: Draft): boolean => {
  const form = METRICS.get(word.text);
  if (form === undefined) return false;
  const lock = form.lockable && cursor.skip('lock');
  const { rawPerMilli } = form;
  const value =
    rawPerMilli === undefined
      ? cursor.number(word, 0, form.max)
      : cursor.read(word, 'a time (number, with s or ms)', (text) => readTime(text, rawPerMilli));
  if (value !== undefined) draft.metrics[form.name] = { value, lock };
  return true;
};

const readTime = (text: string, rawPerMilli: number): number | undefined => {
  const [, number = '', unit = ''] = /^(\d{1,10}(?:\.\d*)?|\.\d+)(s|sec|secs|ms|msec|msecs)?$/.exec(text) ?? [];
  if (number === '') return undefined;
  if (unit === '') return Number(number) / rawPerMilli;
  return Number(number) * (unit.startsWith('m') ? 1 : 1000);
};
