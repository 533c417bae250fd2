// Lines of `-Ln` and `-Sn` for servers that come as columns; what a line says beside the address is table.ts's and save.ts's.
import type { DestinationRows, ForwardingMethod } from '@vipward/netlink';

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
  order: readonly number[],
  line: { readonly head: string; readonly width: number; readonly tail: (row: RowTail) => string },
  write: (text: string) => void,
): void => {
  // Neighbours seldom differ in more than the address: then the same end serves, and the same begin.
  let last: RowTail | undefined;
  let tail = '';
  let network = -1;
  let prefix = '';
  for (const row of order) {
    const address = rows.address[row] ?? 0;
    const port = rows.port[row] ?? 0;
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
      tail = line.tail(last);
    }
    if (address >>> 8 !== network) {
      network = address >>> 8;
      prefix = `${network >>> 16}.${(network >>> 8) & 0xff}.${network & 0xff}.`;
    }
    write(line.head + `${prefix}${address & 0xff}:${port}`.padEnd(line.width) + tail);
  }
};
