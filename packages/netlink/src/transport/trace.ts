// Debug output of a channel's traffic.
import { type Dialect, describeMessage } from '../codec/describe.ts';
import type { Message } from '../codec/message.ts';

/** `write` when the environment says NLDEBUG=1. Meant for a program's entry, the one place that reads the environment. */
export const debugSink = (
  environment: Readonly<Record<string, string | undefined>>,
  write: (line: string) => void,
): ((line: string) => void) | undefined => (environment.NLDEBUG === '1' ? write : undefined);

/** A trace that costs nothing when nobody listens. */
export const tracer = (
  debug: ((line: string) => void) | undefined,
  dialect: Dialect,
): ((direction: '>' | '<', message: Message) => void) | undefined =>
  debug && ((direction, message) => debug(describeMessage(direction, message, dialect)));
