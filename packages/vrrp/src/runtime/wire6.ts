// Adverts over IPv6. The kernel writes the header; what would be in it comes and goes beside the datagram (RFC 3542).
import {
  AF_INET6,
  controlInt,
  decodeControl,
  encodeControl,
  IPPROTO_IPV6,
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
  ipv6Mreq,
  openSocket,
  parsePktinfo,
  parseSockaddr,
  readControlInt,
  SO_PRIORITY,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn6,
} from '@vipward/sockets';
import { IPPROTO_VRRP } from '../advert/groups.ts';
import { TOS_INTERNETWORK_CONTROL, type VrrpPacket } from '../advert/ipv4.ts';
import type { Wire, WireListener, WirePlace } from './wire.ts';
import { bindTo, MAX_HOPS, setBuffer, setGroups, TC_PRIO_CONTROL } from './wire-socket.ts';

/** Throws SocketError. */
export const openWire6 = (place: WirePlace, listener: WireListener): Wire => {
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
      setGroups(joined, place, groups, (group, index, joins) =>
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
