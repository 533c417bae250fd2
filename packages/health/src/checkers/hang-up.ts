// How a check ends its connection.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CheckerCommon } from '@vipward/config';

/**
 * At once. With bind_port by a reset: the kernel would keep a port that closed first for a minute (TIME_WAIT), and the next
 * check could not have it. keepalived's checks of the same server then fail.
 */
export const drop = (socket: Socket, { bindPort }: CheckerCommon): void => {
  if (bindPort === undefined || socket.destroyed || socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
};
