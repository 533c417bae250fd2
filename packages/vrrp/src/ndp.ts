// The unsolicited neighbour advertisement that tells the neighbours where an IPv6 address lives now (RFC 9568 section 6.4.2).
import type { IpAddress } from '@vipward/config/address';
import { internetChecksum, pseudoHeaderSum } from './advert/checksum.ts';

export const ETH_P_IPV6 = 0x86dd;
export const ADVERTISEMENT_FRAME_LENGTH = 86;
/** 33:33 and the last four bytes of ff02::1 (RFC 2464 section 7). */
export const ALL_NODES_MAC = Uint8Array.of(0x33, 0x33, 0, 0, 0, 1);
const ALL_NODES: IpAddress = { family: 6, bytes: Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) };
const IPPROTO_ICMPV6 = 58;
const ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136;
/** RFC 4861 section 4.4. keepalived sets neither Solicited nor Router, and so do we. */
const OVERRIDE = 0x20000000;
/** RFC 4861 section 4.6.1; the length is in units of 8 bytes. */
const TARGET_LINK_LAYER_ADDRESS = 2;
const IP_AT = 14;
const ICMP_AT = 54;
const ICMP_LENGTH = 32;

/** A whole Ethernet frame of 86 bytes: the address says of itself, to all nodes, that it is at `mac`. */
export const encodeNeighbourAdvertisement = (address: IpAddress, mac: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(ADVERTISEMENT_FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  frame.set(ALL_NODES_MAC, 0);
  frame.set(mac.subarray(0, 6), 6);
  view.setUint16(12, ETH_P_IPV6);
  view.setUint8(IP_AT, 0x60);
  view.setUint16(IP_AT + 4, ICMP_LENGTH);
  view.setUint8(IP_AT + 6, IPPROTO_ICMPV6);
  // RFC 4861 section 4.4: 255, so that a receiver knows that no router lies between.
  view.setUint8(IP_AT + 7, 255);
  frame.set(address.bytes, IP_AT + 8);
  frame.set(ALL_NODES.bytes, IP_AT + 24);
  view.setUint8(ICMP_AT, ICMPV6_NEIGHBOUR_ADVERTISEMENT);
  view.setUint32(ICMP_AT + 4, OVERRIDE);
  frame.set(address.bytes, ICMP_AT + 8);
  view.setUint8(ICMP_AT + 24, TARGET_LINK_LAYER_ADDRESS);
  view.setUint8(ICMP_AT + 25, 1);
  frame.set(mac.subarray(0, 6), ICMP_AT + 26);
  const path = { source: address, destination: ALL_NODES };
  view.setUint16(
    ICMP_AT + 2,
    internetChecksum(frame.subarray(ICMP_AT), pseudoHeaderSum(path, IPPROTO_ICMPV6, ICMP_LENGTH)),
  );
  return frame;
};
