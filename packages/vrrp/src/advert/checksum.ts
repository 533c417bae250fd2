// The internet checksum (RFC 1071), which IPv4 headers and VRRPv2 adverts carry.

/** One's complement of the one's complement sum of the 16-bit big-endian words; an odd last byte is padded with zero. 0..65535. */
export const internetChecksum = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};
