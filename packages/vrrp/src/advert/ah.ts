// The IP authentication header around a VRRPv2 advert (RFC 2402, RFC 2338 section 5.3.6.3): HMAC-MD5-96 over the whole packet.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { IPPROTO_VRRP, isMulticast } from './groups.ts';

/** IANA protocol number of the authentication header. */
export const IPPROTO_AH = 51;
/** Next header, length, reserved, SPI, sequence number, and 96 bits of HMAC. */
export const AH_LENGTH = 24;
const ICV_OFFSET = 12;
const ICV_LENGTH = 12;
/** In 32-bit words, less two: RFC 2402 section 2.2. */
const PAYLOAD_LENGTH = AH_LENGTH / 4 - 2;

/** What a sender puts in: the password's 8 bytes, and a number that grows with every advert, 1..2^32-1. */
export interface AhSeal {
  readonly key: Uint8Array;
  readonly sequence: number;
}

/** What a receiver found. */
export interface AhHeader {
  /** The security parameter index, in which keepalived puts the source address. */
  readonly spi: Uint8Array;
  readonly sequence: number;
  readonly icv: Uint8Array;
  /** What the HMAC covers: the packet with its mutable fields and the HMAC itself zeroed. */
  readonly covered: Uint8Array;
}

/** The header between `ipHeader` (20 bytes, complete, protocol 51) and `message`. */
export const encodeAh = (ipHeader: Uint8Array, message: Uint8Array, { key, sequence }: AhSeal): Uint8Array => {
  const packet = new Uint8Array(ipHeader.length + AH_LENGTH + message.length);
  packet.set(ipHeader);
  const ah = packet.subarray(ipHeader.length, ipHeader.length + AH_LENGTH);
  ah[0] = IPPROTO_VRRP;
  ah[1] = PAYLOAD_LENGTH;
  ah.set(ipHeader.subarray(12, 16), 4);
  new DataView(ah.buffer, ah.byteOffset).setUint32(8, sequence);
  packet.set(message, ipHeader.length + AH_LENGTH);
  zeroMutable(packet, ipHeader.length);
  ah.set(integrity(packet, key), ICV_OFFSET);
  return ah.slice();
};

/**
 * Reads the header that follows `headerLength` bytes of IPv4 in `packet`; undefined when it is none of ours: too short,
 * of another length than HMAC-MD5-96 has, or with something else than VRRP inside.
 */
export const decodeAh = (packet: Uint8Array, headerLength: number): AhHeader | undefined => {
  const ah = packet.subarray(headerLength, headerLength + AH_LENGTH);
  if (ah.length < AH_LENGTH || ah[0] !== IPPROTO_VRRP || ah[1] !== PAYLOAD_LENGTH) return undefined;
  const covered = packet.slice();
  zeroMutable(covered, headerLength);
  return {
    spi: ah.slice(4, 8),
    sequence: new DataView(ah.buffer, ah.byteOffset).getUint32(8),
    icv: ah.slice(ICV_OFFSET),
    covered,
  };
};

export const isGenuine = ({ icv, covered }: AhHeader, key: Uint8Array): boolean =>
  timingSafeEqual(icv, integrity(covered, key));

const integrity = (covered: Uint8Array, key: Uint8Array): Uint8Array =>
  createHmac('md5', key).update(covered).digest().subarray(0, ICV_LENGTH);

// keepalived 2.2.7 zeroes type of service, checksum and, of unicast alone, the TTL; RFC 2402 section 3.3.3.1.1 would have
// flags, fragment offset and every TTL zeroed too.
const zeroMutable = (packet: Uint8Array, headerLength: number): void => {
  packet[1] = 0;
  if (!isMulticast({ family: 4, bytes: packet.subarray(16, 20) })) packet[8] = 0;
  packet.fill(0, 10, 12);
  packet.fill(0, headerLength + ICV_OFFSET, headerLength + AH_LENGTH);
};
