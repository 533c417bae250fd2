// struct sockaddr and the multicast request as bytes, both ways. The family is in the machine's byte order, ports in network order.
import { endianness } from 'node:os';
import { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX } from './constants.ts';

const little = endianness() === 'LE';

/** htons(3): what a packet socket's protocol must go through, in socket(2) as in sockaddr_ll. */
export function networkOrder16(value: number): number {
  return little ? ((value & 0xff) << 8) | ((value >> 8) & 0xff) : value & 0xffff;
}

/** struct sockaddr_in. `address` is 4 bytes. Throws RangeError for other lengths or ports outside 0..65535. */
export function sockaddrIn(address: Uint8Array, port = 0): Uint8Array {
  const { bytes, view } = begin(16, AF_INET);
  view.setUint16(2, checkPort(port));
  bytes.set(checkLength(address, 4, 'an IPv4 address'), 4);
  return bytes;
}

/** struct sockaddr_in6. `address` is 16 bytes; `scopeId` is the interface index, needed for link-local addresses. */
export function sockaddrIn6(address: Uint8Array, port = 0, scopeId = 0, flowInfo = 0): Uint8Array {
  const { bytes, view } = begin(28, AF_INET6);
  view.setUint16(2, checkPort(port));
  view.setUint32(4, flowInfo);
  bytes.set(checkLength(address, 16, 'an IPv6 address'), 8);
  view.setUint32(24, scopeId, little);
  return bytes;
}

export interface LinkLayer {
  readonly ifIndex: number;
  /** Ethernet protocol in host order, such as ETH_P_ARP. */
  readonly protocol: number;
  /** Hardware address, at most 8 bytes; needed for sending. */
  readonly address?: Uint8Array;
  /** ARPHRD_*, which the kernel fills in on receive. */
  readonly hardwareType?: number;
  /** PACKET_HOST and the like, which the kernel fills in on receive. */
  readonly packetType?: number;
}

/** struct sockaddr_ll. */
export function sockaddrLl(link: LinkLayer): Uint8Array {
  const { bytes, view } = begin(20, AF_PACKET);
  const address = link.address ?? new Uint8Array();
  if (address.length > 8)
    throw new RangeError(`a hardware address in sockaddr_ll has at most 8 bytes, not ${address.length}`);
  view.setUint16(2, link.protocol);
  view.setInt32(4, link.ifIndex, little);
  view.setUint16(8, link.hardwareType ?? 0, little);
  bytes[10] = link.packetType ?? 0;
  bytes[11] = address.length;
  bytes.set(address, 12);
  return bytes;
}

/** struct sockaddr_nl. `portId` 0 lets the kernel choose; `groups` is the mask of groups 1..32 (later ones by option). */
export function sockaddrNl(portId = 0, groups = 0): Uint8Array {
  const { bytes, view } = begin(12, AF_NETLINK);
  view.setUint32(4, portId, little);
  view.setUint32(8, groups, little);
  return bytes;
}

/** struct sockaddr_un; a path that begins with '@' or NUL is in the abstract namespace, as systemd writes it. At most 107 bytes. */
export function sockaddrUn(path: string): Uint8Array {
  const abstract = path.startsWith('@') || path.startsWith('\0');
  const name = new TextEncoder().encode(abstract ? path.slice(1) : path);
  if (name.length === 0 || name.length > 107)
    throw new RangeError(`a unix socket's path has 1 to 107 bytes: ${JSON.stringify(path)}`);
  // The abstract name's length is the address's length; a path ends with a NUL.
  const { bytes } = begin(2 + 1 + name.length, AF_UNIX);
  bytes.set(name, abstract ? 3 : 2);
  return bytes;
}

