// The notification socket: events until it is stopped, `resync` whenever some may have been missed.
import {
  type Clock,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_LINK,
} from '@vipward/sockets';
import { openNative } from '../transport/native.ts';
import { type NetlinkTransport, netlinkProtocol, wantedReceiveBuffer } from '../transport/transport.ts';
import { decodeEvents, decodeRoutingEvents } from './event.ts';
import type { RouteEvent, RoutingEvent } from './model.ts';

type Resync = { readonly kind: 'resync' };

export interface WatchOptions {
  readonly clock: Clock;
  /** Bytes of notifications that the kernel keeps for us; beyond them they are dropped and `resync` comes. */
  readonly receiveBuffer?: number | undefined;
}

/**
 * Joins the link and address groups before it returns: what is read afterwards and what is notified leave no gap.
 * Throws SocketError, and AddonError where no addon loads (the npm library aborts on an overrun).
 */
export const watchRoutes = (listener: (event: RouteEvent) => void, options: WatchOptions): (() => void) =>
  watchGroups(groups, decodeEvents, listener, options);

/** The same for routes and rules; of routes only those of `protocol`, when it is given. */
export const watchRouting = (
  listener: (event: RoutingEvent) => void,
  options: WatchOptions & { readonly protocol?: number | undefined },
): (() => void) =>
  watchGroups(routingGroups, (datagram) => decodeRoutingEvents(datagram, options.protocol), listener, options);

const watchGroups = <E>(
  joined: readonly number[],
  decode: (datagram: Uint8Array) => readonly (E | Resync)[],
  listener: (event: E | Resync) => void,
  options: WatchOptions,
): (() => void) => {
  let transport: NetlinkTransport | undefined;
  let cancelRetry = (): void => undefined;
  let stopped = false;

  const open = (): void => {
    const events = {
      onDatagram(data: Uint8Array) {
        for (const event of decoded(decode, data)) if (!stopped) listener(event);
      },
      onOverrun: () => listener({ kind: 'resync' }),
      onFailure: () => {
        transport?.close();
        reopen();
      },
    };
    transport = openNative(netlinkProtocol.route, events, joined, options.receiveBuffer ?? wantedReceiveBuffer);
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
const routingGroups = [RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE];
/** ms */
const retryDelay = 1000;

// What can't be read may have said anything: the listener reads everything again.
const decoded = <E>(
  decode: (datagram: Uint8Array) => readonly (E | Resync)[],
  datagram: Uint8Array,
): readonly (E | Resync)[] => {
  try {
    return decode(datagram);
  } catch {
    return [{ kind: 'resync' }];
  }
};
