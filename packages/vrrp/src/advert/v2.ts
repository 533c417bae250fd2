// The VRRPv2 advertisement (RFC 3768 section 5.1; authentication data of RFC 2338 section 5.3.10), bytes to values and back.
import type { IpAddress } from '@vipward/config/address';
import type { DecodedAdvert } from './advert.ts';
import { internetChecksum } from './checksum.ts';
import { checkStart, FIXED_LENGTH, TYPE_ADVERTISEMENT } from './start.ts';

export const VRRP_VERSION_2 = 2;
const AUTH_LENGTH = 8;

/** RFC 2338 section 5.3.6: 0 none, 1 simple text password, 2 IP authentication header. */
export type AuthType = 0 | 1 | 2;
export const AUTH_NONE: AuthType = 0;
export const AUTH_SIMPLE: AuthType = 1;
export const AUTH_AH: AuthType = 2;

export interface AdvertV2 {
  readonly version: typeof VRRP_VERSION_2;
  /** 1..255 */
  readonly vrid: number;
  /** 0..255; 0 = the master stops, 255 = the owner of the addresses. */
  readonly priority: number;
  readonly authType: number;
  /** Whole seconds, 1..255. */
  readonly intervalSeconds: number;
  /** At most 255, IPv4. */
  readonly addresses: readonly IpAddress[];
  /** Always 8 bytes; all zero without authentication. */
  readonly authData: Uint8Array;
}

/** 16 bytes and 4 for each address. */
export const encodeV2 = (advert: AdvertV2): Uint8Array => {
  const bytes = new Uint8Array(FIXED_LENGTH + 4 * advert.addresses.length + AUTH_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, (VRRP_VERSION_2 << 4) | TYPE_ADVERTISEMENT);
  view.setUint8(1, advert.vrid);
  view.setUint8(2, advert.priority);
  view.setUint8(3, advert.addresses.length);
  view.setUint8(4, advert.authType);
  view.setUint8(5, advert.intervalSeconds);
  advert.addresses.forEach((address, i) => {
    bytes.set(address.bytes, FIXED_LENGTH + 4 * i);
  });
  bytes.set(advert.authData.subarray(0, AUTH_LENGTH), bytes.length - AUTH_LENGTH);
  // Section 5.3.8: over the whole message, authentication data included (keepalived does the same).
  view.setUint16(6, internetChecksum(bytes));
  return bytes;
};

export const decodeV2 = (bytes: Uint8Array): DecodedAdvert => {
  const wrong = checkStart(bytes, VRRP_VERSION_2, FIXED_LENGTH + AUTH_LENGTH);
  if (wrong) return { rejected: wrong };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint8(3);
  const expected = FIXED_LENGTH + 4 * count + AUTH_LENGTH;
  if (bytes.length !== expected) return { rejected: { kind: 'length', received: bytes.length, expected } };
  // The sum over a message that carries its own checksum is zero.
  if (internetChecksum(bytes) !== 0) return { rejected: { kind: 'checksum', version: VRRP_VERSION_2 } };
  return {
    advert: {
      version: VRRP_VERSION_2,
      vrid: view.getUint8(1),
      priority: view.getUint8(2),
      authType: view.getUint8(4),
      intervalSeconds: view.getUint8(5),
      addresses: Array.from({ length: count }, (_, i) => ({
        family: 4,
        bytes: bytes.slice(FIXED_LENGTH + 4 * i, FIXED_LENGTH + 4 * i + 4),
      })),
      authData: bytes.slice(expected - AUTH_LENGTH),
    },
  };
};

/** The 8 bytes of a password: cut at 8, filled up with zeros (RFC 2338 section 5.3.10). Text is taken as UTF-8. */
export const passwordBytes = (password: string): Uint8Array => {
  const bytes = new Uint8Array(AUTH_LENGTH);
  bytes.set(new TextEncoder().encode(password).subarray(0, AUTH_LENGTH));
  return bytes;
};
