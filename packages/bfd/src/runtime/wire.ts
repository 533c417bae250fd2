// The sockets of BFD: one for each port and family that hears, one for each session that speaks.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import {
  AF_INET,
  AF_INET6,
  decodeControl,
  IP_FREEBIND,
  IP_PKTINFO,
  IP_RECVTTL,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_FREEBIND,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  openSocket,
  parsePktinfo,
  parseSockaddr,
  readControlInt,
  SO_PRIORITY,
  SOCK_DGRAM,
  SOL_SOCKET,
  SocketError,
  sockaddrIn,
  sockaddrIn6,
} from '@vipward/sockets';
import type { Arrival } from '../packet/select.ts';

export interface Received extends Arrival {
  readonly fromPort: number;
  /** Valid during the call only. */
  readonly payload: Uint8Array;
}

export interface WireListener {
  onPacket(received: Received): void;
  onError(error: Error): void;
}

export interface Ear {
  close(): void;
}

export interface Mouth {
  /** 49152..65535 */
  readonly port: number;
  /** Throws SocketError, such as ENETUNREACH. */
  send(payload: Uint8Array): void;
  close(): void;
}

export interface MouthPlan {
  readonly neighbor: IpAddress;
  readonly source?: IpAddress;
  readonly neighborPort: number;
  readonly ttl: number;
  /** Tried in turn; RFC 5881 section 4: from 49152 on, of no other session, and the same all the time. */
  readonly ports: Iterable<number>;
}

/** Throws SocketError, such as EADDRINUSE when another program speaks BFD here. */
export type OpenEar = (port: number, family: IpFamily, listener: WireListener) => Ear;
/** Throws SocketError when no port is free. */
export type OpenMouth = (plan: MouthPlan) => Mouth;

/** A Control packet has 24 bytes, with authentication at most 255: what is longer need not arrive whole. */
const DATA_BYTES = 512;
/** linux/pkt_sched.h: ahead of everything else in the queue of the interface. */
const TC_PRIO_CONTROL = 7;

export const openEar: OpenEar = (port, family, listener) => {
  const socket = openSocket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  try {
    if (family === 4) {
      socket.setOption(IPPROTO_IP, IP_PKTINFO, 1);
      socket.setOption(IPPROTO_IP, IP_RECVTTL, 1);
    } else {
      socket.setOption(IPPROTO_IPV6, IPV6_V6ONLY, 1);
      socket.setOption(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
      socket.setOption(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
    }
    socket.bind(sockaddr(family, new Uint8Array(family === 4 ? 4 : 16), port));
    socket.listen(
      {
        onDatagram({ data, from, control }) {
          const received = read(data, from, control, port);
          if (received) listener.onPacket(received);
        },
        onError: (error) => listener.onError(error),
      },
      { dataBytes: DATA_BYTES },
    );
  } catch (error) {
    socket.close();
    throw error;
  }
  return { close: () => socket.close() };
};

export const openMouth: OpenMouth = ({ neighbor, source, neighborPort, ttl, ports }) => {
  const { family } = neighbor;
  const socket = openSocket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  try {
    socket.setOption(SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
    if (family === 4) {
      socket.setOption(IPPROTO_IP, IP_TTL, ttl);
      // The address may be a virtual one that comes and goes: until it is here, sending fails and nothing else does.
      socket.setOption(IPPROTO_IP, IP_FREEBIND, 1);
    } else {
      socket.setOption(IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl);
      socket.setOption(IPPROTO_IPV6, IPV6_FREEBIND, 1);
    }
    const own = source?.bytes ?? new Uint8Array(family === 4 ? 4 : 16);
    const port = bindToOne(ports, (candidate) => socket.bind(sockaddr(family, own, candidate)));
    const destination = sockaddr(family, neighbor.bytes, neighborPort);
    return {
      port,
      send: (payload) => void socket.send([payload], destination),
      close: () => socket.close(),
    };
  } catch (error) {
    socket.close();
    throw error;
  }
};

const bindToOne = (ports: Iterable<number>, bind: (port: number) => void): number => {
  let last: unknown;
  for (const port of ports) {
    try {
      bind(port);
      return port;
    } catch (error) {
      if (!(error instanceof SocketError && error.code === 'EADDRINUSE')) throw error;
      last = error;
    }
  }
  throw last;
};

const sockaddr = (family: IpFamily, bytes: Uint8Array, port: number): Uint8Array =>
  family === 4 ? sockaddrIn(bytes, port) : sockaddrIn6(bytes, port);

/** Undefined when the kernel did not say where it came from, or how far. */
const read = (payload: Uint8Array, from: Uint8Array, control: Uint8Array, port: number): Received | undefined => {
  const sender = parseSockaddr(from);
  if (sender?.family !== 'inet' && sender?.family !== 'inet6') return undefined;
  const family = sender.family === 'inet' ? 4 : 6;
  const [level, infoType, ttlType] =
    family === 4 ? [IPPROTO_IP, IP_PKTINFO, IP_TTL] : [IPPROTO_IPV6, IPV6_PKTINFO, IPV6_HOPLIMIT];
  const beside = decodeControl(control).filter((message) => message.level === level);
  const info = beside.find(({ type }) => type === infoType);
  const hops = beside.find(({ type }) => type === ttlType);
  const arrival = info && parsePktinfo(info.data);
  const ttl = hops && readControlInt(hops.data);
  if (arrival === undefined || ttl === undefined) return undefined;
  return {
    from: { family, bytes: sender.address },
    to: { family, bytes: arrival.destination },
    fromPort: sender.port,
    port,
    ttl,
    payload,
  };
};
