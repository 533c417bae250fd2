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

const pieceLength = 64 * 1024;

/** Gathers text; end() must be called. */
export class Output {
  readonly #sink: (text: string) => void;
  #pieces: string[] = [];
  #length = 0;

  constructor(sink: (text: string) => void) {
    this.#sink = sink;
  }

  write(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
    if (this.#length >= pieceLength) this.end();
  }

  end(): void {
    if (this.#length > 0) this.#sink(this.#pieces.join(''));
    this.#pieces = [];
    this.#length = 0;
  }
}
