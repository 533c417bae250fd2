// Notifications of links and addresses as events.
import { decodeMessages, type Message } from '../codec/message.ts';
import { decodeAddress } from './address.ts';
import { decodeLink } from './link.ts';
import { routeType } from './message.ts';
import type { RouteEvent } from './model.ts';

/** The events of one datagram, in order. Throws DecodeError. */
export const decodeEvents = (datagram: Uint8Array): readonly RouteEvent[] =>
  decodeMessages(datagram).flatMap((message) => decodeEvent(message) ?? []);

const decodeEvent = ({ type, payload }: Message): RouteEvent | undefined => {
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
      return address && { kind: 'address-removed', address };
    }
    default:
      return undefined;
  }
};
