// Links out of rtnetlink messages.
import { readAttributes } from '../codec/attribute.ts';
import { type Window, windowOf } from '../codec/bytes.ts';
import { decodeLinkHeader, linkTable, vrfTable } from './message.ts';
import type { Link } from './model.ts';

/** undefined when the message is about a role of the link (AF_BRIDGE: a bridge port), not about the link. */
export const decodeLink = (payload: Window): Link | undefined => {
  const { header, attributes } = decodeLinkHeader(payload);
  if (header.family !== AF_UNSPEC) return undefined;
  const { mac, name = '', mtu = 0, info } = readAttributes(linkTable, attributes);
  const has = (flag: number): boolean => (header.flags & flag) !== 0;
  return {
    index: header.index,
    name,
    up: has(linkFlag.up),
    running: has(linkFlag.running),
    loopback: has(linkFlag.loopback),
    multicast: has(linkFlag.multicast),
    noArp: has(linkFlag.noArp),
    mac: mac ?? new Uint8Array(),
    mtu,
    kind: info?.kind ?? '',
    ...(info?.kind === 'vrf' && info.data !== undefined ? vrfOf(info.data) : {}),
  };
};

const vrfOf = (data: Uint8Array): Pick<Link, 'vrfTable'> => {
  const { table } = readAttributes(vrfTable, windowOf(data));
  return table === undefined ? {} : { vrfTable: table };
};

const AF_UNSPEC = 0;

/** IFF_* */
const linkFlag = { up: 0x1, loopback: 0x8, running: 0x40, noArp: 0x80, multicast: 0x1000 } as const;
