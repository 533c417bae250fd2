// VRRPV3-MIB (RFC 6527): instances of either version, as keepalived has it.
import type { IpAddress } from '@vipward/config/address';
import type { Oid } from '../agentx/oid.ts';
import { counter, counter64, gauge, inetAddress, integer, type Value, yesNo } from '../agentx/value.ts';
import { type Columns, type ManagedObject, scalar, table } from '../view/object.ts';
import { vrrpv3Mib } from './names.ts';
import { indexOf, masterOf, type Router, refusedByAll, refusedFor, rfcState, routersOf, sourceOf } from './routers.ts';
import type { Snapshot } from './snapshot.ts';

export const rfc6527Objects = (snapshot: Snapshot): readonly ManagedObject[] => {
  const routers = routersOf(snapshot);
  const rows = routers.map((router) => ({ index: indexWithFamily(router), of: router }));
  return [
    table([...operations, 1, 1], operationColumns, rows),
    table(
      [...operations, 2, 1],
      { 2: () => integer(active) },
      routers.flatMap((router) =>
        router.instance.virtualAddresses.map(({ address }) => ({
          index: [...indexWithFamily(router), ...address.bytes],
          of: router,
        })),
      ),
    ),
    scalar([...statistics, 1], counter64(refusedByAll(routers, 'checksum'))),
    scalar([...statistics, 2], counter64(refusedByAll(routers, 'version'))),
    scalar([...statistics, 3], counter64(refusedByAll(routers, 'vrid'))),
    table([...statistics, 5, 1], statisticsColumns, rows),
  ];
};

/** ipv4(1), ipv6(2) behind interface and VRID. */
const indexWithFamily = (router: Router): Oid => [...indexOf(router), router.status.family === 4 ? 1 : 2];

const operationColumns: Columns<Router> = {
  3: (router) => addressOf(router, masterOf(router)),
  4: (router) => addressOf(router, sourceOf(router)),
  5: ({ on }) => ({ type: 'octets', bytes: on.mac }),
  6: ({ status }) => integer(rfcState[status.role]),
  7: ({ instance }) => gauge(instance.priority),
  8: ({ instance }) => integer(instance.virtualAddresses.length),
  // Hundredths of a second.
  9: ({ instance }) => integer(Math.round(instance.advertInterval / 10)),
  10: ({ instance }) => yesNo(!instance.nopreempt),
  11: ({ instance }) => yesNo(instance.accept ?? true),
  13: () => integer(active),
};

const statisticsColumns: Columns<Router> = {
  1: ({ status }) => counter(status.becameMaster ?? 0),
  3: ({ status }) => counter64(status.advertsReceived),
  4: (router) => counter64(refusedFor(router, 'interval', 'interval-zero')),
  5: (router) => counter64(refusedFor(router, 'ttl')),
  7: ({ status }) => counter64(status.priorityZeroReceived ?? 0),
  8: ({ status }) => counter64(status.priorityZeroSent ?? 0),
  9: (router) => counter64(refusedFor(router, 'type')),
  10: (router) => counter64(refusedFor(router, 'address-count', 'address-missing')),
  11: (router) => counter64(refusedFor(router, 'length', 'ip-length')),
  // Milliseconds: an advert can change everything.
  13: ({ instance }) => gauge(Math.round(instance.advertInterval)),
};

/** All zeroes where there is none. */
const addressOf = ({ status }: Router, address: IpAddress | undefined): Value =>
  address === undefined
    ? { type: 'octets', bytes: new Uint8Array(status.family === 4 ? 4 : 16) }
    : inetAddress(address);

const operations = [...vrrpv3Mib, 1, 1];
const statistics = [...vrrpv3Mib, 1, 2];
/** RowStatus */
const active = 1;
