// TCP sockets that need more than Node gives: marked (fwmark), bound to an interface or to a source address.
import { Socket } from 'node:net';
import type { CheckerCommon } from '@vipward/config';
import { openTcpDescriptor, SocketError, type TcpDescriptorOptions } from '@vipward/sockets';
import { type CheckFailure, failure } from '../machine/result.ts';
import { failureOf } from './failure.ts';
import { scopeOf } from './scope.ts';

/** An unconnected socket as the checker wants it; a mark needs CAP_NET_ADMIN. */
export const openSocket = (target: CheckerCommon): { readonly ok: true; readonly socket: Socket } | CheckFailure => {
  const { fwmark, bindIf, bindTo, bindPort } = target;
  if (!fwmark && bindIf === undefined && bindTo === undefined && bindPort === undefined) {
    return { ok: true, socket: new Socket() };
  }
  try {
    return { ok: true, socket: new Socket({ fd: openTcpDescriptor(descriptorOptions(target)) }) };
  } catch (error) {
    return openFailure(error);
  }
};

/** What a checker asks of its socket. */
export const descriptorOptions = ({
  connectIp,
  fwmark,
  bindIf,
  bindTo,
  bindPort,
}: CheckerCommon): TcpDescriptorOptions => ({
  family: connectIp.family,
  ...(fwmark && { mark: fwmark }),
  ...(bindIf !== undefined && { device: bindIf }),
  ...(bindTo !== undefined && { bindAddress: bindTo.bytes }),
  ...(bindPort !== undefined && { bindPort }),
  ...(bindTo?.family === 6 && bindIf !== undefined && { bindScopeId: scopeOf(bindIf) }),
});

/** Why no socket could be opened. */
export const openFailure = (error: unknown): CheckFailure => {
  if (error instanceof SocketError) return failureOf(error);
  // The addon itself is missing: nothing is known of the server.
  return failure('local', error instanceof Error ? error.message : String(error));
};
