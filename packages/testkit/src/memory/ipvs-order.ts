// The order in which the kernel dumps services: two hash tables of 256 rows, the newest first within a row.
import type { ServiceKey } from '@vipward/netlink';

/**
 * Where a service stands: addresses before marks, then by row. The kernel mixes the address of its own per-namespace
 * structure into the row (ip_vs_svc_hashkey), so the real order differs from boot to boot by a constant: `seed`, 0..255.
 */
export const rowOf = (key: ServiceKey, seed: number): number => {
  if (key.kind === 'fwmark') return 256 + ((key.mark ^ seed) & 255);
  const view = new DataView(key.address.bytes.buffer, key.address.bytes.byteOffset, key.address.bytes.byteLength);
  let folded = 0;
  for (let at = 0; at < view.byteLength; at += 4) folded ^= view.getUint32(at);
  return (key.protocol ^ folded ^ (key.port >> 8) ^ key.port ^ seed) & 255;
};
