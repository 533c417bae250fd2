// PING_CHECK: an ICMP echo must come back with what was sent.
import { randomBytes } from 'node:crypto';
import type { PingCheck } from '@vipward/config';
import {
  AF_INET6,
  ICMP_FILTER,
  ICMPV6_FILTER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  type OwnedSocket,
  openSocket,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_RAW,
  SocketError,
} from '@vipward/sockets';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { askDatagram } from './datagram.ts';
import { echoRequest, isEchoReply, onlyEchoReplies4, onlyEchoReplies6 } from './icmp.ts';

/**
 * Over a ping socket, whose replies the kernel gives to it alone. Where net.ipv4.ping_group_range forbids those (as it
 * does to everybody unless set), over a raw socket connected to the server; keepalived changes that setting instead.
 */
export const checkPing = (checker: PingCheck, context: CheckContext): Promise<CheckResult> => {
  const { family } = checker.connectIp;
  const cookie = randomBytes(16);
  return askDatagram(
    checker,
    {
      open: openEcho,
      port: 0,
      bytes: echoRequest(family, randomBytes(2), cookie),
      judge: (reply) => (isEchoReply(family, reply, cookie) ? { ok: true } : undefined),
      silence: failure('read-timeout', 'no echo in time'),
    },
    context,
  );
};

const openEcho = (domain: number): OwnedSocket => {
  const protocol = domain === AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
  try {
    return openSocket(domain, SOCK_DGRAM, protocol);
  } catch (error) {
    if (!(error instanceof SocketError) || error.code !== 'EACCES') throw error;
  }
  const socket = openSocket(domain, SOCK_RAW, protocol);
  if (domain === AF_INET6) socket.setOption(IPPROTO_ICMPV6, ICMPV6_FILTER, onlyEchoReplies6());
  else socket.setOption(SOL_RAW, ICMP_FILTER, onlyEchoReplies4());
  return socket;
};
