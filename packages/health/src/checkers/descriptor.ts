// What a checker asks of its TCP connection: whom it goes to, its mark (fwmark), interface and source address.
import type { CheckerCommon } from '@vipward/config';
import { SocketError, sockaddrIn, sockaddrIn6, type TcpDescriptorOptions } from '@vipward/sockets';
import { type CheckFailure, failure } from '../machine/result.ts';
import { failureOf } from './failure.ts';
import { isLinkLocal, scopeOf } from './scope.ts';

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

/** Where it connects to; a link-local IPv6 address means nothing without its interface. */
export const addressOf = ({ connectIp, connectPort, bindIf }: CheckerCommon): Uint8Array =>
  connectIp.family === 4
    ? sockaddrIn(connectIp.bytes, connectPort)
    : sockaddrIn6(connectIp.bytes, connectPort, isLinkLocal(connectIp) ? scopeOf(bindIf) : 0);

/** Why no socket could be opened. */
export const openFailure = (error: unknown): CheckFailure => {
  if (error instanceof SocketError) return failureOf(error);
  // The addon itself is missing: nothing is known of the server.
  return failure('local', error instanceof Error ? error.message : String(error));
};
