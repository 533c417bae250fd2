// What ends a request: NLMSG_ERROR (an ACK when the number is 0) and NLMSG_DONE, with the extended ack inside.
import { DecodeError } from '../errors.ts';
import { readAttributes, type Values } from './attribute.ts';
import { align4, atLeast, hostIsLittleEndian, slice, type Window } from './bytes.ts';
import { binary, text, u32 } from './field.ts';
import { type Message, messageFlag, messageHeaderLength } from './message.ts';

/** NLMSGERR_ATTR_*: the kernel's own words. */
export const extendedAckTable = {
  /** NLMSGERR_ATTR_MSG */
  message: [1, text],
  /** Offset of the attribute it did not like, from the request's begin. */
  offset: [2, u32],
  cookie: [3, binary],
  /** Type of the attribute that is missing (Linux 6.1). */
  missingType: [5, u32],
  missingNest: [6, u32],
} as const;

export interface Ack {
  /** Positive errno; 0 for success. */
  readonly errno: number;
  readonly extended: Values<typeof extendedAckTable>;
}

/** Payload of NLMSG_ERROR: the number, the request's header, perhaps the request itself, perhaps attributes. */
export const decodeAck = (message: Message): Ack => {
  const { payload, flags } = message;
  atLeast(payload, 4 + messageHeaderLength, 'error message');
  const errno = readErrno(payload);
  const echoed = slice(payload, payload.start + 4, payload.end);
  // A success never echoes the request, whether it says NLM_F_CAPPED (Linux 4.3) or not.
  const capped = errno === 0 || (flags & messageFlag.capped) !== 0;
  const requestLength = capped ? messageHeaderLength : echoedLength(echoed);
  return { errno, extended: extendedAck(message, echoed.start + align4(requestLength)) };
};

/** Payload of NLMSG_DONE: the error number that ended the dump; some old dumps have no payload. */
export const decodeDone = (message: Message): Ack => {
  const { payload } = message;
  if (payload.start === payload.end) return { errno: 0, extended: {} };
  atLeast(payload, 4, 'end of dump');
  return { errno: readErrno(payload), extended: extendedAck(message, payload.start + 4) };
};

const readErrno = (payload: Window): number => {
  const error = payload.view.getInt32(payload.start, hostIsLittleEndian);
  // Dumps end with the (positive) return value of the dump function in some old kernels: no error.
  return error < 0 ? -error : 0;
};

const echoedLength = (echoed: Window): number => {
  const length = echoed.view.getUint32(echoed.start, hostIsLittleEndian);
  if (length < messageHeaderLength || length > echoed.end - echoed.start)
    throw new DecodeError(`echoed request says ${length} bytes, ${echoed.end - echoed.start} are there`, echoed.start);
  return length;
};

const extendedAck = ({ payload, flags }: Message, start: number): Ack['extended'] => {
  if ((flags & messageFlag.ackAttributes) === 0) return {};
  return readAttributes(extendedAckTable, slice(payload, start, payload.end));
};
