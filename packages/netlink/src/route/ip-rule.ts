// Policy rules out of rtnetlink messages and into them.
import { readAttributes, type Values, writeAttributes } from '../codec/attribute.ts';
import { type ByteWriter, hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { familyOf } from './address.ts';
import { network } from './ip-route.ts';
import { bytesOfLong, longOf } from './route-encap.ts';
import type { IpRule, IpRuleAction, NumberRange } from './routing-model.ts';
import { AF_INET, AF_INET6, decodeRoutingHeader, ruleTable, writeRoutingHeader } from './routing-tables.ts';

/** FR_ACT_* */
const ruleAction = { table: 1, goto: 2, nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;
const FIB_RULE_INVERT = 2;
/** What the kernel lists where nothing is suppressed. */
const NOT_SUPPRESSED = 0xffffffff;

/** Payload of RTM_NEWRULE and RTM_DELRULE. */
export const writeRule = (writer: ByteWriter, rule: IpRule): void => {
  const { family, action, from, to, iif, oif, fwmark, uids, ipProtocol, sourcePorts, destinationPorts } = rule;
  const { tunnelId, flow, suppressPrefixLength, suppressGroup } = rule;
  const table = action.kind === 'table' ? action.table : 0;
  writeRoutingHeader(writer, {
    family: family === 4 ? AF_INET : AF_INET6,
    ...{ toLength: to?.prefixLength ?? 0, fromLength: from?.prefixLength ?? 0, tos: rule.tos, table },
    ...{ protocol: 0, scope: 0, type: action.kind === 'l3mdev' ? ruleAction.table : ruleAction[action.kind] },
    flags: rule.invert ? FIB_RULE_INVERT : 0,
  });
  writeAttributes(writer, ruleTable, {
    ...(to === undefined || to.prefixLength === 0 ? {} : { to: to.address.bytes }),
    ...(from === undefined || from.prefixLength === 0 ? {} : { from: from.address.bytes }),
    ...(iif === undefined ? {} : { iif }),
    ...(action.kind === 'goto' ? { goto: action.priority } : {}),
    priority: rule.priority,
    ...(fwmark === undefined ? {} : { fwmark: fwmark.mark, fwmask: fwmark.mask }),
    ...(flow === undefined ? {} : { flow }),
    ...(tunnelId === undefined ? {} : { tunnelId: bytesOfLong(tunnelId) }),
    ...(suppressGroup === undefined ? {} : { suppressGroup }),
    ...(suppressPrefixLength === undefined ? {} : { suppressPrefixLength }),
    ...(action.kind === 'table' ? { table } : {}),
    ...(oif === undefined ? {} : { oif }),
    ...(action.kind === 'l3mdev' ? { l3mdev: 1 } : {}),
    ...(uids === undefined ? {} : { uids: new Uint8Array(Uint32Array.of(uids.from, uids.to).buffer) }),
    ...(rule.protocol === 0 ? {} : { protocol: rule.protocol }),
    ...(ipProtocol === undefined ? {} : { ipProtocol }),
    ...(sourcePorts === undefined ? {} : { sourcePorts: portBytes(sourcePorts) }),
    ...(destinationPorts === undefined ? {} : { destinationPorts: portBytes(destinationPorts) }),
  });
};

/** undefined for a family that is neither IPv4 nor IPv6, and an action that is none of ours. Throws DecodeError. */
export const decodeRule = (payload: Window): IpRule | undefined => {
  const { header, attributes } = decodeRoutingHeader(payload, 'rule header');
  const family = familyOf(header.family);
  if (family === undefined) return undefined;
  const values = readAttributes(ruleTable, attributes);
  const action = actionOf(header.type, values, header.table);
  if (action === undefined) return undefined;
  const { iif, oif, fwmark, fwmask, uids, ipProtocol, sourcePorts, destinationPorts, tunnelId, flow } = values;
  const { suppressPrefixLength: length = NOT_SUPPRESSED, suppressGroup: group = NOT_SUPPRESSED } = values;
  const end = (bytes: Uint8Array | undefined, prefix: number) => network(bytes, prefix, family, payload.start);
  return {
    ...{ family, action, priority: values.priority ?? 0, invert: (header.flags & FIB_RULE_INVERT) !== 0 },
    ...(header.fromLength === 0 ? {} : { from: end(values.from, header.fromLength) }),
    ...(header.toLength === 0 ? {} : { to: end(values.to, header.toLength) }),
    ...(iif === undefined ? {} : { iif }),
    ...(oif === undefined ? {} : { oif }),
    ...(fwmark === undefined && fwmask === undefined
      ? {}
      : { fwmark: { mark: fwmark ?? 0, mask: fwmask ?? NOT_SUPPRESSED } }),
    tos: header.tos,
    ...(uids === undefined ? {} : { uids: pair(uids, 4) }),
    ...(ipProtocol === undefined || ipProtocol === 0 ? {} : { ipProtocol }),
    ...(sourcePorts === undefined ? {} : { sourcePorts: pair(sourcePorts, 2) }),
    ...(destinationPorts === undefined ? {} : { destinationPorts: pair(destinationPorts, 2) }),
    ...(tunnelId === undefined ? {} : { tunnelId: longOf(tunnelId) }),
    protocol: values.protocol ?? 0,
    ...(flow === undefined ? {} : { flow }),
    ...(length === NOT_SUPPRESSED ? {} : { suppressPrefixLength: length }),
    ...(group === NOT_SUPPRESSED ? {} : { suppressGroup: group }),
  };
};

const actionOf = (number: number, values: Values<typeof ruleTable>, shortTable: number): IpRuleAction | undefined => {
  switch (number) {
    case ruleAction.table:
      return values.l3mdev === 1 ? { kind: 'l3mdev' } : { kind: 'table', table: values.table ?? shortTable };
    case ruleAction.goto:
      return { kind: 'goto', priority: values.goto ?? 0 };
    case ruleAction.nop:
      return { kind: 'nop' };
    case ruleAction.blackhole:
      return { kind: 'blackhole' };
    case ruleAction.unreachable:
      return { kind: 'unreachable' };
    case ruleAction.prohibit:
      return { kind: 'prohibit' };
    default:
      return undefined;
  }
};

const portBytes = ({ from, to }: NumberRange): Uint8Array => new Uint8Array(Uint16Array.of(from, to).buffer);

// struct fib_rule_uid_range and fib_rule_port_range, in host order.
const pair = (bytes: Uint8Array, size: 2 | 4): NumberRange => {
  if (bytes.length !== 2 * size) throw new DecodeError(`a range of ${2 * size} bytes has ${bytes.length}`, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = (at: number): number =>
    size === 2 ? view.getUint16(at, hostIsLittleEndian) : view.getUint32(at, hostIsLittleEndian);
  return { from: number(0), to: number(size) };
};
