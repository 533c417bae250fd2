// The IPv4 header around an advert: built by us (the send socket is IPPROTO_RAW), so that every byte of it is ours.
import type { IpAddress } from '@vipward/config/address';
import { AH_LENGTH, type AhHeader, type AhSeal, decodeAh, encodeAh, IPPROTO_AH } from './ah.ts';
import { internetChecksum } from './checksum.ts';
import { IPPROTO_VRRP } from './groups.ts';
import type { Rejection } from './rejection.ts';

/** Internetwork control, as keepalived sends it. */
export const TOS_INTERNETWORK_CONTROL = 0xc0;
/** Bytes; without options, which no advert has. */
export const IPV4_HEADER_LENGTH = 20;

/** What came in, of either family. */
export interface VrrpPacket {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Or the hop limit. */
  readonly ttl: number;
  readonly payload: Uint8Array;
  /** IPv4: the authentication header that stood before the payload. */
  readonly ah?: AhHeader;
}

export interface Ipv4Fields {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** The IP identification, 1..65535 (0 lets the kernel choose). */
  readonly id: number;
  readonly ttl: number;
}

/** What goes out over IPv4 before the message: the IP header, and the authentication header where there is a seal. */
export const encodeHeaders = (
  fields: Ipv4Fields & { readonly ah?: AhSeal | undefined },
  message: Uint8Array,
): readonly Uint8Array[] => {
  const { ah } = fields;
  if (ah === undefined) return [encodeIpv4Header(fields, message.length)];
  const header = encodeIpv4Header(fields, AH_LENGTH + message.length, IPPROTO_AH);
  return [header, encodeAh(header, message, ah)];
};

/** The 20 bytes before `payloadLength` bytes of `protocol`. */
export const encodeIpv4Header = (
  { source, destination, id, ttl }: Ipv4Fields,
  payloadLength: number,
  protocol = IPPROTO_VRRP,
): Uint8Array => {
  const bytes = new Uint8Array(IPV4_HEADER_LENGTH);
  const length = IPV4_HEADER_LENGTH + payloadLength;
  bytes[0] = 0x45;
  bytes[1] = TOS_INTERNETWORK_CONTROL;
  bytes[2] = length >> 8;
  bytes[3] = length;
  bytes[4] = id >> 8;
  bytes[5] = id;
  bytes[8] = ttl;
  bytes[9] = protocol;
  bytes.set(source.bytes, 12);
  bytes.set(destination.bytes, 16);
  const checksum = internetChecksum(bytes);
  bytes[10] = checksum >> 8;
  bytes[11] = checksum;
  return bytes;
};

/** Splits what a raw IPv4 socket received. The kernel has checked the header's checksum already; lengths are checked here. */
export const decodeIpv4 = (bytes: Uint8Array): { readonly packet: VrrpPacket } | { readonly rejected: Rejection } => {
  if (bytes.length < IPV4_HEADER_LENGTH) return tooShort(bytes.length, IPV4_HEADER_LENGTH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = (view.getUint8(0) & 0x0f) * 4;
  if (view.getUint8(0) >> 4 !== 4 || headerLength < IPV4_HEADER_LENGTH) return { rejected: { kind: 'not-ipv4' } };
  if (bytes.length < headerLength) return tooShort(bytes.length, headerLength);
  const totalLength = view.getUint16(2);
  // A header that claims more or less than what came: nothing behind it can be believed.
  if (totalLength !== bytes.length)
    return { rejected: { kind: 'ip-length', claimed: totalLength, received: bytes.length } };
  const protocol = view.getUint8(9);
  const outer = {
    source: { family: 4, bytes: bytes.slice(12, 16) },
    destination: { family: 4, bytes: bytes.slice(16, 20) },
    ttl: view.getUint8(8),
  } as const;
  if (protocol === IPPROTO_VRRP) return { packet: { ...outer, payload: bytes.subarray(headerLength) } };
  const ah = protocol === IPPROTO_AH ? decodeAh(bytes, headerLength) : undefined;
  if (ah === undefined) return { rejected: { kind: 'not-vrrp', protocol } };
  return { packet: { ...outer, ah, payload: bytes.subarray(headerLength + AH_LENGTH) } };
};

const tooShort = (received: number, expected: number): { readonly rejected: Rejection } => ({
  rejected: { kind: 'length', received, expected },
});
