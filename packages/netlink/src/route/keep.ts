// A route or a rule as bytes to keep and to find again: the payload of its own message.
import { ByteWriter, windowOf } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { decodeRoute, writeRoute } from './ip-route.ts';
import { decodeRule, writeRule } from './ip-rule.ts';
import type { IpRoute, IpRule } from './routing-model.ts';

/** Of this machine's byte order; interface indexes are of one boot and namespace. */
export const encodeRouteBytes = (route: IpRoute): Uint8Array => written((writer) => writeRoute(writer, route));
export const encodeRuleBytes = (rule: IpRule): Uint8Array => written((writer) => writeRule(writer, rule));

/** undefined for bytes that make no sense. */
export const decodeRouteBytes = (bytes: Uint8Array): IpRoute | undefined => attempt(() => decodeRoute(windowOf(bytes)));
export const decodeRuleBytes = (bytes: Uint8Array): IpRule | undefined => attempt(() => decodeRule(windowOf(bytes)));

const written = (write: (writer: ByteWriter) => void): Uint8Array => {
  const writer = new ByteWriter(128);
  write(writer);
  return writer.written();
};

const attempt = <T>(decode: () => T): T | undefined => {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
};
