// Destinations into attributes and back.
import type { IpFamily } from '@vipward/config/address';
import type { Values } from '../codec/attribute.ts';
import { addressFamilyNumber, decodeUnion, familyOfNumber } from './address.ts';
import type { destinationTable } from './command.ts';
import type { Destination, DestinationEntry, DestinationKey, ForwardingMethod, Tunnel } from './model.ts';
import { decodeStats } from './stats.ts';

type Attributes = Values<typeof destinationTable>;

/** What names a destination within its service. */
export const encodeDestinationKey = (key: DestinationKey): Attributes => ({
  address: key.address.bytes,
  port: key.port,
  family: addressFamilyNumber[key.address.family],
});

/** All that new and edit want; the kernel refuses (EINVAL) when method, weight or a threshold is missing. */
export const encodeDestination = (destination: Destination): Attributes => ({
  ...encodeDestinationKey(destination.key),
  forwarding: forwardingNumbers[destination.forwarding],
  weight: destination.weight,
  upperThreshold: destination.upperThreshold,
  lowerThreshold: destination.lowerThreshold,
  ...(destination.forwarding === 'tunnel' ? encodeTunnel(destination.tunnel ?? { type: 'ipip' }) : {}),
});

/** `family` is the service's: kernels before 3.18 do not say the destination's. Throws DecodeError. */
export const decodeDestination = (attributes: Attributes, family: IpFamily): DestinationEntry => {
  const forwarding = forwardingNames[(attributes.forwarding ?? 0) & forwardingMask] ?? 'masq';
  return {
    key: {
      address: decodeUnion(
        attributes.address,
        attributes.family === undefined ? family : familyOfNumber(attributes.family),
      ),
      port: attributes.port ?? 0,
    },
    forwarding,
    weight: attributes.weight ?? 0,
    upperThreshold: attributes.upperThreshold ?? 0,
    lowerThreshold: attributes.lowerThreshold ?? 0,
    ...(forwarding === 'tunnel' ? { tunnel: decodeTunnel(attributes) } : {}),
    activeConnections: attributes.activeConnections ?? 0,
    inactiveConnections: attributes.inactiveConnections ?? 0,
    persistentConnections: attributes.persistentConnections ?? 0,
    stats: decodeStats(attributes),
  };
};

/** IP_VS_CONN_F_FWD_MASK */
export const forwardingMask = 0x7;
export const forwardingNames: readonly ForwardingMethod[] = ['masq', 'local', 'tunnel', 'route', 'bypass'];
export const forwardingNumbers: Readonly<Record<ForwardingMethod, number>> = {
  masq: 0,
  local: 1,
  tunnel: 2,
  route: 3,
  bypass: 4,
};

// IP_VS_CONN_F_TUNNEL_TYPE_* and IP_VS_TUNNEL_ENCAP_FLAG_*
const tunnelTypes = { ipip: 0, gue: 1, gre: 2 } as const;
const checksumFlags = { nocsum: 0, csum: 1, remcsum: 2 } as const;

const encodeTunnel = (tunnel: Tunnel): Attributes => {
  switch (tunnel.type) {
    case 'ipip':
      // Said in full: an edit that leaves an attribute out is not the same on all kernels.
      return { tunnelType: tunnelTypes.ipip, tunnelPort: 0, tunnelFlags: 0 };
    case 'gue':
      return { tunnelType: tunnelTypes.gue, tunnelPort: tunnel.port, tunnelFlags: checksumFlags[tunnel.checksum] };
    case 'gre':
      return { tunnelType: tunnelTypes.gre, tunnelPort: 0, tunnelFlags: checksumFlags[tunnel.checksum] };
  }
};

const decodeTunnel = ({ tunnelType, tunnelPort, tunnelFlags = 0 }: Attributes): Tunnel => {
  const checksum = (tunnelFlags & checksumFlags.csum) !== 0 ? 'csum' : 'nocsum';
  switch (tunnelType) {
    case tunnelTypes.gue:
      return {
        type: 'gue',
        port: tunnelPort ?? 0,
        checksum: (tunnelFlags & checksumFlags.remcsum) !== 0 ? 'remcsum' : checksum,
      };
    case tunnelTypes.gre:
      return { type: 'gre', checksum };
    default:
      return { type: 'ipip' };
  }
};
