// A message in one line, for people: what NLDEBUG=1 prints.
import { decodeAck, decodeDone } from './ack.ts';
import { copyOf, type Window } from './bytes.ts';
import { errnoName } from './errno.ts';
import { controlType, type Message } from './message.ts';

/** Names a message of one netlink protocol and decodes its payload; undefined where it knows nothing. */
export type Dialect = (message: Message) => { readonly name: string; readonly values: unknown } | undefined;

/** `> getService seq 7 flags 0x5 20 bytes {...}`. Never throws: what can't be decoded is shown in hex. */
export const describeMessage = (direction: '>' | '<', message: Message, dialect: Dialect): string => {
  const { type, flags, sequence, payload } = message;
  const { name, values } = attempt(() => control(message) ?? dialect(message)) ?? {
    name: `type ${type}`,
    values: hex(copyOf(payload)),
  };
  const head = `${direction} ${name} seq ${sequence} flags 0x${flags.toString(16)} ${payload.end - payload.start} bytes`;
  return `${head} ${JSON.stringify(values, readable)}`;
};

const control = (message: Message): ReturnType<Dialect> => {
  switch (message.type) {
    case controlType.noop:
      return { name: 'noop', values: {} };
    case controlType.error: {
      const { errno, extended } = decodeAck(message);
      return { name: errno === 0 ? 'ack' : `error ${errnoName(errno)}`, values: extended };
    }
    case controlType.done: {
      const { errno, extended } = decodeDone(message);
      return { name: errno === 0 ? 'done' : `done ${errnoName(errno)}`, values: extended };
    }
    case controlType.overrun:
      return { name: 'overrun', values: {} };
    default:
      return undefined;
  }
};

const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

const readable = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return hex(value);
  if (isWindow(value)) return hex(copyOf(value));
  return typeof value === 'bigint' ? value.toString() : value;
};

const isWindow = (value: unknown): value is Window =>
  typeof value === 'object' && value !== null && 'view' in value && value.view instanceof DataView;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
