// The VRRPv3 advertisement (RFC 5798 and RFC 9568 section 5.1), IPv4 and IPv6, bytes to values and back.
import type { IpAddress } from '@vipward/config/address';
import type { DecodedAdvert, Path } from './advert.ts';
import { internetChecksum, pseudoHeaderSum } from './checksum.ts';
import { IPPROTO_VRRP, isMulticast, VRRP_GROUP } from './groups.ts';
import type { Rejection } from './rejection.ts';
import { checkStart, FIXED_LENGTH, TYPE_ADVERTISEMENT } from './start.ts';

export const VRRP_VERSION_3 = 3;
/** Twelve bits: 40.95 s. */
export const MAX_INTERVAL_CENTIS = 0xfff;

export interface AdvertV3 {
  readonly version: typeof VRRP_VERSION_3;
  /** 1..255 */
  readonly vrid: number;
  /** 0..255; 0 = the master stops, 255 = the owner of the addresses. */
  readonly priority: number;
  /** Hundredths of a second, 1..4095 (Max Advertise Interval). */
  readonly intervalCentis: number;
  /** At most 255, all of the family of the packet. */
  readonly addresses: readonly IpAddress[];
}

/**
 * What the checksum covers besides the message. RFC 5798 section 5.2.8 wants the pseudo header for both families.
 * `no-pseudo-header`: IPv4 without it, as RFC 9568 section 5.2.8 allows to be met and v3_checksum_as_v2 asks for.
 * `old-unicast`: keepalived up to 1.3.6 put the multicast group in the place of a unicast destination.
 */
export type ChecksumFlavour = 'pseudo-header' | 'no-pseudo-header' | 'old-unicast';

/** 8 bytes and 4 or 16 for each address. */
export const encodeV3 = (advert: AdvertV3, path: Path, flavour: ChecksumFlavour): Uint8Array => {
  const size = addressLength(path);
  const bytes = new Uint8Array(FIXED_LENGTH + size * advert.addresses.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, (VRRP_VERSION_3 << 4) | TYPE_ADVERTISEMENT);
  view.setUint8(1, advert.vrid);
  view.setUint8(2, advert.priority);
  view.setUint8(3, advert.addresses.length);
  // The four reserved bits before it are zero (section 5.2.6).
  view.setUint16(4, advert.intervalCentis & MAX_INTERVAL_CENTIS);
  advert.addresses.forEach((address, i) => {
    bytes.set(address.bytes, FIXED_LENGTH + size * i);
  });
  view.setUint16(6, checksum(bytes, path, flavour));
  return bytes;
};

export const decodeV3 = (bytes: Uint8Array, path: Path, flavour: ChecksumFlavour): DecodedAdvert => {
  const wrong = checkStart(bytes, VRRP_VERSION_3, FIXED_LENGTH);
  if (wrong) return { rejected: wrong };
  const size = addressLength(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint8(3);
  const expected = FIXED_LENGTH + size * count;
  if (bytes.length !== expected) return { rejected: { kind: 'length', received: bytes.length, expected } };
  if (checksum(bytes, path, flavour) !== 0) return { rejected: checksumRejection(bytes, path, flavour) };
  const intervalCentis = view.getUint16(4) & MAX_INTERVAL_CENTIS;
  // A master that promises to speak at no interval at all would be declared dead at once.
  if (intervalCentis === 0) return { rejected: { kind: 'interval-zero' } };
  return {
    advert: {
      version: VRRP_VERSION_3,
      vrid: view.getUint8(1),
      priority: view.getUint8(2),
      intervalCentis,
      addresses: Array.from({ length: count }, (_, i) => ({
        family: path.source.family,
        bytes: bytes.slice(FIXED_LENGTH + size * i, FIXED_LENGTH + size * (i + 1)),
      })),
    },
  };
};

/** A checksum that is right in another flavour names the sender's setting. */
const checksumRejection = (bytes: Uint8Array, path: Path, expected: ChecksumFlavour): Rejection => {
  const fitting = flavoursOf(path).find((flavour) => flavour !== expected && checksum(bytes, path, flavour) === 0);
  return { kind: 'checksum', version: VRRP_VERSION_3, ...(fitting === undefined ? {} : { fitting }) };
};

const flavoursOf = ({ destination }: Path): readonly ChecksumFlavour[] => [
  'pseudo-header',
  ...(destination.family === 4 ? (['no-pseudo-header'] as const) : []),
  ...(destination.family === 4 && !isMulticast(destination) ? (['old-unicast'] as const) : []),
];

// Zero over a message that carries its own.
const checksum = (bytes: Uint8Array, path: Path, flavour: ChecksumFlavour): number => {
  if (flavour === 'no-pseudo-header' && path.source.family === 4) return internetChecksum(bytes);
  const old = flavour === 'old-unicast' && path.source.family === 4;
  const covered = old ? { source: path.source, destination: VRRP_GROUP } : path;
  return internetChecksum(bytes, pseudoHeaderSum(covered, IPPROTO_VRRP, bytes.length));
};

const addressLength = ({ source }: Path): number => (source.family === 4 ? 4 : 16);
