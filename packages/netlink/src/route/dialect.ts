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

export const routeDialect: Dialect = ({ type, payload }) => {
  const name = Object.entries(routeType).find(([, number]) => number === type)?.[0];
  if (name === undefined) return undefined;
  if (type <= routeType.getLink) {
    const { header, attributes } = decodeLinkHeader(payload);
    return { name, values: { ...header, ...readAttributes(linkTable, attributes) } };
  }
  if (type <= routeType.getAddress) {
    const { header, attributes } = decodeAddressHeader(payload);
    return { name, values: { ...header, ...readAttributes(addressTable, attributes) } };
  }
  const { header, attributes } = decodeNeighbourHeader(payload);
  return { name, values: { ...header, ...readAttributes(neighbourTable, attributes) } };
};
