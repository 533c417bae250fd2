// Destinations of one service as columns of numbers, read straight from datagrams: for listings of ten thousands.
import { hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { messageFlag, messageHeaderLength } from '../codec/message.ts';
import { forwardingMask, forwardingNames } from './destination.ts';
import type { ForwardingMethod } from './model.ts';
import { firstLayout, hasLayout, type Layout, layoutOf } from './row-layout.ts';

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
  #words: Int32Array | undefined;

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

  /**
   * Adds the destinations that a datagram begins with, while their messages are like the last one that was read, of this type
   * and sequence number, and parts of a dump that says nothing else. Gives the bytes they take; what follows, be it a destination
   * too, is for take(). One loop over numbers, because before code is compiled its calls are most of what a listing costs.
   */
  takeRun(datagram: Uint8Array, type: number, sequence: number): number {
    const words = little ? this.#wordsOf(datagram) : undefined;
    if (words === undefined || datagram.byteLength < messageHeaderLength) return 0;
    this.#layout ??= firstLayout(datagram);
    const layout = this.#layout;
    if (layout === undefined) return 0;
    const { headers, family, forwarding, weight, active, inactive } = layout;
    const length = messageHeaderLength + layout.length;
    const kind = type | (messageFlag.multi << 16);
    const begin = datagram.byteOffset >> 2;
    const end = begin + ((datagram.byteLength - length) >> 2);
    let at = begin;
    run: for (; at <= end; at += length >> 2) {
      if (words[at] !== length || words[at + 1] !== kind || words[at + 2] !== (sequence | 0)) break;
      const payload = at + (messageHeaderLength >> 2);
      for (let i = 0; i < headers.length; i += 2)
        if (words[payload + ((headers[i] ?? 0) >> 2)] !== headers[i + 1]) break run;
      const method = (words[payload + (forwarding >> 2)] ?? 0) & forwardingMask;
      if (method === tunnel || ((words[payload + (family >> 2)] ?? 0) & 0xffff) !== AF_INET) break;
      const row = this.count;
      if (row === this.address.length) this.#grow();
      const address = words[payload + (layout.address >> 2)] ?? 0;
      const port = words[payload + (layout.port >> 2)] ?? 0;
      this.address[row] =
        (address << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | ((address >>> 24) & 0xff);
      this.port[row] = ((port & 0xff) << 8) | ((port >>> 8) & 0xff);
      this.weight[row] = words[payload + (weight >> 2)] ?? 0;
      this.activeConnections[row] = words[payload + (active >> 2)] ?? 0;
      this.inactiveConnections[row] = words[payload + (inactive >> 2)] ?? 0;
      this.#forwarding[row] = method;
      this.count = row + 1;
    }
    return (at - begin) << 2;
  }

  /** The buffer of a datagram as numbers; undefined where it does not begin at one. Datagrams come in the same buffer. */
  #wordsOf({ buffer, byteOffset }: Uint8Array): Int32Array | undefined {
    if (byteOffset % 4 !== 0) return undefined;
    if (this.#words?.buffer !== buffer) this.#words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
    return this.#words;
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

const grown = <T extends { set(from: T): void }>(from: T, to: T): T => {
  to.set(from);
  return to;
};
