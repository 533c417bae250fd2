// Links, addresses and neighbours of this network namespace, over netlink.
import { formatIp } from '@vipward/config/address';
import type { Clock } from '@vipward/sockets';
import type { ByteWriter } from '../codec/bytes.ts';
import { messageFlag } from '../codec/message.ts';
import type { Channel } from '../transport/channel.ts';
import type { Request } from '../transport/packet.ts';
import { ask, dump, type ExplainRefusal, explainPermission, refused } from '../transport/request.ts';
import { decodeAddress, writeAddress } from './address.ts';
import { decodeLink } from './link.ts';
import { routeType, writeAddressHeader, writeLinkHeader, writeNeighbourHeader } from './message.ts';
import type { InterfaceAddress, Link, Neighbour, NewAddress, RouteEvent, RouteKernel } from './model.ts';
import { decodeNeighbour } from './neighbour.ts';
import { watchRoutes } from './watch.ts';

/** RouteKernel of a real kernel. Everything rejects with NetlinkError. */
export class NetlinkRouteKernel implements RouteKernel {
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #watches = new Set<() => void>();

  constructor(channel: Channel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  links(): Promise<readonly Link[]> {
    const request = routeRequest(routeType.getLink, writeLinkHeader, () => 'list links');
    return dump(this.#channel, request, ({ payload }) => decodeLink(payload), explain);
  }

  addresses(): Promise<readonly InterfaceAddress[]> {
    const everything = { family: 0, prefixLength: 0, flags: 0, scope: 0, index: 0 };
    const payload = (writer: ByteWriter): void => writeAddressHeader(writer, everything);
    const request = routeRequest(routeType.getAddress, payload, () => 'list addresses');
    return dump(this.#channel, request, ({ payload }) => decodeAddress(payload), explain);
  }

  neighbours(): Promise<readonly Neighbour[]> {
    const request = routeRequest(routeType.getNeighbour, writeNeighbourHeader, () => 'list neighbours');
    return dump(this.#channel, request, ({ payload }) => decodeNeighbour(payload), explain);
  }

  async addAddress(address: NewAddress): Promise<void> {
    const payload = (writer: ByteWriter): void => writeAddress(writer, address);
    const flags = messageFlag.create | messageFlag.exclusive;
    await ask(
      this.#channel,
      { ...routeRequest(routeType.newAddress, payload, () => `add address ${describe(address)}`), flags },
      () => undefined,
      explain,
    );
  }

  async deleteAddress(address: NewAddress): Promise<void> {
    const payload = (writer: ByteWriter): void => writeAddress(writer, address);
    const request = routeRequest(routeType.deleteAddress, payload, () => `delete address ${describe(address)}`);
    await ask(this.#channel, request, () => undefined, explain);
  }

  watch(listener: (event: RouteEvent) => void): () => void {
    const stopWatching = watchRoutes(listener, { clock: this.#clock });
    const stop = (): void => {
      this.#watches.delete(stop);
      stopWatching();
    };
    this.#watches.add(stop);
    return stop;
  }

  close(): void {
    for (const stop of this.#watches) stop();
    this.#channel.close();
  }
}

const routeRequest = (type: number, payload: (writer: ByteWriter) => void, operation: () => string): Request => ({
  type,
  flags: 0,
  payload,
  operation,
});

const explain: ExplainRefusal = (operation, ack) => explainPermission(operation, ack) ?? refused(operation, ack);

const describe = ({ address, prefixLength, ifIndex }: NewAddress): string =>
  `${formatIp(address)}/${prefixLength} on interface ${ifIndex}`;
