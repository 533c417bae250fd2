// Links out of rtnetlink messages and into them.
import { readAttributes, writeAttributes } from '../codec/attribute.ts';
import { ByteWriter, type Window, windowOf } from '../codec/bytes.ts';
import {
  decodeLinkHeader,
  ipvlanTable,
  linkTable,
  macvlanTable,
  newLinkTable,
  vrfTable,
  writeLinkChangeHeader,
} from './message.ts';
import type { Link, LinkSetting, NewLink, StackedMode } from './model.ts';

/** undefined when the message is about a role of the link (AF_BRIDGE: a bridge port), not about the link. */
export const decodeLink = (payload: Window): Link | undefined => {
  const { header, attributes } = decodeLinkHeader(payload);
  if (header.family !== AF_UNSPEC) return undefined;
  const { mac, name = '', mtu = 0, info, parent, parentNamespace, master } = readAttributes(linkTable, attributes);
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
    ...(master === undefined || master === 0 ? {} : { master }),
    ...(info?.kind === 'vrf' && info.data !== undefined ? vrfOf(info.data) : {}),
    ...(info?.data === undefined ? {} : stackedOf(info.kind, info.data)),
    ...(isStacked(info?.kind) && parent !== undefined && parentNamespace === undefined ? { parent } : {}),
  };
};

/** Payload of RTM_NEWLINK for a link that is not there. */
export const writeNewLink = (writer: ByteWriter, { name, kind, parent, mode, mac, group }: NewLink): void => {
  writeLinkChangeHeader(writer, 0, 0);
  const data = new ByteWriter();
  if (kind === 'macvlan') writeAttributes(data, macvlanTable, { mode: macvlanMode[mode] });
  else writeAttributes(data, ipvlanTable, { mode: IPVLAN_MODE_L2, flags: ipvlanFlags[mode] });
  writeAttributes(writer, linkTable, {
    ...(mac === undefined ? {} : { mac }),
    name,
    parent,
    info: { kind, data: data.written() },
    ...(group === undefined ? {} : { group }),
  });
};

/** Payload of RTM_NEWLINK that changes a link. The kernel does not take what is of a family for a link that it is to make. */
export const writeLinkChange = (writer: ByteWriter, { name, up, noLinkLocal, master }: LinkSetting): void => {
  writeLinkChangeHeader(writer, up === true ? linkFlag.up : 0, up === undefined ? 0 : linkFlag.up);
  const families = { inet6: { addrGenMode: IN6_ADDR_GEN_MODE_NONE } };
  writeAttributes(writer, newLinkTable, {
    name,
    ...(master === undefined ? {} : { master }),
    ...(noLinkLocal === true ? { families } : {}),
  });
};

/** Payload of RTM_DELLINK. */
export const writeLinkName = (writer: ByteWriter, name: string): void => {
  writeLinkChangeHeader(writer, 0, 0);
  writeAttributes(writer, linkTable, { name });
};

const isStacked = (kind: string | undefined): boolean => kind === 'macvlan' || kind === 'ipvlan';

const stackedOf = (kind: string | undefined, data: Uint8Array): Pick<Link, 'mode'> => {
  if (kind === 'macvlan') {
    const { mode } = readAttributes(macvlanTable, windowOf(data));
    return { mode: nameOf(macvlanMode, mode) };
  }
  if (kind !== 'ipvlan') return {};
  const { mode, flags } = readAttributes(ipvlanTable, windowOf(data));
  return { mode: mode === IPVLAN_MODE_L2 ? nameOf(ipvlanFlags, flags ?? 0) : 'other' };
};

const nameOf = (numbers: Readonly<Record<NewLink['mode'], number>>, number: number | undefined): StackedMode => {
  if (number === numbers.private) return 'private';
  if (number === numbers.vepa) return 'vepa';
  return number === numbers.bridge ? 'bridge' : 'other';
};

/** MACVLAN_MODE_* */
const macvlanMode = { private: 1, vepa: 2, bridge: 4 } as const;
const IPVLAN_MODE_L2 = 0;
/** IPVLAN_F_*: without any it is a bridge. */
const ipvlanFlags = { bridge: 0, private: 1, vepa: 2 } as const;
const IN6_ADDR_GEN_MODE_NONE = 1;

const vrfOf = (data: Uint8Array): Pick<Link, 'vrfTable'> => {
  const { table } = readAttributes(vrfTable, windowOf(data));
  return table === undefined ? {} : { vrfTable: table };
};

const AF_UNSPEC = 0;

/** IFF_* */
const linkFlag = { up: 0x1, loopback: 0x8, running: 0x40, noArp: 0x80, multicast: 0x1000 } as const;
