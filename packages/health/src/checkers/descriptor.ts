// TCP descriptors that Node can't make: marked for policy routing (fwmark) or bound to an interface (bind_if).
import type { IpFamily } from '@vipward/config/address';
import { AF_INET, AF_INET6, openSocket, SO_BINDTODEVICE, SO_MARK, SOCK_STREAM, SOL_SOCKET } from '@vipward/sockets';
import type { CheckFailure } from '../machine/result.ts';
import { failureOf } from './failure.ts';

export type Descriptor = { readonly ok: true; readonly fd: number } | CheckFailure;

/** An unconnected TCP socket's descriptor, the caller's to close; needs CAP_NET_ADMIN for a mark. */
export const openDescriptor = (
  family: IpFamily,
  options: { readonly fwmark?: number; readonly bindIf?: string },
): Descriptor => {
  try {
    const socket = openSocket(family === 4 ? AF_INET : AF_INET6, SOCK_STREAM, 0);
    try {
      if (options.fwmark) socket.setOption(SOL_SOCKET, SO_MARK, options.fwmark);
      if (options.bindIf !== undefined) {
        socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode(`${options.bindIf}\0`));
      }
      return { ok: true, fd: socket.release() };
    } catch (error) {
      socket.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof Error) return failureOf(error);
    throw error;
  }
};
