// Destinations of one service as columns of numbers, read straight from datagrams: for listings of ten thousands.
import { nestedFlag } from '../codec/attribute.ts';
import { align4, hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { genericHeaderLength } from '../codec/generic.ts';
import { commandTable, destinationTable } from './command.ts';
import { forwardingMask, forwardingNames } from './destination.ts';
import type { ForwardingMethod } from './model.ts';

/**
 * The IPv4 destinations that are no tunnels, without counters; row i is element i of every column. Used again for the next
 * service: no memory is touched for the first time but for the largest of them.
 */
export class DestinationRows {
  count = 0;
  /** Whether every destination of the service has a row; if not, IpvsKernel.destinations() has them all. */
  complete = true;
  /** As a 32-bit number, 10.0.0.1 being 0x0a000001. */
  address = new Uint32Array(firstRoom);
  port = new Uint16Array(firstRoom);
  weight = new Int32Array(firstRoom);
  activeConnections = new Uint32Array(firstRoom);
  inactiveConnections = new Uint32Array(firstRoom);
  #forwarding = new Uint8Array(firstRoom);
  #layout: Layout | undefined;

  clear(): void {
    this.count = 0;
    this.complete = true;
  }

  /** Whether another reading has the same destinations in the same order; of what has no row nothing is said. */
  hasSameKeys(other: DestinationRows): boolean {
    if (!this.complete || !other.complete) return this.complete === other.complete;
    if (this.count !== other.count) return false;
    for (let row = 0; row < this.count; row++)
      if (this.address[row] !== other.address[row] || this.port[row] !== other.port[row]) return false;
    return true;
  }

  forwarding(row: number): ForwardingMethod {
    return forwardingNames[this.#forwarding[row] ?? 0] ?? 'masq';
  }

  /** Adds one destination; `payload` begins with the generic netlink header. */
  take(payload: Window): void {
    if (this.#layout === undefined || !hasLayout(payload, this.#layout)) this.#layout = layoutOf(payload);
    const layout = this.#layout;
    const { view, start } = payload;
    const forwarding =
      layout === undefined ? tunnel : view.getUint32(start + layout.forwarding, little) & forwardingMask;
    if (layout === undefined || forwarding === tunnel || view.getUint16(start + layout.family, little) !== AF_INET) {
      this.complete = false;
      return;
    }
    const row = this.count;
    if (row === this.address.length) this.#grow();
    this.address[row] = view.getUint32(start + layout.address);
    this.port[row] = view.getUint16(start + layout.port);
    this.weight[row] = view.getInt32(start + layout.weight, little);
    this.activeConnections[row] = view.getUint32(start + layout.active, little);
    this.inactiveConnections[row] = view.getUint32(start + layout.inactive, little);
    this.#forwarding[row] = forwarding;
    this.count = row + 1;
  }

  #grow(): void {
    const room = 2 * this.address.length;
    this.address = grown(this.address, new Uint32Array(room));
    this.port = grown(this.port, new Uint16Array(room));
    this.weight = grown(this.weight, new Int32Array(room));
    this.activeConnections = grown(this.activeConnections, new Uint32Array(room));
    this.inactiveConnections = grown(this.inactiveConnections, new Uint32Array(room));
    this.#forwarding = grown(this.#forwarding, new Uint8Array(room));
  }
}

const firstRoom = 128;
const AF_INET = 2;
/** IP_VS_CONN_F_TUNNEL */
const tunnel = 2;
const little = hostIsLittleEndian;
const table = destinationTable;

const grown = <T extends { set(from: T): void }>(from: T, to: T): T => {
  to.set(from);
  return to;
};

/** Where the values stand in a message, counted from its payload's begin; all messages of a dump are alike. */
interface Layout {
  readonly length: number;
  /** Offset and header (length and type, 32 bits) of each attribute, in turn. */
  readonly headers: Uint32Array;
  readonly address: number;
  readonly port: number;
  readonly forwarding: number;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
  readonly family: number;
}

const hasLayout = ({ view, start, end }: Window, { length, headers }: Layout): boolean => {
  if (end - start !== length) return false;
  for (let i = 0; i < headers.length; i += 2)
    if (view.getUint32(start + (headers[i] ?? 0), little) !== headers[i + 1]) return false;
  return true;
};

// Undefined for a message that lacks something or has something of another length.
const layoutOf = ({ view, start, end }: Window): Layout | undefined => {
  const outer = start + genericHeaderLength;
  if (end - outer < 4 || typeAt(view, outer) !== commandTable.destination[0]) return undefined;
  const last = outer + view.getUint16(outer, little);
  if (align4(last - outer) !== end - outer) return undefined;
  const headers = [outer - start, view.getUint32(outer, little)];
  const values = new Map<number, number>();
  for (let at = outer + 4; at < last; ) {
    if (last - at < 4) return undefined;
    const length = view.getUint16(at, little);
    const type = typeAt(view, at);
    if (length < 4 || length > last - at || (lengths.get(type) ?? length) !== length) return undefined;
    headers.push(at - start, view.getUint32(at, little));
    values.set(type, at + 4 - start);
    at += align4(length);
  }
  const [address, port, forwarding, weight, active, inactive, family] = [...lengths.keys()].map((type) =>
    values.get(type),
  );
  if (address === undefined || port === undefined || forwarding === undefined || weight === undefined) return undefined;
  if (active === undefined || inactive === undefined || family === undefined) return undefined;
  return {
    length: end - start,
    headers: Uint32Array.from(headers),
    address,
    port,
    forwarding,
    weight,
    active,
    inactive,
    family,
  };
};

// What stands in network order says so in another flag, and has no layout.
const typeAt = (view: DataView, at: number): number => view.getUint16(at + 2, little) & ~nestedFlag;

// The columns' attributes with their lengths, header included. Kernels before 3.18 do not say the family.
const lengths: ReadonlyMap<number, number> = new Map([
  [table.address[0], 20],
  [table.port[0], 6],
  [table.forwarding[0], 8],
  [table.weight[0], 8],
  [table.activeConnections[0], 8],
  [table.inactiveConnections[0], 8],
  [table.family[0], 6],
]);
