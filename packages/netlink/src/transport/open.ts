// Chooses what carries netlink: our addon, or the npm library where the addon does not load.

import { errnoName } from '../codec/errno.ts';
import { NetlinkError } from '../errors.ts';
import { openNativeTransport } from './native.ts';
import type { OpenTransport } from './transport.ts';

/** Throws NetlinkError NETLINK_UNAVAILABLE when neither can open a socket. */
export const openTransport: OpenTransport = async (protocol, listener) => {
  try {
    return await openNativeTransport(protocol, listener);
  } catch (error) {
    // A refused system call would be refused to the library too; only a missing addon makes it worth a try.
    if (!isMissingAddon(error)) throw unavailable(error);
  }
  try {
    const { openLibraryTransport } = await import('./library.ts');
    return await openLibraryTransport(protocol, listener);
  } catch (error) {
    throw error instanceof NetlinkError ? error : unavailable(error);
  }
};

const isMissingAddon = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'SOCKETS_ADDON_MISSING';

const unavailable = (cause: unknown): NetlinkError => {
  const errno = cause instanceof Error && 'errno' in cause && typeof cause.errno === 'number' ? cause.errno : 0;
  return new NetlinkError({
    code: 'NETLINK_UNAVAILABLE',
    operation: 'open a netlink socket',
    errno,
    errnoName: errno === 0 ? '' : errnoName(errno),
    message: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
};
