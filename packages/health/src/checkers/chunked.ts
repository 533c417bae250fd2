// Takes the chunks of an HTTP/1.1 body apart as they arrive (RFC 9112, section 7.1), in constant memory.

export interface ChunkDecoder {
  /** Hands what belongs to the body to `take`. */
  push(bytes: Uint8Array, take: (part: Uint8Array) => void): 'more' | 'done' | 'malformed';
}

/** Bytes of one size line with its extensions, and of the trailer: what carries no body may not go on for ever. */
const lineLimit = 4096;
const trailerLimit = 16_384;

const lf = 0x0a;
const cr = 0x0d;

export const createChunkDecoder = (): ChunkDecoder => {
  let place: 'size' | 'data' | 'data-end' | 'trailer' | 'done' | 'malformed' = 'size';
  let line = '';
  let left = 0;
  let trailerBytes = 0;

  const endLine = (): void => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    line = '';
    if (place === 'trailer') {
      if (text === '') place = 'done';
      return;
    }
    if (place === 'data-end') {
      place = text === '' ? 'size' : 'malformed';
      return;
    }
    // 12 digits are more than any bound here, and exact as a number.
    const size = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;|$)/.exec(text)?.[1];
    left = size === undefined ? 0 : Number.parseInt(size, 16);
    if (size === undefined) place = 'malformed';
    else place = left === 0 ? 'trailer' : 'data';
  };

  const readByte = (byte: number): void => {
    if (place === 'trailer') trailerBytes += 1;
    if (byte === lf) endLine();
    else line += String.fromCharCode(byte);
    if (line.length > lineLimit || trailerBytes > trailerLimit) place = 'malformed';
    // Behind the data there is its line end and nothing else.
    if (place === 'data-end' && line !== '' && line.charCodeAt(0) !== cr) place = 'malformed';
  };

  return {
    push(bytes, take) {
      for (let at = 0; at < bytes.length && place !== 'done' && place !== 'malformed'; ) {
        if (place !== 'data') {
          readByte(bytes[at] ?? 0);
          at += 1;
          continue;
        }
        const part = bytes.subarray(at, at + left);
        take(part);
        at += part.length;
        left -= part.length;
        if (left === 0) place = 'data-end';
      }
      return place === 'done' || place === 'malformed' ? place : 'more';
    },
  };
};
