// lvsSyncDaemon and lvsTimeouts: what the configuration sets; what it leaves to the kernel is left out.
import type { Config } from '@vipward/config';
import { inetAddress, inetAddressType, integer, text, type Value, yesNo } from '../../agentx/value.ts';
import { type ManagedObject, scalar } from '../../view/object.ts';
import { checkPart } from '../names.ts';

export const syncDaemonObjects = ({ global, vrrpInstances }: Config): readonly ManagedObject[] => {
  const daemon = global.lvsSyncDaemon;
  const instance = vrrpInstances.find(({ name }) => name === daemon?.instance);
  return scalars(6, [
    [1, yesNo(daemon !== undefined)],
    ...(daemon === undefined
      ? []
      : ([
          [2, text(daemon.interfaceName)],
          [3, daemon.instance === undefined ? undefined : text(daemon.instance)],
          [4, integer(daemon.id ?? instance?.virtualRouterId ?? 0)],
          [5, integerOrNone(daemon.maxLength)],
          [6, integerOrNone(daemon.port)],
          [7, integerOrNone(daemon.ttl)],
          [8, daemon.group && inetAddressType(daemon.group.family)],
          [9, daemon.group && inetAddress(daemon.group)],
        ] as const)),
  ]);
};

export const timeoutObjects = ({ global: { lvsTimeouts } }: Config): readonly ManagedObject[] =>
  scalars(7, [
    [1, secondsOrNone(lvsTimeouts?.tcp)],
    [2, secondsOrNone(lvsTimeouts?.tcpFin)],
    [3, secondsOrNone(lvsTimeouts?.udp)],
  ]);

const scalars = (
  group: number,
  values: readonly (readonly [number: number, value: Value | undefined])[],
): readonly ManagedObject[] =>
  values.flatMap(([number, value]) => (value === undefined ? [] : [scalar([...checkPart, group, number], value)]));

const integerOrNone = (value: number | undefined): Value | undefined =>
  value === undefined ? undefined : integer(value);
const secondsOrNone = (ms: number | undefined): Value | undefined =>
  ms === undefined ? undefined : integer(Math.round(ms / 1000));
