// Where the values of a destination stand in a message of the kernel: learnt from one message, and the same in those after it.
import { align4, hostIsLittleEndian, type Window, windowOf } from '../codec/bytes.ts';
import { genericHeaderLength } from '../codec/generic.ts';
import { messageHeaderLength } from '../codec/message.ts';
import { commandTable, destinationTable } from './command.ts';
import { attributeLengths, typeAt } from './destination-bytes.ts';

/** Where the values stand in a message, counted from its payload's begin; all messages of a dump are alike. */
export interface Layout {
  readonly length: number;
  /** Offset and header (length and type, 32 bits) of each attribute, in turn; signed, since larger numbers would be objects. */
  readonly headers: Int32Array;
  readonly address: number;
  readonly port: number;
  readonly forwarding: number;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
  readonly family: number;
}

/** Of the first message, whatever it is: what does not have the destinations' attributes has no layout. */
export const firstLayout = (datagram: Uint8Array): Layout | undefined => {
  const { bytes, view } = windowOf(datagram);
  const end = view.getUint32(0, little);
  return end > datagram.byteLength ? undefined : layoutOf({ bytes, view, start: messageHeaderLength, end });
};

export const hasLayout = ({ view, start, end }: Window, { length, headers }: Layout): boolean => {
  if (end - start !== length) return false;
  for (let i = 0; i < headers.length; i += 2)
    if (view.getInt32(start + (headers[i] ?? 0), little) !== headers[i + 1]) return false;
  return true;
};

/** Undefined for a message that lacks something or has something of another length. */
export const layoutOf = ({ view, start, end }: Window): Layout | undefined => {
  const outer = start + genericHeaderLength;
  if (end - outer < 4 || typeAt(view, outer) !== commandTable.destination[0]) return undefined;
  const last = outer + view.getUint16(outer, little);
  if (align4(last - outer) !== end - outer) return undefined;
  const headers = [outer - start, view.getInt32(outer, little)];
  const values = new Map<number, number>();
  for (let at = outer + 4; at < last; ) {
    if (last - at < 4) return undefined;
    const length = view.getUint16(at, little);
    const type = typeAt(view, at);
    if (length < 4 || length > last - at || (attributeLengths[type] ?? length) !== length) return undefined;
    headers.push(at - start, view.getInt32(at, little));
    values.set(type, at + 4 - start);
    at += align4(length);
  }
  const [address, port, forwarding, weight, active, inactive, family] = columns.map((type) => values.get(type));
  if (address === undefined || port === undefined || forwarding === undefined || weight === undefined) return undefined;
  if (active === undefined || inactive === undefined || family === undefined) return undefined;
  return {
    length: end - start,
    headers: Int32Array.from(headers),
    address,
    port,
    forwarding,
    weight,
    active,
    inactive,
    family,
  };
};

const little = hostIsLittleEndian;
const table = destinationTable;

// Kernels before 3.18 do not say the family.
const columns = [
  table.address[0],
  table.port[0],
  table.forwarding[0],
  table.weight[0],
  table.activeConnections[0],
  table.inactiveConnections[0],
  table.family[0],
];
