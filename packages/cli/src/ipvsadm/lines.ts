// Text in and out in large pieces: lines of a stream of bytes, and output gathered into few writes.

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The complete lines of each chunk, without line ends; a last line without one comes at the end. */
export async function* linesOf(chunks: Chunks): AsyncGenerator<string[], void> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    const last = lines.pop() ?? '';
    // A line may span many chunks: its pieces are joined once, when it is complete.
    if (lines.length > 0) {
      lines[0] = rest.join('') + (lines[0] ?? '');
      rest = [];
      yield lines;
    }
    if (last !== '') rest.push(last);
  }
  const last = rest.join('') + decoder.decode();
  if (last !== '') yield [last];
}

/**
 * Complete lines as bytes, line ends included: one that spans chunks alone, the others of a chunk together; a last line without an
 * end comes at the end. A chunk is of no use to this function once the next one is asked for.
 */
export async function* wholeLinesOf(chunks: Chunks): AsyncGenerator<Uint8Array, void> {
  // A line may span many chunks: its pieces are joined once, when it is complete.
  let rest: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    if (rest.length > 0) {
      start = chunk.indexOf(lineEnd) + 1;
      if (start > 0) {
        yield joined([...rest, chunk.subarray(0, start)]);
        rest = [];
      }
    }
    const end = chunk.lastIndexOf(lineEnd) + 1;
    if (end > start) yield chunk.subarray(start, end);
    if (end < chunk.length) rest.push(Uint8Array.from(chunk.subarray(end)));
  }
  if (rest.length > 0) yield joined(rest);
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
};

export const lineEnd = 0x0a;

/**
 * Gathers text, encoded as UTF-8, in one place of memory that is written out when it is full: memory touched for the first time
 * costs more than what is written there. end() must be called.
 */
export class Output {
  /** Lines that are bytes already go here, from where reserve() says. */
  readonly bytes: Buffer;
  readonly #sink: (bytes: Uint8Array) => void;
  #length = 0;

  constructor(sink: (bytes: Uint8Array) => void, capacity = 32 * 1024) {
    this.#sink = sink;
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  write(text: string): void {
    // A character takes at most three bytes.
    if (3 * text.length <= this.bytes.length)
      this.advance(this.reserve(3 * text.length) + this.bytes.write(text, this.#length));
    else {
      this.end();
      this.#sink(Buffer.from(text));
    }
  }

  /** Where the next bytes go, `length` of them at most (no more than the capacity). */
  reserve(length: number): number {
    if (this.#length + length > this.bytes.length) this.end();
    return this.#length;
  }

  /** Says where the bytes that were put behind reserve() end. */
  advance(to: number): void {
    this.#length = to;
  }

  end(): void {
    if (this.#length > 0) this.#sink(this.bytes.subarray(0, this.#length));
    this.#length = 0;
  }
}
