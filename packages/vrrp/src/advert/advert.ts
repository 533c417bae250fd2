// An advertisement as a value, whatever the version; bytes to values and back is chosen by the version here.
import type { IpAddress, Millis } from '@vipward/config';
import type { Rejection } from './rejection.ts';
import { type AdvertV2, decodeV2, encodeV2, VRRP_VERSION_2 } from './v2.ts';
import { type AdvertV3, type ChecksumFlavour, decodeV3, encodeV3 } from './v3.ts';

export type Advert = AdvertV2 | AdvertV3;

/** The addresses of the IP packet, which version 3 includes in its checksum. */
export interface Path {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

export type DecodedAdvert = { readonly advert: Advert } | { readonly rejected: Rejection };

/** How often the sender says that it will speak; both versions in ms. */
export const advertInterval = (advert: Advert): Millis =>
  advert.version === VRRP_VERSION_2 ? advert.intervalSeconds * 1000 : advert.intervalCentis * 10;

/** The VRRP message without its IP header. `flavour` is of version 3 alone. */
export const encodeAdvert = (advert: Advert, path: Path, flavour: ChecksumFlavour = 'pseudo-header'): Uint8Array =>
  advert.version === VRRP_VERSION_2 ? encodeV2(advert) : encodeV3(advert, path, flavour);

/**
 * Reads one message of the version that is spoken here: version, type, length and checksum are verified (RFC 3768 and
 * RFC 9568 section 7.1), its meaning elsewhere.
 */
export const decodeAdvert = (
  bytes: Uint8Array,
  version: 2 | 3,
  path: Path,
  flavour: ChecksumFlavour = 'pseudo-header',
): DecodedAdvert => (version === VRRP_VERSION_2 ? decodeV2(bytes) : decodeV3(bytes, path, flavour));
