// What the two readers of a destination's bytes both go by: the type of an attribute, and the length that it must have.
import { nestedFlag } from '../codec/attribute.ts';
import { hostIsLittleEndian } from '../codec/bytes.ts';

/** Of the attribute that begins at `at`. What stands in network order says so in another flag, and is no type of a destination. */
export const typeAt = (view: DataView, at: number): number => view.getUint16(at + 2, hostIsLittleEndian) & ~nestedFlag;

/** By type, header included, in bytes; undefined for those of any length: the counters. */
export const attributeLengths: readonly (number | undefined)[] = [
  undefined,
  20,
  6,
  ...new Array<number>(7).fill(8),
  undefined,
  6,
  undefined,
  5,
  6,
  6,
];
