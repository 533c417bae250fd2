// One change of links, addresses, routes or rules as a request, with what it attempts in words.
import { formatIp } from '@vipward/config/address';
import type { ByteWriter } from '../codec/bytes.ts';
import { messageFlag } from '../codec/message.ts';
import type { Request } from '../transport/packet.ts';
import { writeAddress } from './address.ts';
import { writeRoute } from './ip-route.ts';
import { writeRule } from './ip-rule.ts';
import { writeLinkChange, writeLinkName, writeNewLink } from './link.ts';
import { routeType } from './message.ts';
import type { LinkSetting, NewAddress, RouteChange } from './model.ts';
import type { IpRoute, IpRule, Network, RoutePlace } from './routing-model.ts';
import { routingType } from './routing-tables.ts';

export const changeRequest = (change: RouteChange): Request => {
  const operation = (): string => describeChange(change);
  switch (change.kind) {
    case 'add-address':
    case 'delete-address': {
      const { kind, address } = change;
      const payload = (writer: ByteWriter): void => writeAddress(writer, address);
      return kind === 'add-address'
        ? { type: routeType.newAddress, flags: newOnly, payload, operation }
        : { type: routeType.deleteAddress, flags: 0, payload, operation };
    }
    case 'add-route': {
      const payload = (writer: ByteWriter): void => writeRoute(writer, change.route);
      return { type: routingType.newRoute, flags: placeFlags[change.place], payload, operation };
    }
    case 'delete-route': {
      const payload = (writer: ByteWriter): void => writeRoute(writer, change.route);
      return { type: routingType.deleteRoute, flags: 0, payload, operation };
    }
    case 'add-rule':
    case 'delete-rule': {
      const { kind, rule } = change;
      const payload = (writer: ByteWriter): void => writeRule(writer, rule);
      return kind === 'add-rule'
        ? { type: routingType.newRule, flags: newOnly, payload, operation }
        : { type: routingType.deleteRule, flags: 0, payload, operation };
    }
    case 'add-link': {
      const payload = (writer: ByteWriter): void => writeNewLink(writer, change.link);
      return { type: routeType.newLink, flags: newOnly, payload, operation };
    }
    case 'set-link': {
      const payload = (writer: ByteWriter): void => writeLinkChange(writer, change.link);
      return { type: routeType.newLink, flags: 0, payload, operation };
    }
    case 'delete-link': {
      const payload = (writer: ByteWriter): void => writeLinkName(writer, change.name);
      return { type: routeType.deleteLink, flags: 0, payload, operation };
    }
  }
};

export const describeChange = (change: RouteChange): string => {
  switch (change.kind) {
    case 'add-address':
    case 'delete-address':
      return `${verb(change.kind)} address ${describeAddress(change.address)}`;
    case 'add-route':
    case 'delete-route':
      return `${verb(change.kind)} route ${describeRoute(change.route)}`;
    case 'add-rule':
    case 'delete-rule':
      return `${verb(change.kind)} rule ${describeRule(change.rule)}`;
    case 'add-link':
      return `add ${change.link.kind} ${change.link.name} on interface ${change.link.parent}`;
    case 'set-link':
      return `set link ${describeSetting(change.link)}`;
    case 'delete-link':
      return `delete link ${change.name}`;
  }
};

/** Destination, gateway or interface index, table: enough to find it. */
export const describeRoute = ({ destination, hops, table }: IpRoute): string => {
  const hop = hops.map(({ via, ifIndex }) => (via ? `via ${formatIp(via)}` : `on interface ${ifIndex ?? '?'}`));
  return [describeNetwork(destination), hop.join(' and '), `table ${table}`].filter((word) => word !== '').join(' ');
};

export const describeRule = ({ priority, from, to, iif, action, family }: IpRule): string =>
  [
    `${priority} from ${from ? describeNetwork(from) : 'all'}`,
    to ? `to ${describeNetwork(to)}` : '',
    iif === undefined ? '' : `iif ${iif}`,
    action.kind === 'table' ? `table ${action.table}` : action.kind,
    family === 6 ? '(IPv6)' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');

const describeSetting = ({ name, up, noLinkLocal, master }: LinkSetting): string =>
  [
    name,
    up === undefined ? '' : up ? 'up' : 'down',
    noLinkLocal === true ? 'addrgenmode none' : '',
    master === undefined ? '' : `master interface ${master}`,
  ]
    .filter((word) => word !== '')
    .join(' ');

const newOnly = messageFlag.create | messageFlag.exclusive;

// What ip-route(8) sends for add, prepend and append.
const placeFlags: Readonly<Record<RoutePlace, number>> = {
  add: newOnly,
  prepend: messageFlag.create,
  append: messageFlag.create | messageFlag.append,
};

const verb = (kind: RouteChange['kind']): string => (kind.startsWith('add') ? 'add' : 'delete');

const describeAddress = ({ address, prefixLength, ifIndex }: NewAddress): string =>
  `${formatIp(address)}/${prefixLength} on interface ${ifIndex}`;

const describeNetwork = ({ address, prefixLength }: Network): string =>
  prefixLength === 0 ? 'default' : `${formatIp(address)}/${prefixLength}`;
