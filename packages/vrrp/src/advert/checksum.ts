// The internet checksum (RFC 1071), which IPv4 headers and adverts carry, with the pseudo header that version 3 adds.
import type { IpAddress } from '@vipward/config/address';

/**
 * One's complement of the one's complement sum of the 16-bit big-endian words; an odd last byte is padded with zero.
 * 0..65535. `carry` is what sumWords gave for bytes that go before.
 */
export const internetChecksum = (bytes: Uint8Array, carry = 0): number => {
  let sum = carry + sumWords(bytes);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

/** The sum of the 16-bit big-endian words, not folded. */
export const sumWords = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  return sum;
};

/** The pseudo header of RFC 5798 section 5.2.8, which is that of RFC 8200 section 8.1: addresses, length, protocol. */
export const pseudoHeaderSum = (
  { source, destination }: { readonly source: IpAddress; readonly destination: IpAddress },
  protocol: number,
  length: number,
): number => sumWords(source.bytes) + sumWords(destination.bytes) + length + protocol;
