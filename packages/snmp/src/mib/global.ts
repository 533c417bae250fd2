// The global part of KEEPALIVED-MIB.
import { parseIp } from '@vipward/config/address';
import { gauge, inetAddress, inetAddressType, integer, text, type Value, yesNo } from '../agentx/value.ts';
import { type ManagedObject, scalar, table } from '../view/object.ts';
import { globalPart, numbered } from './names.ts';
import { routerIdOf, type Snapshot } from './snapshot.ts';

export const globalObjects = (snapshot: Snapshot): readonly ManagedObject[] => {
  const { global, process } = snapshot.config;
  const at = (...numbers: readonly number[]) => ({
    is: (value: Value) => [scalar([...globalPart, ...numbers], value)],
  });
  return [
    ...at(1).is(text(snapshot.version)),
    ...at(2).is(text(routerIdOf(snapshot))),
    ...mailServer(global.smtpServer, global.smtpConnectTimeout).map(([number, value]) =>
      scalar([...globalPart, 3, number], value),
    ),
    ...(global.notificationEmailFrom === undefined ? [] : at(3, 4).is(text(global.notificationEmailFrom))),
    table([...globalPart, 3, 5, 1], { 2: text }, numbered(global.notificationEmail)),
    ...at(3, 7).is(yesNo(global.noEmailFaults !== true)),
    ...at(3, 8).is(onOffUnset(global.smtpAlert)),
    ...at(3, 9).is(onOffUnset(global.smtpAlertVrrp)),
    ...at(3, 10).is(onOffUnset(global.smtpAlertChecker)),
    ...at(4).is(yesNo(global.enableTraps === true)),
    // netlink(1), polling(2)
    ...at(5).is(integer(process?.linkbeatUsePolling === true ? 2 : 1)),
    ...at(6).is(yesNo(global.lvsFlush === true)),
    // Counters of 64 bits are what the kernel is asked for.
    ...at(7).is(yesNo(true)),
    ...at(8).is(text(process?.netNamespace ?? '')),
    ...at(9).is(yesNo(false)),
    ...at(10).is(yesNo(global.dynamicInterfaces !== undefined)),
    ...at(11).is(integer(flushOnStop[global.lvsFlushOnStop ?? 'none'])),
  ];
};

/** A server that is a name has no address here. */
const mailServer = (
  server: Snapshot['config']['global']['smtpServer'],
  timeoutMs: number,
): readonly (readonly [number, Value])[] => {
  if (server === undefined) return [];
  const address = parseIp(server.host);
  return [
    ...(address === undefined
      ? []
      : ([
          [1, inetAddressType(address.family)],
          [2, inetAddress(address)],
        ] as const)),
    [3, gauge(Math.round(timeoutMs / 1000))],
    [6, gauge(server.port)],
  ];
};

const onOffUnset = (value: boolean | undefined): Value => integer(value === undefined ? 3 : value ? 1 : 2);

const flushOnStop = { all: 1, none: 2, services: 3 } as const;
