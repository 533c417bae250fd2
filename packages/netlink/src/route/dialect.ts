// Names of rtnetlink messages, for debug output.
import { readAttributes } from '../codec/attribute.ts';
import type { Dialect } from '../codec/describe.ts';
import {
  addressTable,
  decodeAddressHeader,
  decodeLinkHeader,
  decodeNeighbourHeader,
  linkTable,
  neighbourTable,
  routeType,
} from './message.ts';
import { decodeRoutingHeader, routeTable, routingType, ruleTable } from './routing-tables.ts';

export const routeDialect: Dialect = ({ type, payload }) => {
  const name = Object.entries({ ...routeType, ...routingType }).find(([, number]) => number === type)?.[0];
  if (name === undefined) return undefined;
  if (type <= routeType.getLink) {
    const { header, attributes } = decodeLinkHeader(payload);
    return { name, values: { ...header, ...readAttributes(linkTable, attributes) } };
  }
  if (type <= routeType.getAddress) {
    const { header, attributes } = decodeAddressHeader(payload);
    return { name, values: { ...header, ...readAttributes(addressTable, attributes) } };
  }
  if (type === routingType.newRoute || type === routingType.deleteRoute || type === routingType.getRoute) {
    const { header, attributes } = decodeRoutingHeader(payload, 'route header');
    return { name, values: { ...header, ...readAttributes(routeTable, attributes) } };
  }
  if (type >= routingType.newRule) {
    const { header, attributes } = decodeRoutingHeader(payload, 'rule header');
    return { name, values: { ...header, ...readAttributes(ruleTable, attributes) } };
  }
  const { header, attributes } = decodeNeighbourHeader(payload);
  return { name, values: { ...header, ...readAttributes(neighbourTable, attributes) } };
};
