// Links, addresses, routes, rules and neighbours of this network namespace, over netlink.
import type { Clock } from '@vipward/sockets';
import type { ByteWriter, Window } from '../codec/bytes.ts';
import type { Channel } from '../transport/channel.ts';
import { listOf, type Request } from '../transport/packet.ts';
import { ask, dump, type ExplainRefusal, explainPermission, refused, sendAll } from '../transport/request.ts';
import { decodeAddress } from './address.ts';
import { changeRequest } from './change.ts';
import { decodeRoute } from './ip-route.ts';
import { decodeRule } from './ip-rule.ts';
import { decodeLink } from './link.ts';
import { routeType, writeAddressHeader, writeLinkHeader, writeNeighbourHeader } from './message.ts';
import type {
  InterfaceAddress,
  Link,
  Neighbour,
  NewAddress,
  RouteChange,
  RouteEvent,
  RouteKernel,
  RouteRefusal,
  RoutingEvent,
} from './model.ts';
import { decodeNeighbour } from './neighbour.ts';
import type { IpRoute, IpRule } from './routing-model.ts';
import { hasProtocol, routingType, writeRoutingHeader } from './routing-tables.ts';
import { watchRoutes, watchRouting } from './watch.ts';

/** RouteKernel of a real kernel. Everything rejects with NetlinkError. */
export class NetlinkRouteKernel implements RouteKernel {
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #watchBuffer: number | undefined;
  readonly #watches = new Set<() => void>();

  constructor(channel: Channel, clock: Clock, watchBuffer?: number) {
    this.#channel = channel;
    this.#clock = clock;
    this.#watchBuffer = watchBuffer;
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

  routes(protocol = 0): Promise<readonly IpRoute[]> {
    const everything = { family: 0, toLength: 0, fromLength: 0, tos: 0, table: 0, scope: 0, type: 0, flags: 0 };
    // A kernel that checks strictly filters by the protocol itself.
    const payload = (writer: ByteWriter): void => writeRoutingHeader(writer, { ...everything, protocol });
    const request = routeRequest(routingType.getRoute, payload, () => 'list routes');
    const wanted = protocol === 0 ? undefined : protocol;
    const decode = (message: { readonly payload: Window }): IpRoute | undefined =>
      hasProtocol(message.payload, wanted) ? decodeRoute(message.payload) : undefined;
    return dump(this.#channel, request, decode, explain);
  }

  rules(): Promise<readonly IpRule[]> {
    const nothing = { toLength: 0, fromLength: 0, tos: 0, table: 0, protocol: 0, scope: 0, type: 0, flags: 0 };
    const payload = (writer: ByteWriter): void => writeRoutingHeader(writer, { family: 0, ...nothing });
    const request = routeRequest(routingType.getRule, payload, () => 'list rules');
    return dump(this.#channel, request, ({ payload }) => decodeRule(payload), explain);
  }

  async apply(changes: readonly RouteChange[]): Promise<readonly RouteRefusal[]> {
    const failures = await sendAll(this.#channel, listOf(changes.map(changeRequest)), explain);
    return failures.flatMap(({ index, error }) => {
      const change = changes[index];
      return change === undefined ? [] : [{ change, error }];
    });
  }

  async addAddress(address: NewAddress): Promise<void> {
    await ask(this.#channel, changeRequest({ kind: 'add-address', address }), () => undefined, explain);
  }

  async deleteAddress(address: NewAddress): Promise<void> {
    await ask(this.#channel, changeRequest({ kind: 'delete-address', address }), () => undefined, explain);
  }

  watchRouting(listener: (event: RoutingEvent) => void, protocol?: number): () => void {
    return this.#keep(watchRouting(listener, { clock: this.#clock, receiveBuffer: this.#watchBuffer, protocol }));
  }

  watch(listener: (event: RouteEvent) => void): () => void {
    return this.#keep(watchRoutes(listener, { clock: this.#clock, receiveBuffer: this.#watchBuffer }));
  }

  close(): void {
    for (const stop of this.#watches) stop();
    this.#channel.close();
  }

  #keep(stopWatching: () => void): () => void {
    const stop = (): void => {
      this.#watches.delete(stop);
      stopWatching();
    };
    this.#watches.add(stop);
    return stop;
  }
}

const routeRequest = (type: number, payload: (writer: ByteWriter) => void, operation: () => string): Request => ({
  type,
  flags: 0,
  payload,
  operation,
});

const explain: ExplainRefusal = (operation, ack) => explainPermission(operation, ack) ?? refused(operation, ack);
