// The gratuitous ARP frame that tells the neighbours where a virtual address lives now (RFC 3768 section 6.4.2).
import type { IpAddress } from '@vipward/config/address';

export const ETH_P_ARP = 0x0806;
export const ARP_FRAME_LENGTH = 42;
const ETH_P_IP = 0x0800;
const ARPHRD_ETHER = 1;
const ARPOP_REQUEST = 1;
const BROADCAST = new Uint8Array(6).fill(0xff);

/**
 * A whole Ethernet frame of 42 bytes: an ARP request whose sender and target are `address`. The target hardware
 * address is ff:ff:ff:ff:ff:ff (RFC 5944 section 4.6 leaves it open, and keepalived fills it so).
 */
export const encodeGratuitousArp = (address: IpAddress, mac: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(ARP_FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  frame.set(BROADCAST, 0);
  frame.set(mac.subarray(0, 6), 6);
  view.setUint16(12, ETH_P_ARP);
  view.setUint16(14, ARPHRD_ETHER);
  view.setUint16(16, ETH_P_IP);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, ARPOP_REQUEST);
  frame.set(mac.subarray(0, 6), 22);
  frame.set(address.bytes, 28);
  frame.set(BROADCAST, 32);
  frame.set(address.bytes, 38);
  return frame;
};
