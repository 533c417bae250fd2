// What enable_traps sends when something changes. Names carry no index, as keepalived has them: the name among the values says whose.
import type { RealServer } from '@vipward/config';
import { realServerName, virtualServerName } from '@vipward/health';
import { type Oid, oid } from '../agentx/oid.ts';
import {
  gauge,
  inetAddress,
  inetAddressType,
  integer,
  text,
  type Value,
  type VarBind,
  yesNo,
} from '../agentx/value.ts';
import { aliveIn, type Block, blocksOf } from './check/blocks.ts';
import { addressOf, portOf, protocolOf, typeOf } from './check/virtual-servers.ts';
import { checkPart, entryOf, globalPart, vrrpMib, vrrpPart } from './names.ts';
import { indexOf, routersOf, sourceOf } from './routers.ts';
import { routerIdOf, type Snapshot } from './snapshot.ts';
import { notifiedState, vrrpState } from './vrrp/state.ts';

export interface VrrpChange {
  readonly kind: 'INSTANCE' | 'GROUP';
  readonly name: string;
  /** In the words of notify scripts. */
  readonly state: string;
}

/** Names as the log and the named pipes have them. */
export type ServerChange =
  | { readonly kind: 'RS'; readonly realServer: string; readonly virtualServer: string; readonly up: boolean }
  | { readonly kind: 'VS'; readonly virtualServer: string; readonly up: boolean };

export type Trap = readonly VarBind[];

/** What is known without asking anybody. */
export type Basis = Pick<Snapshot, 'config' | 'hostName'>;

/** Nothing for what is no change of state, such as a priority. */
export const vrrpTraps = (basis: Basis, { kind, name, state }: VrrpChange): readonly Trap[] => {
  const number = notifiedState[state];
  if (number === undefined || !basis.config.global.enableSnmpVrrp) return [];
  if (kind === 'GROUP') {
    return [
      trap([...vrrpPart, 10, 0, 1], basis, [
        [[...entryOf(vrrpPart, 1), 2], text(name)],
        [[...entryOf(vrrpPart, 1), 3], integer(number)],
      ]),
    ];
  }
  const instance = basis.config.vrrpInstances.find((one) => one.name === name);
  return [
    trap([...vrrpPart, 10, 0, 2], basis, [
      [[...instanceEntry, 2], text(name)],
      [[...instanceEntry, 4], integer(number)],
      [[...instanceEntry, 5], integer(instance?.state === 'MASTER' ? vrrpState.master : vrrpState.backup)],
    ]),
  ];
};

/** vrrpTrapNewMaster of RFC 2787, where wantsNewMaster() says that it is wanted. */
export const newMasterTraps = (snapshot: Snapshot, { name }: VrrpChange): readonly Trap[] =>
  routersOf(snapshot).flatMap((router) => {
    const source = sourceOf(router);
    if (router.status.name !== name || router.status.version !== 2 || source?.family !== 4) return [];
    const variable = [...vrrpMib, 1, 3, 1, 7, ...indexOf(router)];
    return [
      [
        { name: snmpTrapOid, value: { type: 'oid', oid: [...vrrpMib, 0, 1] } },
        { name: variable, value: { type: 'ip-address', bytes: source.bytes } },
      ],
    ];
  });

export const wantsNewMaster = ({ config: { global } }: Pick<Basis, 'config'>, { kind, state }: VrrpChange): boolean =>
  kind === 'INSTANCE' && state === 'MASTER' && (global.enableSnmpRfc === true || global.enableSnmpRfcv2 === true);

/** Nothing for servers that are not in the configuration any more. `stopping`: a lost quorum is shutdown(3). */
export const serverTraps = (snapshot: Snapshot, change: ServerChange, stopping: boolean): readonly Trap[] => {
  if (!snapshot.config.global.enableSnmpChecker) return [];
  const block = blocksOf(snapshot).find(
    ({ virtualServer }) => virtualServerName(virtualServer) === change.virtualServer,
  );
  if (block === undefined) return [];
  const { virtualServer } = block;
  const counts = [
    [[...virtualServerEntry, 21], gauge(aliveIn(block))],
    [[...virtualServerEntry, 20], gauge(virtualServer.realServers.length)],
  ] as const;
  if (change.kind === 'VS') {
    return [
      trap([...checkPart, 5, 0, 2], snapshot, [
        ...identity(block),
        [[...virtualServerEntry, 23], integer(change.up ? 1 : stopping ? 3 : 2)],
        [[...virtualServerEntry, 22], gauge(virtualServer.quorum)],
        ...counts,
      ]),
    ];
  }
  const server = virtualServer.realServers.find((one) => realServerName(virtualServer, one) === change.realServer);
  if (server === undefined) return [];
  return [trap([...checkPart, 5, 0, 1], snapshot, [...aboutServer(server, change.up), ...identity(block), ...counts])];
};

type Named = readonly [name: Oid, value: Value];

const aboutServer = ({ address, port }: RealServer, up: boolean): readonly Named[] => [
  [[...realServerEntry, 3], inetAddressType(address.family)],
  [[...realServerEntry, 4], inetAddress(address)],
  [[...realServerEntry, 5], gauge(port)],
  [[...realServerEntry, 6], yesNo(up)],
];

const identity = ({ virtualServer }: Block): readonly Named[] => {
  const { group, target } = virtualServer;
  const address = addressOf(virtualServer);
  const port = portOf(virtualServer);
  const at = (column: number): Oid => [...virtualServerEntry, column];
  return [
    [at(2), typeOf(virtualServer)],
    ...(group === undefined ? [] : [[at(3), text(group)] as const]),
    ...(group === undefined && target.kind === 'fwmark' ? [[at(4), gauge(target.mark)] as const] : []),
    ...(address === undefined
      ? []
      : [[at(5), inetAddressType(virtualServer.family)] as const, [at(6), address] as const]),
    ...(port === undefined ? [] : [[at(7), port] as const]),
    [at(8), protocolOf(virtualServer)],
  ];
};

const trap = (type: Oid, basis: Basis, values: readonly Named[]): Trap => [
  { name: snmpTrapOid, value: { type: 'oid', oid: type } },
  ...[...values, [[...globalPart, 2, 0], text(routerIdOf(basis))] as const].map(([name, value]) => ({
    name,
    value,
  })),
];

const snmpTrapOid = oid('1.3.6.1.6.3.1.1.4.1.0');
const instanceEntry = entryOf(vrrpPart, 3);
const virtualServerEntry = entryOf(checkPart, 3);
const realServerEntry = entryOf(checkPart, 4);
