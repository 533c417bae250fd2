// vrrpAddressTable: static addresses under instance 0, then those of the instances.
import type { VirtualAddress, VrrpInstance } from '@vipward/config';
import { gauge, inetAddress, inetAddressType, integer, text, yesNo } from '../../agentx/value.ts';
import { type ManagedObject, type Row, table } from '../../view/object.ts';
import { entryOf, numbered, textOrNone, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { scopeNumber } from './scope.ts';
import { statusOf } from './state.ts';

interface Held {
  readonly address: VirtualAddress;
  readonly interfaceName: string | undefined;
  readonly set: boolean;
  readonly advertised: boolean;
}

export const addressTable = (snapshot: Snapshot): ManagedObject => {
  const { staticAddresses = [], vrrpInstances, global } = snapshot.config;
  const fixed = staticAddresses.map((address): Held => {
    const interfaceName = address.dev ?? global.defaultInterface;
    return { address, interfaceName, set: true, advertised: false };
  });
  return table(entryOf(vrrpPart, 6), columns(snapshot), [
    ...numbered(fixed, [0]),
    ...vrrpInstances.flatMap((instance, i): readonly Row<Held>[] => numbered(held(snapshot, instance), [i + 1])),
  ]);
};

const held = (snapshot: Snapshot, instance: VrrpInstance): readonly Held[] => {
  const status = statusOf(snapshot, instance.name);
  const of = (addresses: readonly VirtualAddress[], advertised: boolean): readonly Held[] =>
    addresses.map((address) => ({
      address,
      interfaceName: address.dev ?? status?.interfaceName ?? instance.interfaceName,
      set: status?.role === 'master',
      advertised,
    }));
  return [...of(instance.virtualAddresses, true), ...of(instance.excludedAddresses ?? [], false)];
};

const columns = ({ interfaces }: Snapshot) => ({
  2: ({ address: { address } }: Held) => inetAddressType(address.family),
  3: ({ address: { address } }: Held) => inetAddress(address),
  // IPv6 has no broadcast; IPv4 without one has 0.0.0.0.
  4: ({ address: { address, broadcast } }: Held) =>
    address.family === 6 ? undefined : inetAddress(broadcast ?? noAddress),
  5: ({ address: { prefixLength } }: Held) => gauge(prefixLength),
  6: ({ address: { scope } }: Held) => integer(scopeNumber(scope)),
  7: ({ interfaceName }: Held) => {
    const known = interfaceName === undefined ? undefined : interfaces.get(interfaceName);
    return known && integer(known.index);
  },
  8: ({ interfaceName }: Held) => textOrNone(interfaceName),
  9: ({ address: { label } }: Held) => (label === undefined ? undefined : text(label)),
  10: ({ set }: Held) => yesNo(set),
  11: ({ advertised }: Held) => yesNo(advertised),
  12: ({ address: { peer } }: Held) => peer && inetAddress(peer.address),
});

const noAddress = { family: 4, bytes: new Uint8Array(4) } as const;
