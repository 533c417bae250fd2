// Adverts over IPv4: one socket sends packets with a header of ours, one receives each protocol (VRRP, and AH where it is wanted).
import type { IpAddress } from '@vipward/config/address';
import {
  AF_INET,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IPPROTO_AH,
  IPPROTO_IP,
  IPPROTO_RAW,
  ipMreqn,
  type NativeSocket,
  openSocket,
  SO_PRIORITY,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
} from '@vipward/sockets';
import { IPPROTO_VRRP } from '../advert/groups.ts';
import { decodeIpv4, encodeHeaders } from '../advert/ipv4.ts';
import type { Wire, WireListener, WirePlace } from './wire.ts';
import { bindTo, MAX_HOPS, setBuffer, setGroups, TC_PRIO_CONTROL } from './wire-socket.ts';

/** IP_MULTICAST_IF looks at the interface alone. */
const NO_GROUP = new Uint8Array(4);

/** Throws SocketError. */
export const openWire4 = (place: WirePlace, listener: WireListener): Wire => {
  const sender = openSender4(place);
  const receivers = new Map<number, Receiver>();
  // Adverts go to the same few, again and again.
  const known = new WeakMap<IpAddress, Uint8Array>();
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
        setGroups(joined, place, groups, (group, ifIndex, joins) =>
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
    send({ source, destination, id, ttl = MAX_HOPS, ah, message }) {
      const to = known.get(destination) ?? sockaddrIn(destination.bytes);
      known.set(destination, to);
      sender.send([...encodeHeaders({ source, destination, id, ttl, ah }, message), message], to);
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
