// Opens the IPVS table: the one place that puts transport, channel and kernel together.
import { type Clock, type Millis, systemClock } from '@vipward/sockets';
import { Channel } from '../transport/channel.ts';
import { openTransport } from '../transport/open.ts';
import { tracer } from '../transport/trace.ts';
import { netlinkProtocol, type OpenTransport } from '../transport/transport.ts';
import { ipvsDialect } from './dialect.ts';
import { NetlinkIpvsKernel } from './kernel.ts';

export interface IpvsOptions {
  readonly clock?: Clock;
  /** How long the kernel may take for one datagram of requests, in ms. Default 10,000: a module may have to load. */
  readonly timeout?: Millis;
  /** What carries the datagrams. Default: our addon, or the npm library where the addon does not load. */
  readonly transport?: OpenTransport;
  /** Gets one line per message sent and received: see debugSink(). */
  readonly debug?: ((line: string) => void) | undefined;
}

/** Rejects with NetlinkError: IPVS_ABSENT when the kernel has no IPVS, NETLINK_UNAVAILABLE without a socket. */
export const openIpvsKernel = async (options: IpvsOptions = {}): Promise<NetlinkIpvsKernel> => {
  const { clock = systemClock, timeout = 10_000, transport = openTransport, debug } = options;
  const trace = tracer(debug, ipvsDialect);
  const kernel = new NetlinkIpvsKernel(
    new Channel({ protocol: netlinkProtocol.generic, open: transport, clock, timeout, trace }),
  );
  try {
    await kernel.family();
    return kernel;
  } catch (error) {
    kernel.close();
    throw error;
  }
};
