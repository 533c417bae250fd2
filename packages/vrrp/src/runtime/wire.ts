// The sockets of one place and family: adverts in and out. Gratuitous ARP and neighbour advertisements are in announcer.ts.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import type { AhSeal } from '../advert/ah.ts';
import type { VrrpPacket } from '../advert/ipv4.ts';
import { openWire4 } from './wire4.ts';
import { openWire6 } from './wire6.ts';

export interface OutgoingAdvert {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Or the hop limit. Absent: 255, but the kernel's own for IPv6 unicast, as keepalived has it. */
  readonly ttl?: number | undefined;
  /** The IP identification, 1..65535; IPv6 has none. */
  readonly id: number;
  readonly message: Uint8Array;
  /** auth_type AH. */
  readonly ah?: AhSeal | undefined;
}

/** Where a wire is: on a link, or at an address of ours wherever that is (unicast without an interface). */
export interface WirePlace {
  readonly family: IpFamily;
  /** Without `source` the interface of the adverts, with it a VRF. */
  readonly link?: Link;
  readonly source?: IpAddress;
}

/** What instances want to hear. */
export interface WireNeeds {
  readonly groups: readonly IpAddress[];
  /** Adverts in an authentication header. */
  readonly ah: boolean;
  /** Bytes of the receive buffer; absent = the kernel's default. */
  readonly receiveBuffer?: number;
}

export interface Wire {
  readonly place: WirePlace;
  /** Opens and joins what is not heard yet, and leaves what nobody needs; the rest goes on. Throws SocketError. */
  hear(needs: WireNeeds): void;
  /** Throws SocketError. */
  send(advert: OutgoingAdvert): void;
  close(): void;
}

export interface WireListener {
  /** Valid only during the call. */
  onPacket(packet: VrrpPacket): void;
  /** ENETDOWN while the link is down; the socket goes on. */
  onError(error: Error): void;
}

export type OpenWire = (place: WirePlace, listener: WireListener) => Wire;

/** Hears nothing until it is told what. Throws SocketError: EPERM without CAP_NET_RAW, ENODEV for an interface that has gone. */
export const openWire: OpenWire = (place, listener) =>
  place.family === 4 ? openWire4(place, listener) : openWire6(place, listener);
