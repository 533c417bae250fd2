// Notifications of links, addresses, routes and rules as events.
import { decodeMessages, type Message } from '../codec/message.ts';
import { decodeAddress } from './address.ts';
import { decodeRoute } from './ip-route.ts';
import { decodeRule } from './ip-rule.ts';
import { decodeLink } from './link.ts';
import { routeType } from './message.ts';
import type { RouteEvent, RoutingEvent } from './model.ts';
import { hasProtocol, routingType } from './routing-tables.ts';

/** The events of one datagram, in order. Throws DecodeError. */
export const decodeEvents = (datagram: Uint8Array): readonly RouteEvent[] =>
  decodeMessages(datagram).flatMap((message) => decodeEvent(message) ?? []);

/**
 * The events of routes and rules; `protocol`: only routes of that one, the others are hardly looked at but for those that take
 * the place of another. Throws DecodeError.
 */
export const decodeRoutingEvents = (datagram: Uint8Array, protocol?: number): readonly RoutingEvent[] =>
  decodeMessages(datagram).flatMap((message) => decodeRoutingEvent(message, protocol) ?? []);

const decodeRoutingEvent = (
  { type, flags, port, payload }: Message,
  protocol: number | undefined,
): RoutingEvent | undefined => {
  switch (type) {
    case routingType.newRoute:
    case routingType.deleteRoute: {
      const replaces = type === routingType.newRoute && (flags & NLM_F_REPLACE) !== 0;
      if (!replaces && !hasProtocol(payload, protocol)) return undefined;
      const route = decodeRoute(payload);
      if (route === undefined) return undefined;
      if (replaces) return { kind: 'route-replaced', route, by: port };
      return type === routingType.newRoute ? { kind: 'route', route } : { kind: 'route-removed', route, by: port };
    }
    case routingType.newRule:
    case routingType.deleteRule: {
      const rule = decodeRule(payload);
      if (rule === undefined) return undefined;
      return type === routingType.newRule ? { kind: 'rule', rule } : { kind: 'rule-removed', rule, by: port };
    }
    default:
      return undefined;
  }
};

/** In linux/netlink.h. */
const NLM_F_REPLACE = 0x100;

const decodeEvent = ({ type, port, payload }: Message): RouteEvent | undefined => {
  switch (type) {
    case routeType.newLink: {
      const link = decodeLink(payload);
      return link && { kind: 'link', link };
    }
    case routeType.deleteLink: {
      const link = decodeLink(payload);
      return link && { kind: 'link-removed', index: link.index, name: link.name };
    }
    case routeType.newAddress: {
      const address = decodeAddress(payload);
      return address && { kind: 'address', address };
    }
    case routeType.deleteAddress: {
      const address = decodeAddress(payload);
      return address && { kind: 'address-removed', address, ...(port === 0 ? {} : { by: port }) };
    }
    default:
      return undefined;
  }
};
