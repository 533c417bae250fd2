// vrrpRuleTable: static rules under instance 0, then those of the instances.
import type { Rule } from '@vipward/config';
import {
  gauge,
  gaugeOrNone,
  inetAddress,
  inetAddressType,
  integer,
  text,
  type Value,
  yesNo,
} from '../../agentx/value.ts';
import { type Columns, type ManagedObject, type Row, table } from '../../view/object.ts';
import { entryOf, numbered, textOrNone, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { statusOf } from './state.ts';

interface Held {
  readonly rule: Rule;
  readonly set: boolean;
}

export const ruleTable = (snapshot: Snapshot): ManagedObject =>
  table(entryOf(vrrpPart, 8), { ...obsolete, ...selector, ...action }, rulesOf(snapshot));

const rulesOf = (snapshot: Snapshot): readonly Row<Held>[] => {
  const { staticRules = [], vrrpInstances } = snapshot.config;
  return [
    ...numbered(
      staticRules.map((rule): Held => ({ rule, set: true })),
      [0],
    ),
    ...vrrpInstances.flatMap(({ name, virtualRules = [] }, i) => {
      const set = statusOf(snapshot, name)?.role === 'master';
      return numbered(
        virtualRules.map((rule): Held => ({ rule, set })),
        [i + 1],
      );
    }),
  ];
};

/** Of the time when a rule had one address: `to` where there are two. */
const obsolete: Columns<Held> = {
  2: ({ rule: { from, to } }) => text(from && to ? 'both' : from ? 'from' : to ? 'to' : ''),
  3: ({ rule: { from, to, family } }) => (from || to ? inetAddressType(family) : undefined),
  4: ({ rule: { from, to } }) => prefixAddress(to ?? from),
  5: ({ rule: { from, to } }) => prefixLength(to ?? from),
};

const selector: Columns<Held> = {
  8: ({ rule }) => yesNo(rule.invert),
  9: ({ rule }) => rule.to && inetAddressType(rule.family),
  10: ({ rule }) => prefixAddress(rule.to),
  11: ({ rule }) => prefixLength(rule.to),
  12: ({ rule }) => rule.from && inetAddressType(rule.family),
  13: ({ rule }) => prefixAddress(rule.from),
  14: ({ rule }) => prefixLength(rule.from),
  15: ({ rule }) => gauge(rule.tos ?? 0),
  16: ({ rule }) => gaugeOrNone(rule.fwmark?.mark),
  17: ({ rule }) => gaugeOrNone(rule.fwmark?.mask),
  20: ({ rule }) => textOrNone(rule.iif),
  21: ({ rule }) => textOrNone(rule.oif),
  28: ({ rule }) => tunnelHalf(rule, 32n),
  29: ({ rule }) => tunnelHalf(rule, 0n),
  30: ({ rule }) => gaugeOrNone(rule.uids?.from),
  31: ({ rule }) => gaugeOrNone(rule.uids?.to),
  34: ({ rule }) => gaugeOrNone(rule.ipProtocol),
  35: ({ rule }) => gaugeOrNone(rule.sourcePorts?.from),
  36: ({ rule }) => gaugeOrNone(rule.sourcePorts?.to),
  37: ({ rule }) => gaugeOrNone(rule.destinationPorts?.from),
  38: ({ rule }) => gaugeOrNone(rule.destinationPorts?.to),
};

const action: Columns<Held> = {
  6: ({ rule }) => tableOf(rule),
  7: ({ set }) => yesNo(set),
  18: ({ rule }) => gaugeOrNone(rule.realms?.to),
  19: ({ rule }) => gaugeOrNone(rule.realms?.from),
  22: ({ rule }) => (rule.action.kind === 'goto' ? gauge(rule.action.priority) : undefined),
  // l3mdev looks a table up as well.
  23: ({ rule }) => integer(rule.action.kind === 'l3mdev' ? actions.table : actions[rule.action.kind]),
  24: ({ rule }) => tableOf(rule),
  25: ({ rule }) => gaugeOrNone(rule.priority),
  26: ({ rule }) => gaugeOrNone(rule.suppressPrefixLength),
  32: ({ rule }) => (rule.action.kind === 'l3mdev' ? yesNo(true) : undefined),
};

const actions = { table: 1, goto: 2, nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;

const tableOf = ({ action }: Rule): Value | undefined => (action.kind === 'table' ? gauge(action.table) : undefined);

const tunnelHalf = ({ tunnelId }: Rule, shift: bigint): Value | undefined =>
  tunnelId === undefined ? undefined : gauge(BigInt(tunnelId) >> shift);

const prefixAddress = (prefix: Rule['from']): Value | undefined => prefix && inetAddress(prefix.address);
const prefixLength = (prefix: Rule['from']): Value | undefined => prefix && gauge(prefix.prefixLength);
