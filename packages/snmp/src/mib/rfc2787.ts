// VRRP-MIB (RFC 2787): instances of version 2. What can be set there cannot be set here.
import type { GlobalDefs } from '@vipward/config';
import type { IpAddress } from '@vipward/config/address';
import { counter, integer, type Value, yesNo } from '../agentx/value.ts';
import { type Columns, type ManagedObject, scalar, table } from '../view/object.ts';
import { vrrpMib } from './names.ts';
import { indexOf, masterOf, type Router, refusedByAll, refusedFor, rfcState, routersOf, sourceOf } from './routers.ts';
import type { Snapshot } from './snapshot.ts';

export const rfc2787Objects = (snapshot: Snapshot): readonly ManagedObject[] => {
  const routers = routersOf(snapshot).filter(({ status }) => status.version === 2 && status.family === 4);
  const rows = routers.map((router) => ({ index: indexOf(router), of: router }));
  return [
    // vrrpNodeVersion
    scalar([...operations, 1], integer(2)),
    scalar([...operations, 2], notificationControl(snapshot.config.global)),
    table([...operations, 3, 1], operationColumns, rows),
    table(
      [...operations, 4, 1],
      { 2: () => integer(active) },
      routers.flatMap((router) =>
        router.instance.virtualAddresses
          .filter(({ address }) => address.family === 4)
          .map(({ address }) => ({ index: [...indexOf(router), ...address.bytes], of: router })),
      ),
    ),
    scalar([...statistics, 1], counter(refusedByAll(routers, 'checksum'))),
    scalar([...statistics, 2], counter(refusedByAll(routers, 'version'))),
    scalar([...statistics, 3], counter(refusedByAll(routers, 'vrid'))),
    table([...statistics, 4, 1], statisticsColumns, rows),
  ];
};

const notificationControl = ({ enableTraps }: GlobalDefs): Value => yesNo(enableTraps === true);

const operationColumns: Columns<Router> = {
  2: ({ on }) => ({ type: 'octets', bytes: on.mac }),
  3: ({ status }) => integer(rfcState[status.role]),
  // up(1)
  4: () => integer(1),
  5: ({ instance }) => integer(instance.priority),
  6: ({ instance }) => integer(instance.virtualAddresses.length),
  7: (router) => ipAddress(masterOf(router)),
  8: (router) => ipAddress(sourceOf(router)),
  9: ({ instance: { authentication } }) =>
    integer(authentication === undefined ? 1 : authentication.type === 'PASS' ? 2 : 3),
  11: ({ instance }) => integer(Math.round(instance.advertInterval / 1000)),
  12: ({ instance }) => yesNo(!instance.nopreempt),
  // ip(1)
  14: () => integer(1),
  15: () => integer(active),
};

const statisticsColumns: Columns<Router> = {
  1: ({ status }) => counter(status.becameMaster ?? 0),
  2: ({ status }) => counter(status.advertsReceived),
  3: (router) => counter(refusedFor(router, 'interval', 'interval-zero')),
  4: (router) => counter(refusedFor(router, 'auth-pass', 'ah-integrity', 'ah-replay', 'ah-spi')),
  5: (router) => counter(refusedFor(router, 'ttl')),
  6: ({ status }) => counter(status.priorityZeroReceived ?? 0),
  7: ({ status }) => counter(status.priorityZeroSent ?? 0),
  8: (router) => counter(refusedFor(router, 'type')),
  9: (router) => counter(refusedFor(router, 'address-count', 'address-missing')),
  11: (router) => counter(refusedFor(router, 'auth-type', 'ah-missing')),
  12: (router) => counter(refusedFor(router, 'length', 'ip-length')),
};

/** 0.0.0.0 where there is none. */
const ipAddress = (address: IpAddress | undefined): Value => ({
  type: 'ip-address',
  bytes: address?.family === 4 ? address.bytes : new Uint8Array(4),
});

const operations = [...vrrpMib, 1];
const statistics = [...vrrpMib, 2];
/** RowStatus */
const active = 1;
