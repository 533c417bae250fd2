// Bytes in the machine's own order, as netlink has them: a growing writer, and windows into what was received.
import { DecodeError } from '../errors.ts';

/** Netlink integers are in the byte order of the machine (only some attributes are in network order). */
export const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Netlink aligns headers, payloads and attributes to 4 bytes. */
export const align4 = (length: number): number => (length + 3) & ~3;

/** A part of a received datagram; offsets count from the datagram's begin, so that errors can name them. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

export const windowOf = (bytes: Uint8Array): Window => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  start: 0,
  end: bytes.byteLength,
});

/** The part from `start` to `end` (offsets in the datagram); a DecodeError when it reaches beyond the window. */
export const slice = (window: Window, start: number, end: number): Window => {
  if (start < window.start || end > window.end || start > end)
    throw new DecodeError(`${end - start} bytes expected, ${Math.max(0, window.end - start)} there`, start);
  return { bytes: window.bytes, view: window.view, start, end };
};

/** The window's bytes, copied: what was received may be overwritten by the next datagram. */
export const copyOf = ({ bytes, start, end }: Window): Uint8Array => copiedBytes(bytes, start, end);

/** The bytes from `start` to `end`, by hand: the view that slice() or a constructor needs is larger than most of what is copied. */
export const copiedBytes = (bytes: Uint8Array, start: number, end: number): Uint8Array => {
  const copy = new Uint8Array(end - start);
  for (let i = start; i < end; i++) copy[i - start] = bytes[i] ?? 0;
  return copy;
};

/** Refuses a window that has fewer than `length` bytes. */
export const atLeast = (window: Window, length: number, what: string): void => {
  if (window.end - window.start < length)
    throw new DecodeError(`${what} has ${window.end - window.start} of ${length} bytes`, window.start);
};

/** A buffer that grows; integers in host order unless said otherwise. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number, littleEndian = hostIsLittleEndian): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, littleEndian);
  }

  u32(value: number, littleEndian = hostIsLittleEndian): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, littleEndian);
  }

  u64(value: bigint, littleEndian = hostIsLittleEndian): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value, littleEndian);
  }

  put(data: Uint8Array): void {
    const at = this.#grow(data.length);
    this.#bytes.set(data, at);
  }

  zeros(count: number): void {
    const at = this.#grow(count);
    this.#bytes.fill(0, at, at + count);
  }

  align(): void {
    const padding = align4(this.#length) - this.#length;
    if (padding > 0) this.zeros(padding);
  }

  /** Writes over what is there: a length that was not known before. */
  patchU16(at: number, value: number): void {
    this.#view.setUint16(at, value, hostIsLittleEndian);
  }

  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, hostIsLittleEndian);
  }

  /** Room for `count` bytes; returns where it begins. The bytes hold anything until they are written through `view`. */
  reserve(count: number): number {
    return this.#grow(count);
  }

  /** The bytes, for writing at offsets that reserve() gave; another one after the next reserve(). */
  get view(): DataView {
    return this.#view;
  }

  /** Takes back everything from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** What was written, without a copy; valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  // First grow, then take the view: growing replaces it.
  #grow(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return at;
  }
}
