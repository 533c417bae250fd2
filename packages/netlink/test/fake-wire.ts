// A wire whose other end is a function from requests to replies: what the request layer is tested against.
import { ByteWriter } from '../src/codec/bytes.ts';
import { decodeMessages, type Message, messageFlag, writeMessage } from '../src/codec/message.ts';
import type { OpenTransport, TransportListener } from '../src/transport/transport.ts';

export type Answer = (request: Message) => readonly Uint8Array[];

export class FakeWire {
  /** Every datagram that was sent, as messages. */
  readonly sent: (readonly Message[])[] = [];
  readonly bytesSent: number[] = [];
  /** Sockets opened so far. */
  opened = 0;
  /** Sockets open now. */
  alive = 0;
  receiveBuffer = 8 * 1024 * 1024;
  failToOpen: Error | undefined;
  failToSend: Error | undefined;
  answer: Answer;
  /** Whether answers are there at once, for who asks (receiveNow). */
  prompt = false;
  /** The events of the socket that was opened last. */
  listener: TransportListener | undefined;

  constructor(answer: Answer = () => []) {
    this.answer = answer;
  }

  readonly open: OpenTransport = async (_protocol, listener) => {
    if (this.failToOpen !== undefined) throw this.failToOpen;
    this.opened++;
    this.alive++;
    this.listener = listener;
    let open = true;
    const ready: Uint8Array[] = [];
    const receiveNow = (): boolean => {
      const next = open ? ready.shift() : undefined;
      if (next !== undefined) listener.onDatagram(next);
      return next !== undefined;
    };
    return {
      ...(this.prompt ? { receiveNow } : {}),
      receiveBuffer: this.receiveBuffer,
      send: (buffers) => {
        if (this.failToSend !== undefined) throw this.failToSend;
        const datagram = join(buffers);
        this.bytesSent.push(datagram.length);
        const requests = decodeMessages(datagram);
        this.sent.push(requests);
        const replies = requests.flatMap((request) => this.answer(request));
        if (this.prompt) ready.push(...replies);
        else for (const reply of replies) setImmediate(() => open && listener.onDatagram(reply));
      },
      close: () => {
        if (open) this.alive--;
        open = false;
      },
    };
  };
}

/** One message as a datagram. */
export const datagramOf = (
  header: { readonly type: number; readonly flags?: number; readonly sequence: number },
  payload: (writer: ByteWriter) => void = () => undefined,
): Uint8Array => {
  const writer = new ByteWriter();
  writeMessage(writer, { flags: 0, ...header }, payload);
  return writer.written();
};

/** NLMSG_ERROR as the kernel sends it with CAP_ACK and EXT_ACK; errno 0 is an ACK. */
export const ackTo = (request: Message, errno = 0, words?: string): Uint8Array =>
  datagramOf({ type: 2, flags: words === undefined ? 0x100 : 0x300, sequence: request.sequence }, (writer) => {
    writer.u32(-errno >>> 0);
    writer.u32(16);
    writer.u16(request.type);
    writer.u16(request.flags);
    writer.u32(request.sequence);
    writer.u32(0);
    if (words === undefined) return;
    const text = new TextEncoder().encode(`${words}\0`);
    writer.u16(text.length + 4);
    writer.u16(1);
    writer.put(text);
    writer.align();
  });

/** NLMSG_DONE */
export const doneTo = (request: Message, errno = 0, flags = 2): Uint8Array =>
  datagramOf({ type: 3, flags, sequence: request.sequence }, (writer) => writer.u32(-errno >>> 0));

/** What the kernel does: a refusal always comes, an ACK only when asked for. */
export const settleWith = (request: Message, errno: number): readonly Uint8Array[] => {
  if (errno !== 0) return [ackTo(request, errno)];
  return (request.flags & messageFlag.ack) !== 0 ? [ackTo(request)] : [];
};

const join = (buffers: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(buffers));
