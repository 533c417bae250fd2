// The sockets of one interface: adverts in and out, gratuitous ARP out.
import type { IpAddress } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import {
  AF_INET,
  AF_PACKET,
  deviceName,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  ipMreqn,
  type NativeSocket,
  openSocket,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
  sockaddrLl,
} from '@vipward/sockets';
import { IPPROTO_VRRP } from '../advert/ipv4.ts';
import { ETH_P_ARP, encodeGratuitousArp } from '../arp.ts';

/** vrrp_mcast_group4's default: RFC 3768 section 5.2.2. */
export const VRRP_GROUP: IpAddress = { family: 4, bytes: Uint8Array.of(224, 0, 0, 18) };
const IPPROTO_IP = 0;
const IPPROTO_RAW = 255;
/** TC_PRIO_CONTROL: ahead of bulk traffic in the queue of the interface. */
const TC_PRIO_CONTROL = 6;
const BROADCAST_MAC = new Uint8Array(6).fill(0xff);

export interface Wire {
  readonly link: Link;
  /** A whole IPv4 packet in pieces. Throws SocketError. */
  send(pieces: readonly Uint8Array[], destination: IpAddress): void;
  close(): void;
}

export interface WireListener {
  /** A whole IPv4 packet, valid only during the call. */
  onPacket(bytes: Uint8Array): void;
  /** ENETDOWN while the link is down; the socket goes on. */
  onError(error: Error): void;
}

export type OpenWire = (link: Link, listener: WireListener) => Wire;
export type OpenArp = () => Arp;

/** Throws SocketError: EPERM without CAP_NET_RAW, ENODEV for an interface that has gone. */
export const openWire: OpenWire = (link, listener) => {
  const receiver = openSocket(AF_INET, SOCK_RAW, IPPROTO_VRRP);
  let sender: NativeSocket | undefined;
  try {
    receiver.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link.name));
    // Only groups joined on this very socket: another program's membership is none of our business.
    receiver.setOption(IPPROTO_IP, IP_MULTICAST_ALL, 0);
    if (link.multicast)
      receiver.setOption(IPPROTO_IP, IP_ADD_MEMBERSHIP, ipMreqn(VRRP_GROUP.bytes, undefined, link.index));
    sender = openSender(link);
    receiver.listen({ onDatagram: ({ data }) => listener.onPacket(data), onError: (error) => listener.onError(error) });
  } catch (error) {
    receiver.close();
    sender?.close();
    throw error;
  }
  const out = sender;
  return {
    link,
    send: (pieces, destination) => void out.send(pieces, sockaddrIn(destination.bytes)),
    close() {
      receiver.close();
      out.close();
    },
  };
};

// IPPROTO_RAW: the IP header is ours, and nothing is ever received on it.
const openSender = (link: Link): NativeSocket => {
  const socket = openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  try {
    socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link.name));
    socket.setOption(SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
    socket.setOption(IPPROTO_IP, IP_MULTICAST_IF, ipMreqn(VRRP_GROUP.bytes, undefined, link.index));
    socket.setOption(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
};

export interface Arp {
  /** One gratuitous ARP for an IPv4 address. Throws SocketError. */
  announce(address: IpAddress, link: Link): void;
  close(): void;
}

/** One packet socket for all interfaces; its protocol 0 receives nothing. Throws SocketError. */
export const openArp: OpenArp = () => {
  const socket = openSocket(AF_PACKET, SOCK_RAW, 0);
  return {
    announce: (address, link) =>
      void socket.send(
        [encodeGratuitousArp(address, link.mac)],
        sockaddrLl({ ifIndex: link.index, protocol: ETH_P_ARP, address: BROADCAST_MAC }),
      ),
    close: () => socket.close(),
  };
};
