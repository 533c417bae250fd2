// nlmsghdr: messages into a datagram, and a datagram back into messages.
import { DecodeError } from '../errors.ts';
import { align4, type ByteWriter, hostIsLittleEndian, type Window, windowOf } from './bytes.ts';

export const messageHeaderLength = 16;

/** Types below 0x10 belong to netlink itself. */
export const controlType = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

/** NLM_F_*: bits of nlmsg_flags. 0x100 and up mean something else per kind of message. */
export const messageFlag = {
  request: 0x01,
  /** Reply of many parts; the last is NLMSG_DONE. */
  multi: 0x02,
  ack: 0x04,
  /** The table changed while the kernel walked it: the dump is inconsistent. */
  dumpInterrupted: 0x10,
  /** On GET: the whole table (NLM_F_ROOT and NLM_F_MATCH). */
  dump: 0x300,
  /** On NEW: replace what is there. */
  replace: 0x100,
  /** On NEW: EEXIST when it is there. */
  exclusive: 0x200,
  create: 0x400,
  /** On NEW: behind what is there already. */
  append: 0x800,
  /** On NLMSG_ERROR: the request was not echoed (NETLINK_CAP_ACK, or success). */
  capped: 0x100,
  /** On NLMSG_ERROR and NLMSG_DONE: extended-ack attributes follow (NETLINK_EXT_ACK). */
  ackAttributes: 0x200,
} as const;

export interface Message {
  readonly type: number;
  readonly flags: number;
  /** nlmsg_seq: the kernel's replies carry that of the request; 0 in notifications. */
  readonly sequence: number;
  readonly port: number;
  /** What follows the header; a view into the datagram. */
  readonly payload: Window;
}

/** Appends one message; `payload` writes what follows the header. Returns the message's length in bytes. */
export const writeMessage = (
  writer: ByteWriter,
  header: { readonly type: number; readonly flags: number; readonly sequence: number },
  payload: (writer: ByteWriter) => void,
): number => {
  const start = writer.length;
  writer.u32(0);
  writer.u16(header.type);
  writer.u16(header.flags);
  writer.u32(header.sequence);
  writer.u32(0);
  payload(writer);
  const length = writer.length - start;
  writer.patchU32(start, length);
  writer.align();
  return length;
};

/** Writes the sequence number into the message that begins at `start`. */
export const patchSequence = (writer: ByteWriter, start: number, sequence: number): void =>
  writer.patchU32(start + 8, sequence);

/** Sets flags in the message that begins at `start`, beside those it has. */
export const addFlags = (writer: ByteWriter, start: number, flags: number): void =>
  writer.patchU16(start + 6, writer.view.getUint16(start + 6, hostIsLittleEndian) | flags);

/** Splits a datagram into its messages; a DecodeError when a length does not fit. */
export const decodeMessages = (datagram: Uint8Array): readonly Message[] => {
  const messages: Message[] = [];
  visitMessages(datagram, (message) => messages.push({ ...message, payload: { ...message.payload } }));
  return messages;
};

/**
 * Gives `visit` the messages of a datagram in turn, each for the time of the call: one object is filled again for all, since a
 * listing has ten thousands. `from` is where the first begins. A DecodeError when a length does not fit, after the messages before it.
 */
export const visitMessages = (datagram: Uint8Array, visit: (message: Message) => void, from = 0): void => {
  const { bytes, view, end } = windowOf(datagram);
  const payload = { bytes, view, start: 0, end: 0 };
  const message = { type: 0, flags: 0, sequence: 0, port: 0, payload };
  for (let at = from; at < end; ) {
    if (end - at < messageHeaderLength) throw new DecodeError(`message header has ${end - at} of 16 bytes`, at);
    const length = view.getUint32(at, hostIsLittleEndian);
    if (length < messageHeaderLength) throw new DecodeError(`message says ${length} bytes, less than its header`, at);
    if (length > end - at) throw new DecodeError(`message says ${length} bytes, ${end - at} are there`, at);
    message.type = view.getUint16(at + 4, hostIsLittleEndian);
    message.flags = view.getUint16(at + 6, hostIsLittleEndian);
    message.sequence = view.getUint32(at + 8, hostIsLittleEndian);
    message.port = view.getUint32(at + 12, hostIsLittleEndian);
    payload.start = at + messageHeaderLength;
    payload.end = at + length;
    visit(message);
    // The padding of the last message may be missing.
    at = align4(at + length);
  }
};