export type SocketAddress =
  | { readonly family: 'inet'; readonly address: Uint8Array; readonly port: number }
  | {
      readonly family: 'inet6';
      readonly address: Uint8Array;
      readonly port: number;
      readonly scopeId: number;
      readonly flowInfo: number;
    }
  | ({ readonly family: 'packet' } & Required<LinkLayer>)
  | { readonly family: 'netlink'; readonly portId: number; readonly groups: number }
  /** `path` is '' for an unnamed sender and begins with '@' in the abstract namespace. */
  | { readonly family: 'unix'; readonly path: string };

/** The address in bytes that the kernel gave; undefined when it is too short or of another family. Addresses are copies. */
export function parseSockaddr(bytes: Uint8Array): SocketAddress | undefined {
  if (bytes.length < 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (view.getUint16(0, little)) {
    case AF_INET:
      if (bytes.length < 8) return undefined;
      return { family: 'inet', address: bytes.slice(4, 8), port: view.getUint16(2) };
    case AF_INET6:
      if (bytes.length < 28) return undefined;
      return {
        family: 'inet6',
        address: bytes.slice(8, 24),
        port: view.getUint16(2),
        scopeId: view.getUint32(24, little),
        flowInfo: view.getUint32(4),
      };
    case AF_PACKET:
      return parseLinkLayer(bytes, view);
    case AF_NETLINK:
      if (bytes.length < 12) return undefined;
      return { family: 'netlink', portId: view.getUint32(4, little), groups: view.getUint32(8, little) };
    case AF_UNIX:
      return { family: 'unix', path: unixPath(bytes.subarray(2)) };
    default:
      return undefined;
  }
}

/** struct ip_mreqn for IP_ADD_MEMBERSHIP and IP_MULTICAST_IF: addresses of 4 bytes; the interface index wins over the address. */
export function ipMreqn(group: Uint8Array, localAddress?: Uint8Array, ifIndex = 0): Uint8Array {
  const bytes = new Uint8Array(12);
  bytes.set(checkLength(group, 4, 'an IPv4 group'), 0);
  if (localAddress !== undefined) bytes.set(checkLength(localAddress, 4, 'an IPv4 address'), 4);
  new DataView(bytes.buffer).setInt32(8, ifIndex, little);
  return bytes;
}

/** struct ipv6_mreq for IPV6_ADD_MEMBERSHIP. */
export function ipv6Mreq(group: Uint8Array, ifIndex: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(checkLength(group, 16, 'an IPv6 group'), 0);
  new DataView(bytes.buffer).setInt32(16, ifIndex, little);
  return bytes;
}

/** The value for SO_BINDTODEVICE: the interface's name with its NUL; '' unbinds. Throws RangeError above 15 bytes. */
export function deviceName(name: string): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  if (encoded.length > 15) throw new RangeError(`an interface name has at most 15 bytes: ${JSON.stringify(name)}`);
  const bytes = new Uint8Array(encoded.length + 1);
  bytes.set(encoded);
  return bytes;
}

function begin(length: number, family: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, little);
  return { bytes, view };
}

function checkLength(bytes: Uint8Array, length: number, what: string): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`${what} has ${length} bytes, not ${bytes.length}`);
  return bytes;
}

function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 0xffff) throw new RangeError(`a port is 0 to 65535, not ${port}`);
  return port;
}

function parseLinkLayer(bytes: Uint8Array, view: DataView): SocketAddress | undefined {
  if (bytes.length < 12) return undefined;
  const length = Math.min(bytes[11] ?? 0, 8);
  if (bytes.length < 12 + length) return undefined;
  return {
    family: 'packet',
    ifIndex: view.getInt32(4, little),
    protocol: view.getUint16(2),
    hardwareType: view.getUint16(8, little),
    packetType: bytes[10] ?? 0,
    address: bytes.slice(12, 12 + length),
  };
}

function unixPath(name: Uint8Array): string {
  if (name.length === 0) return '';
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (name[0] === 0) return `@${text(name.subarray(1))}`;
  const end = name.indexOf(0);
  return text(end < 0 ? name : name.subarray(0, end));
}
