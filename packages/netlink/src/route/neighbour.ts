// Neighbours (ARP and ND tables) out of rtnetlink messages.
import { readAttributes } from '../codec/attribute.ts';
import type { Window } from '../codec/bytes.ts';
import { familyOf, ip } from './address.ts';
import { decodeNeighbourHeader, neighbourTable } from './message.ts';
import type { Neighbour } from './model.ts';

/** undefined for what is no IP neighbour, such as a bridge's forwarding entry. Throws DecodeError. */
export const decodeNeighbour = (payload: Window): Neighbour | undefined => {
  const { header, attributes } = decodeNeighbourHeader(payload);
  const family = familyOf(header.family);
  if (family === undefined) return undefined;
  const { address, mac } = readAttributes(neighbourTable, attributes);
  return {
    ifIndex: header.index,
    address: ip(address, family, payload.start),
    mac: mac ?? new Uint8Array(),
    state: header.state,
  };
};
