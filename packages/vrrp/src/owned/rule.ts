// A policy rule of the configuration as the kernel takes it, and whether a listed one is what was asked for. Pure.
import type { Rule } from '@vipward/config';
import type { IpRule, Network, NumberRange } from '@vipward/netlink';
import { flowOf } from './route.ts';

const EVERY_BIT = 0xffffffff;
/** Where keepalived begins to count down for rules without preference. */
const FIRST_PRIORITY = 16_384;

/** Rules without preference get one, counting down over all rules of their family in the order of the configuration. */
export const prioritiesOf = (rules: readonly Rule[]): ReadonlyMap<Rule, number> => {
  const next = { 4: FIRST_PRIORITY, 6: FIRST_PRIORITY };
  return new Map(rules.map((rule) => [rule, rule.priority ?? next[rule.family]--]));
};

/** `priority`: what prioritiesOf() gave it. */
export const toKernelRule = (rule: Rule, priority: number): IpRule => {
  const { family, action, invert, from, to, iif, oif, fwmark, tos = 0, uids, ipProtocol, realms, protocol } = rule;
  const { sourcePorts, destinationPorts, tunnelId, suppressPrefixLength, suppressGroup } = rule;
  return {
    ...{ family, action, priority, invert, tos, protocol },
    ...(from === undefined || from.prefixLength === 0 ? {} : { from }),
    ...(to === undefined || to.prefixLength === 0 ? {} : { to }),
    ...(iif === undefined ? {} : { iif }),
    ...(oif === undefined ? {} : { oif }),
    ...(fwmark === undefined ? {} : { fwmark: { mark: fwmark.mark, mask: fwmark.mask ?? EVERY_BIT } }),
    ...(uids === undefined ? {} : { uids }),
    ...(ipProtocol === undefined ? {} : { ipProtocol }),
    ...(sourcePorts === undefined ? {} : { sourcePorts }),
    ...(destinationPorts === undefined ? {} : { destinationPorts }),
    ...(tunnelId === undefined ? {} : { tunnelId: BigInt(tunnelId) }),
    ...(realms === undefined ? {} : { flow: flowOf(realms) }),
    ...(suppressPrefixLength === undefined ? {} : { suppressPrefixLength }),
    ...(suppressGroup === undefined ? {} : { suppressGroup }),
  };
};

/** Equal exactly for rules that the kernel cannot tell apart, but for who put them there. */
export const ruleKey = (rule: IpRule): string => {
  const known = keys.get(rule);
  if (known !== undefined) return known;
  const key = writtenOut(rule);
  keys.set(rule, key);
  return key;
};

// Plans ask for the keys of all rules again and again.
const keys = new WeakMap<IpRule, string>();

const writtenOut = (rule: IpRule): string => {
  const { action } = rule;
  const what =
    action.kind === 'table'
      ? `table ${action.table}`
      : action.kind === 'goto'
        ? `goto ${action.priority}`
        : action.kind;
  return [
    ...[rule.family, rule.priority, rule.invert ? 'not' : '', networkKey(rule.from), networkKey(rule.to), what],
    ...[rule.iif ?? '', rule.oif ?? '', rule.fwmark ? `${rule.fwmark.mark}/${rule.fwmark.mask}` : '', rule.tos],
    ...[rangeKey(rule.uids), rule.ipProtocol ?? 0, rangeKey(rule.sourcePorts), rangeKey(rule.destinationPorts)],
    ...[rule.tunnelId ?? 0n, rule.flow ?? 0, rule.suppressPrefixLength ?? '', rule.suppressGroup ?? ''],
  ].join(' ');
};

const networkKey = (network: Network | undefined): string =>
  network === undefined || network.prefixLength === 0
    ? ''
    : `${network.address.bytes.join('.')}/${network.prefixLength}`;

const rangeKey = (range: NumberRange | undefined): string => (range === undefined ? '' : `${range.from}-${range.to}`);
