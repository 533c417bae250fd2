// Lines of `-Ln` and `-Sn` for servers that come as columns; what a line says beside the address is table.ts's and save.ts's.
import type { DestinationRows, ForwardingMethod } from '@vipward/netlink';
import type { Output } from './lines.ts';

/** What is read of the columns; `address` holds 32-bit numbers, 10.0.0.1 being 0x0a000001. */
export type ServerRows = Pick<
  DestinationRows,
  'count' | 'complete' | 'address' | 'port' | 'weight' | 'activeConnections' | 'inactiveConnections' | 'forwarding'
>;

/** What a line's end depends on. */
export interface RowTail {
  readonly forwarding: ForwardingMethod;
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

/** One line for each row of `order`: `head`, `10.1.0.1:80` padded to `width` columns, and what `tail` makes of the rest. */
export const writeRows = (
  rows: ServerRows,
  order: ArrayLike<number>,
  line: { readonly head: string; readonly width: number; readonly tail: (row: RowTail) => string },
  output: Output,
): void => {
  const { bytes } = output;
  const head = Buffer.from(line.head, 'latin1');
  // Neighbours seldom differ in more than the address: then the same end serves.
  let last: RowTail | undefined;
  let tail = head;
  // Nor in more than the end of it: then the line before has the front, up to the last dot.
  let network = -1;
  let frontAt = 0;
  let frontLength = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    const weight = rows.weight[row] ?? 0;
    const activeConnections = rows.activeConnections[row] ?? 0;
    const inactiveConnections = rows.inactiveConnections[row] ?? 0;
    const forwarding = rows.forwarding(row);
    if (
      last === undefined ||
      last.weight !== weight ||
      last.activeConnections !== activeConnections ||
      last.inactiveConnections !== inactiveConnections ||
      last.forwarding !== forwarding
    ) {
      last = { forwarding, weight, activeConnections, inactiveConnections };
      tail = Buffer.from(line.tail(last), 'latin1');
    }
    const address = rows.address[row] ?? 0;
    const start = output.reserve(head.length + line.width + longestEndpoint + tail.length);
    // What was written out still stands where it was until it is written over.
    if (network === address >>> 8) bytes.copyWithin(start, frontAt, frontAt + frontLength);
    else {
      network = address >>> 8;
      bytes.set(head, start);
      frontLength = networkAt(bytes, start + head.length, network) - start;
    }
    frontAt = start;
    let at = numberAt(bytes, start + frontLength, address & 0xff);
    bytes[at] = colon;
    at = numberAt(bytes, at + 1, rows.port[row] ?? 0);
    while (at < start + head.length + line.width) bytes[at++] = blank;
    bytes.set(tail, at);
    output.advance(at + tail.length);
  }
};

const longestEndpoint = '255.255.255.255:65535'.length;
const blank = 0x20;
const dot = 0x2e;
const colon = 0x3a;
const zero = 0x30;

// Each writes from `start` and returns where it ends.

/** `10.1.0.`, of the address' upper three bytes. */
const networkAt = (space: Uint8Array, start: number, network: number): number => {
  let at = start;
  for (let shift = 16; shift >= 0; shift -= 8) {
    at = numberAt(space, at, (network >>> shift) & 0xff);
    space[at++] = dot;
  }
  return at;
};

const numberAt = (space: Uint8Array, start: number, value: number): number => {
  let end = start + 1;
  for (let least = 10; least <= value; least *= 10) end += 1;
  let rest = value;
  for (let at = end - 1; at >= start; at--) {
    space[at] = zero + (rest % 10);
    rest = (rest / 10) | 0;
  }
  return end;
};
