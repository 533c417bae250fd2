// A parcel: what goes to the kernel in one datagram, and how its replies are matched and its end is known.
import { type Ack, decodeAck, decodeDone } from '../codec/ack.ts';
import { controlType, type Message, messageFlag } from '../codec/message.ts';
import type { NetlinkError } from '../errors.ts';
import type { Packet } from './packet.ts';

/** Why a parcel ended before its last reply came. */
export type Interruption = (operation: string) => NetlinkError;

export interface Parcel {
  readonly packet: Packet;
  /** A dump is alone on its socket: the kernel allows one, and its replies need the receive buffer. */
  readonly dump: boolean;
  /** A message that is neither ACK, error nor end. Throws DecodeError. */
  onReply(message: Message): void;
  /**
   * May take plain parts of a dump, of this sequence number, from the begin of a datagram, many in one go. Gives the bytes they
   * take; onReply() gets the rest.
   */
  onDatagram?(datagram: Uint8Array, sequence: number): number;
  /** The table changed while the kernel walked it (NLM_F_DUMP_INTR). */
  onChanged?(): void;
  /** The kernel refused one request. */
  onRefusal(index: number, ack: Ack): void;
  /** All is answered (undefined), or will never be: every unanswered request has failed in this way. */
  onEnd(interruption: Interruption | undefined): void;
}

/** A parcel under way: its requests have the sequence numbers `first`, `first + 1` and so on (mod 2^32). */
export interface Flight {
  readonly parcel: Parcel;
  readonly first: number;
}

/** Whether one of the requests of this flight has this sequence number. */
export const isIn = (flight: Flight, sequence: number): boolean =>
  indexIn(flight, sequence) < flight.parcel.packet.offsets.length;

/** The index of the request that has this sequence number; beyond them all when it is none of this flight. */
export const indexIn = ({ first }: Flight, sequence: number): number => (sequence - first) >>> 0;

/** Takes the reply to request number `index` of the flight; says whether the parcel is answered to its end. Throws DecodeError. */
export const takeReply = ({ parcel }: Flight, index: number, message: Message): boolean => {
  // The flag may stand on any part of the dump, its end included. Elsewhere the bit means nothing.
  if (parcel.dump && (message.flags & messageFlag.dumpInterrupted) !== 0) parcel.onChanged?.();
  switch (message.type) {
    case controlType.noop:
      return false;
    case controlType.error:
      return settle(parcel, index, decodeAck(message));
    case controlType.done:
      return settle(parcel, index, decodeDone(message));
    default:
      parcel.onReply(message);
      return false;
  }
};

const settle = (parcel: Parcel, index: number, ack: Ack): boolean => {
  if (ack.errno !== 0) parcel.onRefusal(index, ack);
  return index === parcel.packet.offsets.length - 1;
};
