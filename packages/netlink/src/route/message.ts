// rtnetlink: message types, the fixed headers before the attributes, and the attribute tables.
import { atLeast, type ByteWriter, hostIsLittleEndian, slice, type Window } from '../codec/bytes.ts';
import { binary, nested, text, u8, u16, u32 } from '../codec/field.ts';

/** RTM_* */
export const routeType = {
  newLink: 16,
  deleteLink: 17,
  getLink: 18,
  newAddress: 20,
  deleteAddress: 21,
  getAddress: 22,
  newNeighbour: 28,
  deleteNeighbour: 29,
  getNeighbour: 30,
} as const;

/** IFLA_INFO_* */
const linkInfoTable = { kind: [1, text], data: [2, binary] } as const;

/** IFLA_VRF_*: the data of kind vrf. */
export const vrfTable = { table: [1, u32] } as const;

/** IFLA_MACVLAN_*: the data of kind macvlan. */
export const macvlanTable = { mode: [1, u32] } as const;

/** IFLA_IPVLAN_*: the data of kind ipvlan. */
export const ipvlanTable = { mode: [1, u16], flags: [2, u16] } as const;

/** IFLA_INET6_* */
const inet6Table = { addrGenMode: [8, u8] } as const;

/** By address family: only what is written. */
const familyTable = { inet6: [10, nested(inet6Table)] } as const;

/** IFLA_* */
export const linkTable = {
  mac: [1, binary],
  name: [3, text],
  mtu: [4, u32],
  parent: [5, u32],
  /** What it is a port of: a bridge, a bond, a VRF; 0 where it is none. */
  master: [10, u32],
  info: [18, nested(linkInfoTable)],
  group: [27, u32],
  /** The parent is in another namespace, and its index means nothing here. */
  parentNamespace: [37, u32],
} as const;

/** The same with what is of a family, which is written and never read. */
export const newLinkTable = { ...linkTable, families: [26, nested(familyTable)] } as const;

/** IFA_* */
export const addressTable = {
  /** The prefix's address; on a point-to-point link the other end's. */
  address: [1, binary],
  /** Our own address; IPv6 leaves it out where it equals `address`. */
  local: [2, binary],
  label: [3, text],
  broadcast: [4, binary],
  cacheInfo: [6, binary],
  /** All 32 bits; the header has room for 8. */
  flags: [8, u32],
  /** Since Linux 5.18; earlier kernels skip it. */
  protocol: [11, u8],
} as const;

/** NDA_* */
export const neighbourTable = {
  address: [1, binary],
  mac: [2, binary],
} as const;

/** struct ifinfomsg */
export interface LinkHeader {
  /** 0 for the link itself; AF_BRIDGE for its role as a bridge port. */
  readonly family: number;
  readonly index: number;
  readonly flags: number;
}

export const decodeLinkHeader = (payload: Window): { header: LinkHeader; attributes: Window } => {
  atLeast(payload, 16, 'link header');
  const { view, start } = payload;
  const header = {
    family: view.getUint8(start),
    index: view.getInt32(start + 4, hostIsLittleEndian),
    flags: view.getUint32(start + 8, hostIsLittleEndian),
  };
  return { header, attributes: slice(payload, start + 16, payload.end) };
};

/** struct ifinfomsg of a request about all links. */
export const writeLinkHeader = (writer: ByteWriter): void => writer.zeros(16);

/** struct ifinfomsg of a change; the link is known by its name. `change`: which flags are meant. */
export const writeLinkChangeHeader = (writer: ByteWriter, flags: number, change: number): void => {
  writer.zeros(8);
  writer.u32(flags);
  writer.u32(change);
};

/** struct ifaddrmsg */
export interface AddressHeader {
  readonly family: number;
  readonly prefixLength: number;
  readonly flags: number;
  readonly scope: number;
  readonly index: number;
}

export const decodeAddressHeader = (payload: Window): { header: AddressHeader; attributes: Window } => {
  atLeast(payload, 8, 'address header');
  const { view, start } = payload;
  const header = {
    family: view.getUint8(start),
    prefixLength: view.getUint8(start + 1),
    flags: view.getUint8(start + 2),
    scope: view.getUint8(start + 3),
    index: view.getUint32(start + 4, hostIsLittleEndian),
  };
  return { header, attributes: slice(payload, start + 8, payload.end) };
};

export const writeAddressHeader = (writer: ByteWriter, header: AddressHeader): void => {
  writer.u8(header.family);
  writer.u8(header.prefixLength);
  writer.u8(header.flags);
  writer.u8(header.scope);
  writer.u32(header.index);
};

/** struct ndmsg */
export interface NeighbourHeader {
  readonly family: number;
  readonly index: number;
  readonly state: number;
}

export const decodeNeighbourHeader = (payload: Window): { header: NeighbourHeader; attributes: Window } => {
  atLeast(payload, 12, 'neighbour header');
  const { view, start } = payload;
  const header = {
    family: view.getUint8(start),
    index: view.getInt32(start + 4, hostIsLittleEndian),
    state: view.getUint16(start + 8, hostIsLittleEndian),
  };
  return { header, attributes: slice(payload, start + 12, payload.end) };
};

/** struct ndmsg of a request. */
export const writeNeighbourHeader = (writer: ByteWriter): void => writer.zeros(12);
