// The editor's side of the language server protocol: requests and notifications over the standard streams of a process.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

export interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export class LanguageClient {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #received: Message[] = [];
  readonly #waiting = new Set<() => void>();
  #unread = Buffer.alloc(0);
  #lastId = 0;

  constructor(server: ChildProcessWithoutNullStreams) {
    this.#server = server;
    server.stdout.on('data', (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      while (this.#takeMessage()) for (const look of [...this.#waiting]) look();
    });
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** The result of a request; rejects when the server answers with an error. */
  async request(method: string, params: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#send({ id, method, params });
    const answer = await this.next((message) => message.id === id && message.method === undefined);
    if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }

  /** The next message that fits, also one that has come already; it is taken away. */
  next(fits: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const look = (): void => {
        const at = this.#received.findIndex(fits);
        const [message] = at < 0 ? [] : this.#received.splice(at, 1);
        if (message === undefined) return;
        this.#waiting.delete(look);
        resolve(message);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #takeMessage(): boolean {
    const end = this.#unread.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const length = Number(/Content-Length: (\d+)/i.exec(this.#unread.toString('latin1', 0, end))?.[1]);
    if (this.#unread.length < end + 4 + length) return false;
    const message: Message = JSON.parse(this.#unread.toString('utf8', end + 4, end + 4 + length));
    this.#unread = this.#unread.subarray(end + 4 + length);
    this.#received.push(message);
    return true;
  }
}
