// Chooses what carries netlink: our addon, or the npm library where the addon does not load.

import { errnoName } from '../codec/errno.ts';
import { NetlinkError } from '../errors.ts';
import { openNative, openNativeTransport } from './native.ts';
import { type OpenTransport, wantedReceiveBuffer } from './transport.ts';

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

export interface TransportSettings {
  /** Bytes; less than the usual 4 MB is not taken, since batches rely on them. */
  readonly receiveBuffer?: number | undefined;
  /** The file of the network namespace to talk to, such as `/run/netns/NAME`. Needs the addon. */
  readonly namespace?: string | undefined;
}

/** The same with settings; throws NetlinkError NETLINK_UNAVAILABLE when there is no such namespace as well. */
export const transportWith = ({ receiveBuffer = 0, namespace }: TransportSettings): OpenTransport => {
  if (namespace === undefined && receiveBuffer <= wantedReceiveBuffer) return openTransport;
  return async (protocol, listener) => {
    try {
      return openNative(protocol, listener, [], Math.max(receiveBuffer, wantedReceiveBuffer), namespace);
    } catch (error) {
      throw unavailable(error);
    }
  };
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
