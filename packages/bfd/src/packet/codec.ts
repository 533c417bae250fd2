// BFD Control packets as bytes, both ways, with the checks of RFC 5880 section 6.8.6 that need no session.
import {
  AUTHENTICATED_LENGTH,
  type ControlPacket,
  PACKET_LENGTH,
  SESSION_STATES,
  type SessionState,
} from './packet.ts';
import type { Rejection } from './rejection.ts';

const VERSION = 1;

// The second byte: Sta, then these.
const POLL = 0x20;
const FINAL = 0x10;
const CONTROL_PLANE_INDEPENDENT = 0x08;
const AUTHENTICATION = 0x04;
const DEMAND = 0x02;
const MULTIPOINT = 0x01;

export type Decoded = { readonly packet: ControlPacket } | { readonly rejected: Rejection };

/** 24 bytes in network order, version 1, without authentication. */
export const encodePacket = (packet: ControlPacket): Uint8Array => {
  const bytes = new Uint8Array(PACKET_LENGTH);
  const view = new DataView(bytes.buffer);
  const flags =
    (packet.poll ? POLL : 0) |
    (packet.final ? FINAL : 0) |
    (packet.controlPlaneIndependent ? CONTROL_PLANE_INDEPENDENT : 0) |
    (packet.demand ? DEMAND : 0);
  bytes[0] = (VERSION << 5) | (packet.diagnostic & 0x1f);
  bytes[1] = (SESSION_STATES.indexOf(packet.state) << 6) | flags;
  bytes[2] = packet.detectMultiplier;
  bytes[3] = PACKET_LENGTH;
  view.setUint32(4, packet.myDiscriminator);
  view.setUint32(8, packet.yourDiscriminator);
  view.setUint32(12, packet.desiredMinTx);
  view.setUint32(16, packet.requiredMinRx);
  view.setUint32(20, packet.requiredMinEchoRx);
  return bytes;
};

/**
 * The packet in a UDP payload, or why it must be discarded, in the order of the RFC. What follows the packet's own length
 * is not looked at. Authentication is never in use here, so a packet with it is refused like any other bad one.
 */
export const decodePacket = (bytes: Uint8Array): Decoded => {
  if (bytes.length < PACKET_LENGTH) return { rejected: { kind: 'too-short', received: bytes.length } };
  const [first = 0, second = 0, detectMultiplier = 0, claimed = 0] = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (first >> 5 !== VERSION) return { rejected: { kind: 'version', received: first >> 5 } };
  const least = (second & AUTHENTICATION) === 0 ? PACKET_LENGTH : AUTHENTICATED_LENGTH;
  if (claimed < least || claimed > bytes.length)
    return { rejected: { kind: 'length', claimed, received: bytes.length } };
  if (detectMultiplier === 0) return { rejected: { kind: 'multiplier-zero' } };
  if ((second & MULTIPOINT) !== 0) return { rejected: { kind: 'multipoint' } };
  const myDiscriminator = view.getUint32(4);
  const yourDiscriminator = view.getUint32(8);
  const state = stateOf(second >> 6);
  if (myDiscriminator === 0) return { rejected: { kind: 'my-discriminator-zero' } };
  if (yourDiscriminator === 0 && state !== 'Down' && state !== 'AdminDown')
    return { rejected: { kind: 'your-discriminator-zero' } };
  if ((second & AUTHENTICATION) !== 0) return { rejected: { kind: 'authentication' } };
  const poll = (second & POLL) !== 0;
  const final = (second & FINAL) !== 0;
  // Section 6.5: MUST NOT be both; whoever sends that speaks something else.
  if (poll && final) return { rejected: { kind: 'poll-and-final' } };
  return {
    packet: {
      diagnostic: first & 0x1f,
      state,
      poll,
      final,
      controlPlaneIndependent: (second & CONTROL_PLANE_INDEPENDENT) !== 0,
      demand: (second & DEMAND) !== 0,
      detectMultiplier,
      myDiscriminator,
      yourDiscriminator,
      desiredMinTx: view.getUint32(12),
      requiredMinRx: view.getUint32(16),
      requiredMinEchoRx: view.getUint32(20),
    },
  };
};

const stateOf = (bits: number): SessionState => SESSION_STATES[bits] ?? 'AdminDown';
