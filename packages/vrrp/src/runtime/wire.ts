// The sockets of one place and family: adverts in and out. Gratuitous ARP and neighbour advertisements are in announcer.ts.
import { type IpAddress, type IpFamily, ipKey } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import {
  AF_INET,
  AF_INET6,
  controlInt,
  decodeControl,
  deviceName,
  encodeControl,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IPPROTO_AH,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_RAW,
  IPV6_ADD_MEMBERSHIP,
  IPV6_DROP_MEMBERSHIP,
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
  SO_RCVBUF,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
  sockaddrIn6,
} from '@vipward/sockets';
import type { AhSeal } from '../advert/ah.ts';
import { IPPROTO_VRRP } from '../advert/groups.ts';
import { decodeIpv4, encodeHeaders, TOS_INTERNETWORK_CONTROL, type VrrpPacket } from '../advert/ipv4.ts';

/** TC_PRIO_CONTROL: ahead of bulk traffic in the queue of the interface. */
const TC_PRIO_CONTROL = 6;
const MAX_HOPS = 255;
/** IP_MULTICAST_IF looks at the interface alone. */
const NO_GROUP = new Uint8Array(4);

export interface OutgoingAdvert {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** Or the hop limit. Absent: 255, but the kernel's own for IPv6 unicast, as keepalived has it. */
  readonly ttl?: number;
  /** The IP identification, 1..65535; IPv6 has none. */
  readonly id: number;
  readonly message: Uint8Array;
  /** auth_type AH. */
  readonly ah?: AhSeal;
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

const openWire4 = (place: WirePlace, listener: WireListener): Wire => {
  const sender = openSender4(place);
  const receivers = new Map<number, Receiver>();
  const receiver = (protocol: number): Receiver => {
    const known = receivers.get(protocol);
    if (known) return known;
    const socket = openReceiver4(place, protocol, listener);
    const opened = { socket, groups: new Map<string, Uint8Array>() };
    receivers.set(protocol, opened);
    return opened;
  };
  return {
    place,
    hear({ groups, ah, receiveBuffer }) {
      for (const protocol of ah ? [IPPROTO_VRRP, IPPROTO_AH] : [IPPROTO_VRRP]) {
        const { socket, groups: joined } = receiver(protocol);
        setBuffer(socket, receiveBuffer);
        member(joined, place, groups, (group, ifIndex, joins) =>
          socket.setOption(
            IPPROTO_IP,
            joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
            ipMreqn(group, undefined, ifIndex),
          ),
        );
      }
      if (ah) return;
      receivers.get(IPPROTO_AH)?.socket.close();
      receivers.delete(IPPROTO_AH);
    },
    send({ ttl = MAX_HOPS, message, ...fields }) {
      sender.send([...encodeHeaders({ ttl, ...fields }, message), message], sockaddrIn(fields.destination.bytes));
    },
    close() {
      for (const { socket } of receivers.values()) socket.close();
      sender.close();
    },
  };
};

interface Receiver {
  readonly socket: NativeSocket;
  /** Joined already. */
  readonly groups: Map<string, Uint8Array>;
}

const openReceiver4 = (place: WirePlace, protocol: number, listener: WireListener): NativeSocket => {
  const socket = openSocket(AF_INET, SOCK_RAW, protocol);
  try {
    bindTo(socket, place);
    if (place.source) socket.bind(sockaddrIn(place.source.bytes));
    // Only groups joined on this very socket: another program's membership is none of our business.
    socket.setOption(IPPROTO_IP, IP_MULTICAST_ALL, 0);
    socket.listen({
      onDatagram({ data }) {
        const outer = decodeIpv4(data);
        if ('packet' in outer) listener.onPacket(outer.packet);
      },
      onError: (error) => listener.onError(error),
    });
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
};

// IPPROTO_RAW: the IP header is ours, and nothing is ever received on it.
const openSender4 = (place: WirePlace): NativeSocket => {
  const socket = openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  try {
    bindTo(socket, place);
    socket.setOption(SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
    if (place.link) socket.setOption(IPPROTO_IP, IP_MULTICAST_IF, ipMreqn(NO_GROUP, undefined, place.link.index));
    socket.setOption(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
};

// The kernel writes the IPv6 header; what would be in it comes and goes beside the datagram (RFC 3542).
const openWire6 = (place: WirePlace, listener: WireListener): Wire => {
  const { link, source: own } = place;
  const socket = openSocket(AF_INET6, SOCK_RAW, IPPROTO_VRRP);
  const joined = new Map<string, Uint8Array>();
  try {
    bindTo(socket, place);
    if (own) socket.bind(sockaddrIn6(own.bytes, 0, 0));
    socket.setOption(SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    if (link) socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_IF, link.index);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    socket.setOption(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, MAX_HOPS);
    socket.setOption(IPPROTO_IPV6, IPV6_TCLASS, TOS_INTERNETWORK_CONTROL);
    socket.setOption(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    socket.setOption(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
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
  // Without an interface the routing table knows the way.
  const ifIndex = own ? 0 : (link?.index ?? 0);
  return {
    place,
    hear({ groups, receiveBuffer }) {
      setBuffer(socket, receiveBuffer);
      member(joined, place, groups, (group, index, joins) =>
        socket.setOption(IPPROTO_IPV6, joins ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP, ipv6Mreq(group, index)),
      );
    },
    send({ source, destination, ttl, message }) {
      const control = encodeControl([
        { level: IPPROTO_IPV6, type: IPV6_PKTINFO, data: in6Pktinfo(source.bytes, ifIndex) },
        ...(ttl === undefined ? [] : [{ level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data: controlInt(ttl) }]),
      ]);
      socket.send([message], sockaddrIn6(destination.bytes, 0, ifIndex), control);
    },
    close: () => socket.close(),
  };
};

const bindTo = (socket: NativeSocket, { link }: WirePlace): void => {
  if (link) socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link.name));
};

// The kernel doubles what it is told, for its own book-keeping (socket(7)), and keepalived leaves that to it too.
const setBuffer = (socket: NativeSocket, bytes: number | undefined): void => {
  if (bytes !== undefined && bytes > 0) socket.setOption(SOL_SOCKET, SO_RCVBUF, bytes);
};

// A group is joined once on each socket; the kernel answers EADDRINUSE to a second time.
const member = (
  joined: Map<string, Uint8Array>,
  { link }: WirePlace,
  groups: readonly IpAddress[],
  change: (group: Uint8Array, ifIndex: number, joins: boolean) => void,
): void => {
  if (link?.multicast !== true) return;
  const wanted = new Map(groups.map((group) => [ipKey(group), group.bytes]));
  for (const [key, group] of wanted) {
    if (joined.has(key)) continue;
    change(group, link.index, true);
    joined.set(key, group);
  }
  for (const [key, group] of [...joined]) {
    if (wanted.has(key)) continue;
    change(group, link.index, false);
    joined.delete(key);
  }
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
