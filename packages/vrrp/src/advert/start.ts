// What the first bytes of every version have in common: version and type.
import type { Rejection } from './rejection.ts';

/** The bytes before the addresses, in both versions. */
export const FIXED_LENGTH = 8;
/** The only packet type there is (RFC 3768 section 5.3.2, RFC 9568 section 5.2.2). */
export const TYPE_ADVERTISEMENT = 1;

/** What is wrong with the start of a message; `minimum` is the length in bytes of one without addresses. */
export const checkStart = (bytes: Uint8Array, version: 2 | 3, minimum: number): Rejection | undefined => {
  const [first = 0] = bytes;
  if (bytes.length < FIXED_LENGTH) return { kind: 'length', received: bytes.length, expected: minimum };
  if (first >> 4 !== version) return { kind: 'version', received: first >> 4, expected: version };
  const type = first & 0x0f;
  return type === TYPE_ADVERTISEMENT ? undefined : { kind: 'type', received: type };
};
