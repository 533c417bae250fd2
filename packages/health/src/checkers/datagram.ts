// One question over a datagram socket: sent to one peer, answered by that peer alone, within connect_timeout.

import type { CheckerCommon } from '@vipward/config';
import {
  AF_INET,
  AF_INET6,
  deviceName,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_RECVERR,
  type OwnedSocket,
  openSocket,
  SO_BINDTODEVICE,
  SO_MARK,
  SOCK_DGRAM,
  SOL_SOCKET,
  SocketError,
  sockaddrIn,
  sockaddrIn6,
} from '@vipward/sockets';
import { type CheckFailure, type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';
import { scopeOf } from './scope.ts';

export interface Question {
  /** A new socket of AF_INET or AF_INET6; UDP unless given. */
  open?(domain: number): OwnedSocket;
  /** The port of the peer; 0 for what has none. */
  readonly port: number;
  readonly bytes: Uint8Array;
  /** The verdict of a datagram, or undefined when it answers something else and the wait goes on. */
  judge(reply: Uint8Array): CheckResult | undefined;
  /** What silence means. */
  readonly silence: CheckResult;
}

/** An ICMP error (port, host or network unreachable) is a failure; what this machine lacks has the reason `local`. */
export const askDatagram = (target: CheckerCommon, question: Question, context: CheckContext): Promise<CheckResult> =>
  new Promise((resolve) => {
    const { clock, signal } = context;
    if (signal.aborted) {
      resolve(stopped);
      return;
    }
    let socket: OwnedSocket | undefined;
    const settle = (result: CheckResult): void => {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      socket?.close();
      resolve(result);
    };
    const onAbort = (): void => settle(stopped);
    const cancelTimeout = giveUpAt(clock, clock.now() + target.connectTimeout, () => settle(question.silence));
    signal.addEventListener('abort', onAbort);
    try {
      const open = question.open ?? openUdp;
      socket = open(target.connectIp.family === 6 ? AF_INET6 : AF_INET);
      prepare(socket, target);
      socket.connect(addressOf(target, question.port));
      socket.listen(
        {
          onDatagram: ({ data }) => {
            const result = question.judge(data);
            if (result !== undefined) settle(result);
          },
          onError: (error) => settle(failureOf(error)),
        },
        { controlBytes: 0 },
      );
      socket.send([question.bytes]);
    } catch (error) {
      settle(failureOfOpening(error));
    }
  });

const openUdp = (domain: number): OwnedSocket => openSocket(domain, SOCK_DGRAM, IPPROTO_UDP);

const failureOfOpening = (error: unknown): CheckFailure => {
  if (error instanceof SocketError && error.syscall === 'socket') return failure('local', `no socket: ${error.code}`);
  if (error instanceof SocketError) return failureOf(error);
  // The addon itself is missing: nothing is known of the server.
  return failure('local', error instanceof Error ? error.message : String(error));
};

const prepare = (socket: OwnedSocket, target: CheckerCommon): void => {
  const { connectIp, fwmark, bindIf, bindTo, bindPort } = target;
  const inet6 = connectIp.family === 6;
  // Without it the kernel keeps host and network unreachable to itself.
  if (inet6) socket.setOption(IPPROTO_IPV6, IPV6_RECVERR, 1);
  else socket.setOption(IPPROTO_IP, IP_RECVERR, 1);
  if (fwmark) socket.setOption(SOL_SOCKET, SO_MARK, fwmark);
  if (bindIf !== undefined) socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(bindIf));
  if (bindTo === undefined && bindPort === undefined) return;
  const source = bindTo?.bytes ?? new Uint8Array(inet6 ? 16 : 4);
  socket.bind(inet6 ? sockaddrIn6(source, bindPort ?? 0, scopeOf(bindIf)) : sockaddrIn(source, bindPort ?? 0));
};

const addressOf = ({ connectIp, bindIf }: CheckerCommon, port: number): Uint8Array =>
  connectIp.family === 6 ? sockaddrIn6(connectIp.bytes, port, scopeOf(bindIf)) : sockaddrIn(connectIp.bytes, port);
