// The sockets of one interface and family: adverts in and out. Gratuitous ARP and neighbour advertisements are in announcer.ts.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import {
  AF_INET,
  AF_INET6,
  controlInt,
  decodeControl,
  deviceName,
  encodeControl,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_RAW,
  IPV6_ADD_MEMBERSHIP,
  IPV6_HOPLIMIT,
  IPV6_MULTICAST_ALL,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_PKTINFO,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_TCLASS,
  in6Pktinfo,
  ipMreqn,
  ipv6Mreq,
  type NativeSocket,
  openSocket,
  parsePktinfo,
  parseSockaddr,
  readControlInt,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
  sockaddrIn6,
} from '@vipward/sockets';
import { IPPROTO_VRRP, VRRP_GROUP, VRRP_GROUP6 } from '../advert/groups.ts';
import { decodeIpv4, encodeIpv4Header, TOS_INTERNETWORK_CONTROL, type VrrpPacket } from '../advert/ipv4.ts';

/** TC_PRIO_CONTROL: ahead of bulk traffic in the queue of the interface. */
const TC_PRIO_CONTROL = 6;
const MAX_HOPS = 255;

export interface OutgoingAdvert {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Or the hop limit. Absent: 255, but the kernel's own for IPv6 unicast, as keepalived has it. */
  readonly ttl?: number;
  /** The IP identification, 1..65535; IPv6 has none. */
  readonly id: number;
  readonly message: Uint8Array;
}

export interface Wire {
  readonly link: Link;
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

export type OpenWire = (link: Link, family: IpFamily, listener: WireListener) => Wire;

/** Throws SocketError: EPERM without CAP_NET_RAW, ENODEV for an interface that has gone. */
export const openWire: OpenWire = (link, family, listener) =>
  family === 4 ? openWire4(link, listener) : openWire6(link, listener);

const openWire4 = (link: Link, listener: WireListener): Wire => {
  const receiver = openSocket(AF_INET, SOCK_RAW, IPPROTO_VRRP);
  let sender: NativeSocket | undefined;
  try {
    receiver.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link.name));
    // Only groups joined on this very socket: another program's membership is none of our business.
    receiver.setOption(IPPROTO_IP, IP_MULTICAST_ALL, 0);
    if (link.multicast)
      receiver.setOption(IPPROTO_IP, IP_ADD_MEMBERSHIP, ipMreqn(VRRP_GROUP.bytes, undefined, link.index));
    sender = openSender4(link);
    receiver.listen({
      onDatagram({ data }) {
        const outer = decodeIpv4(data);
        if ('packet' in outer) listener.onPacket(outer.packet);
      },
      onError: (error) => listener.onError(error),
    });
  } catch (error) {
    receiver.close();
    sender?.close();
    throw error;
  }
  const out = sender;
  return {
    link,
    send({ source, destination, id, ttl = MAX_HOPS, message }) {
      const header = encodeIpv4Header({ source, destination, id, ttl, payloadLength: message.length });
      out.send([header, message], sockaddrIn(destination.bytes));
    },
    close() {
      receiver.close();
      out.close();
    },
  };
};

// IPPROTO_RAW: the IP header is ours, and nothing is ever received on it.
const openSender4 = (link: Link): NativeSocket => {
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

// The kernel writes the IPv6 header; what would be in it comes and goes beside the datagram (RFC 3542).
const openWire6 = (link: Link, listener: WireListener): Wire => {
  const socket = openSocket(AF_INET6, SOCK_RAW, IPPROTO_VRRP);
  try {
    socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link.name));
    socket.setOption(SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_IF, link.index);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, MAX_HOPS);
    socket.setOption(IPPROTO_IPV6, IPV6_TCLASS, TOS_INTERNETWORK_CONTROL);
    socket.setOption(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    socket.setOption(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
    if (link.multicast) socket.setOption(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, ipv6Mreq(VRRP_GROUP6.bytes, link.index));
    socket.listen({
      onDatagram({ data, from, control }) {
        const packet = incoming6(data, from, control);
        if (packet) listener.onPacket(packet);
      },
      onError: (error) => listener.onError(error),
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  return {
    link,
    send({ source, destination, ttl, message }) {
      const control = encodeControl([
        { level: IPPROTO_IPV6, type: IPV6_PKTINFO, data: in6Pktinfo(source.bytes, link.index) },
        ...(ttl === undefined ? [] : [{ level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data: controlInt(ttl) }]),
      ]);
      socket.send([message], sockaddrIn6(destination.bytes, 0, link.index), control);
    },
    close: () => socket.close(),
  };
};

/** Undefined when the kernel did not say where a datagram came from or was sent to. */
const incoming6 = (payload: Uint8Array, from: Uint8Array, control: Uint8Array): VrrpPacket | undefined => {
  const sender = parseSockaddr(from);
  const beside = decodeControl(control).filter(({ level }) => level === IPPROTO_IPV6);
  const info = beside.find(({ type }) => type === IPV6_PKTINFO);
  const hops = beside.find(({ type }) => type === IPV6_HOPLIMIT);
  const arrival = info && parsePktinfo(info.data);
  const ttl = hops && readControlInt(hops.data);
  if (sender?.family !== 'inet6' || arrival?.destination.length !== 16 || ttl === undefined) return undefined;
  return {
    source: { family: 6, bytes: sender.address },
    destination: { family: 6, bytes: arrival.destination },
    ttl,
    payload,
  };
};
