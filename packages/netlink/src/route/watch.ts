// The notification socket: events until it is stopped, `resync` whenever some may have been missed.
import { type Clock, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_LINK } from '@vipward/sockets';
import { openNative } from '../transport/native.ts';
import { type NetlinkTransport, netlinkProtocol, wantedReceiveBuffer } from '../transport/transport.ts';
import { decodeEvents } from './event.ts';
import type { RouteEvent } from './model.ts';

export interface WatchOptions {
  readonly clock: Clock;
  /** Bytes of notifications that the kernel keeps for us; beyond them they are dropped and `resync` comes. */
  readonly receiveBuffer?: number;
}

/**
 * Joins the link and address groups before it returns: what is read afterwards and what is notified leave no gap.
 * Throws SocketError, and AddonError where no addon loads (the npm library aborts on an overrun).
 */
export const watchRoutes = (listener: (event: RouteEvent) => void, options: WatchOptions): (() => void) => {
  let transport: NetlinkTransport | undefined;
  let cancelRetry = (): void => undefined;
  let stopped = false;

  const open = (): void => {
    const events = {
      onDatagram(data: Uint8Array) {
        for (const event of decoded(data)) if (!stopped) listener(event);
      },
      onOverrun: () => listener({ kind: 'resync' }),
      onFailure: () => {
        transport?.close();
        reopen();
      },
    };
    transport = openNative(netlinkProtocol.route, events, groups, options.receiveBuffer ?? wantedReceiveBuffer);
  };

  // The kernel never closes such a socket; should it fail all the same, a fresh one takes over.
  const reopen = (): void => {
    if (stopped) return;
    try {
      open();
      listener({ kind: 'resync' });
    } catch {
      cancelRetry = options.clock.at(options.clock.now() + retryDelay, reopen);
    }
  };

  open();
  return () => {
    stopped = true;
    cancelRetry();
    transport?.close();
  };
};

const groups = [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR];
/** ms */
const retryDelay = 1000;

// What can't be read may have said anything: the listener reads everything again.
const decoded = (datagram: Uint8Array): readonly RouteEvent[] => {
  try {
    return decodeEvents(datagram);
  } catch {
    return [{ kind: 'resync' }];
  }
};
