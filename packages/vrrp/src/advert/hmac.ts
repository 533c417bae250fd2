// auth_hmac: the trailer behind an advert that says who sent it and when (draft-cassen-vrrp-auth-hmac, keepalived 2.4.3).
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IpAddress } from '@vipward/config/address';
import type { Path } from './advert.ts';
import { internetChecksum, pseudoHeaderSum } from './checksum.ts';
import { IPPROTO_VRRP } from './groups.ts';
import type { Rejection } from './rejection.ts';
import { FIXED_LENGTH } from './start.ts';
import { VRRP_VERSION_2 } from './v2.ts';

/** Type, key, two reserved bytes, sequence number (64 bits), and half of an HMAC-SHA256. */
export const TRAILER_LENGTH = 28;
const TYPE_SHA256 = 1;
const SEQUENCE_OFFSET = 4;
const HMAC_OFFSET = 12;
const HMAC_LENGTH = TRAILER_LENGTH - HMAC_OFFSET;
const CHECKSUM_OFFSET = 6;
const PSEUDO_LENGTH = 20;

export interface HmacSecret {
  /** 1..255 */
  readonly id: number;
  /** 32 to 64 bytes. */
  readonly bytes: Uint8Array;
}

/** What a receiver found behind an advert. */
export interface Trailer {
  readonly keyId: number;
  /** Seconds since 1970 in the upper half, a binary fraction of a second in the next 16 bits, a counter in the last. */
  readonly sequence: bigint;
}

/** The trailer for `message` from `source`; the same for every destination, and whatever the checksum will be. */
export const encodeTrailer = (
  message: Uint8Array,
  source: IpAddress,
  { id, bytes }: HmacSecret,
  sequence: bigint,
): Uint8Array => {
  const trailer = new Uint8Array(TRAILER_LENGTH);
  trailer[0] = TYPE_SHA256;
  trailer[1] = id;
  new DataView(trailer.buffer).setBigUint64(SEQUENCE_OFFSET, BigInt.asUintN(64, sequence));
  trailer.set(integrity(message, trailer, source, bytes), HMAC_OFFSET);
  return trailer;
};

/** The message with its trailer. The checksum of IPv6 covers both, as the kernel of keepalived's makes it; that of IPv4 the message alone. */
export const appendTrailer = (message: Uint8Array, trailer: Uint8Array, path: Path): Uint8Array => {
  const whole = new Uint8Array(message.length + trailer.length);
  whole.set(message);
  whole.set(trailer, message.length);
  if (path.source.family === 6) setChecksum(whole, path);
  return whole;
};

/**
 * Takes the trailer off: `message` is then as if there had never been one. Undefined when there is none; what cannot be
 * told apart, since the message is too short to say how long it is, is left to the decoder of the message.
 */
export const splitTrailer = (
  payload: Uint8Array,
  path: Path,
): { readonly message: Uint8Array; readonly trailer: Uint8Array } | { readonly rejected: Rejection } | undefined => {
  const length = messageLength(payload, path);
  if (length === undefined || payload.length !== length + TRAILER_LENGTH) return undefined;
  const trailer = payload.subarray(length);
  const [type, , high, low] = trailer;
  if (type !== TYPE_SHA256 || high !== 0 || low !== 0) return { rejected: { kind: 'hmac-malformed' } };
  if (path.source.family === 4) return { message: payload.subarray(0, length), trailer };
  if (internetChecksum(payload, pseudoHeaderSum(path, IPPROTO_VRRP, payload.length)) !== 0)
    return { rejected: { kind: 'checksum', version: 3 } };
  const message = payload.slice(0, length);
  setChecksum(message, path);
  return { message, trailer };
};

export const decodeTrailer = (trailer: Uint8Array): Trailer => ({
  keyId: trailer[1] ?? 0,
  sequence: new DataView(trailer.buffer, trailer.byteOffset, trailer.byteLength).getBigUint64(SEQUENCE_OFFSET),
});

/** Whether a holder of the key has made this trailer for this message from this source. */
export const isSigned = (message: Uint8Array, trailer: Uint8Array, source: IpAddress, secret: Uint8Array): boolean =>
  timingSafeEqual(trailer.subarray(HMAC_OFFSET), integrity(message, trailer, source, secret));

/** Serial number arithmetic (RFC 1982): the sequence may wrap. */
export const isAfter = (a: bigint, b: bigint): boolean => BigInt.asIntN(64, a - b) > 0n;

// Family, version, VRID and source stand before the message, so that nothing can be moved to another virtual router; the
// checksum counts as zero, since it is made afterwards.
const integrity = (message: Uint8Array, trailer: Uint8Array, source: IpAddress, secret: Uint8Array): Uint8Array => {
  const pseudo = new Uint8Array(PSEUDO_LENGTH);
  pseudo[0] = source.family;
  pseudo[1] = (message[0] ?? 0) >> 4;
  pseudo[2] = message[1] ?? 0;
  pseudo.set(source.bytes, 4);
  return createHmac('sha256', secret)
    .update(pseudo)
    .update(message.subarray(0, CHECKSUM_OFFSET))
    .update(new Uint8Array(2))
    .update(message.subarray(CHECKSUM_OFFSET + 2))
    .update(trailer.subarray(0, HMAC_OFFSET))
    .update(new Uint8Array(HMAC_LENGTH))
    .digest()
    .subarray(0, HMAC_LENGTH);
};

const messageLength = (payload: Uint8Array, { source }: Path): number | undefined => {
  const [first = 0, , , count = 0] = payload;
  if (payload.length < FIXED_LENGTH) return undefined;
  if (first >> 4 === VRRP_VERSION_2) return FIXED_LENGTH + 4 * count + 8;
  return FIXED_LENGTH + source.bytes.length * count;
};

const setChecksum = (bytes: Uint8Array, path: Path): void => {
  bytes.fill(0, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 2);
  const sum = internetChecksum(bytes, pseudoHeaderSum(path, IPPROTO_VRRP, bytes.length));
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(CHECKSUM_OFFSET, sum);
};
