// Opens links and addresses: the one place that puts transport, channel and kernel together.
import { type Clock, type Millis, systemClock } from '@vipward/sockets';
import { Channel } from '../transport/channel.ts';
import { transportWith } from '../transport/open.ts';
import { tracer } from '../transport/trace.ts';
import { netlinkProtocol, type OpenTransport, wantedReceiveBuffer } from '../transport/transport.ts';
import { routeDialect } from './dialect.ts';
import { NetlinkRouteKernel } from './kernel.ts';

export interface RouteOptions {
  readonly clock?: Clock;
  /** How long the kernel may take for one request, in ms. Default 10,000. */
  readonly timeout?: Millis;
  /** What carries the datagrams. Default: our addon, or the npm library where the addon does not load. */
  readonly transport?: OpenTransport;
  /** The file of the network namespace to talk to, unless a transport is given. */
  readonly namespace?: string | undefined;
  /** Bytes of notifications that the kernel keeps for a watch; less than the usual 4 MB is not taken. */
  readonly watchBuffer?: number | undefined;
  /** Gets one line per message sent and received: see debugSink(). */
  readonly debug?: ((line: string) => void) | undefined;
}

/** Opens its socket at the first request, whose promise then tells when that fails. */
export const openRouteKernel = (options: RouteOptions = {}): NetlinkRouteKernel => {
  const { clock = systemClock, timeout = 10_000, namespace, transport = transportWith({ namespace }), debug } = options;
  const trace = tracer(debug, routeDialect);
  return new NetlinkRouteKernel(
    new Channel({ protocol: netlinkProtocol.route, open: transport, clock, timeout, trace }),
    clock,
    Math.max(options.watchBuffer ?? 0, wantedReceiveBuffer),
  );
};
