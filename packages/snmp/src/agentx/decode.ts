// AgentX messages from bytes, in either byte order. What cannot be read is a value: a master's bytes never throw.
import type { Oid } from './oid.ts';
import {
  type Body,
  flags,
  headerBytes,
  mostPayloadBytes,
  type Pdu,
  pduTypes,
  type SearchRange,
  valueTypes,
} from './pdu.ts';
import type { Value, VarBind } from './value.ts';

export interface Unreadable {
  readonly unreadable: string;
}

/** Bytes of the first message in `bytes`, undefined while its header is not whole. */
export const messageLength = (bytes: Uint8Array): number | Unreadable | undefined => {
  if (bytes.length < headerBytes) return undefined;
  if (bytes[0] !== 1) return { unreadable: `version ${bytes[0]} instead of 1` };
  const payload = new Reader(bytes, 16, headerBytes, isNetworkOrder(bytes)).word();
  if (payload > mostPayloadBytes || payload % 4 !== 0) return { unreadable: `a payload of ${payload} bytes` };
  return headerBytes + payload;
};

/** The message that `bytes` are, all of them. */
export const decodePdu = (bytes: Uint8Array): Pdu | Unreadable => {
  const length = messageLength(bytes);
  if (typeof length === 'object') return length;
  if (length !== bytes.length) return { unreadable: `${bytes.length} bytes of ${length ?? headerBytes}` };
  const reader = new Reader(bytes, 4, bytes.length, isNetworkOrder(bytes));
  try {
    const session = { session: reader.word(), transaction: reader.word(), packet: reader.word() };
    reader.word();
    const context = ((bytes[2] ?? 0) & flags.context) === 0 ? {} : { context: reader.octets() };
    const body = readBody(bytes[1] ?? 0, reader);
    if (!reader.atEnd) throw new Malformed('bytes behind its end');
    return { ...session, ...body, ...context };
  } catch (error) {
    if (error instanceof Malformed) return { unreadable: error.message };
    throw error;
  }
};

const isNetworkOrder = (bytes: Uint8Array): boolean => ((bytes[2] ?? 0) & flags.networkOrder) !== 0;

const readBody = (type: number, from: Reader): Body => {
  switch (type) {
    case pduTypes.open: {
      const [timeout] = from.four();
      return { kind: 'open', timeout, id: from.oid().oid, description: textOf(from.octets()) };
    }
    case pduTypes.close:
      return { kind: 'close', reason: from.four()[0] };
    case pduTypes.register: {
      const [timeout, priority] = from.four();
      return { kind: 'register', timeout, priority, subtree: from.oid().oid };
    }
    case pduTypes.get:
      return { kind: 'get', ranges: readRanges(from) };
    case pduTypes['get-next']:
      return { kind: 'get-next', ranges: readRanges(from) };
    case pduTypes['get-bulk']:
      return {
        kind: 'get-bulk',
        nonRepeaters: from.half(),
        maxRepetitions: from.half(),
        ranges: readRanges(from),
      };
    case pduTypes['test-set']:
      return { kind: 'test-set', variables: readVariables(from) };
    case pduTypes['commit-set']:
      return { kind: 'commit-set' };
    case pduTypes['undo-set']:
      return { kind: 'undo-set' };
    case pduTypes['cleanup-set']:
      return { kind: 'cleanup-set' };
    case pduTypes.ping:
      return { kind: 'ping' };
    case pduTypes.notify:
      return { kind: 'notify', variables: readVariables(from) };
    case pduTypes['add-caps']:
      return { kind: 'add-caps', id: from.oid().oid, description: textOf(from.octets()) };
    case pduTypes.response:
      return {
        kind: 'response',
        upTime: from.word(),
        error: from.half(),
        index: from.half(),
        variables: readVariables(from),
      };
    default:
      throw new Malformed(`a message of type ${type}`);
  }
};

const readRanges = (from: Reader): SearchRange[] => {
  const ranges: SearchRange[] = [];
  while (!from.atEnd) {
    const { oid, include } = from.oid();
    ranges.push({ start: oid, include, end: from.oid().oid });
  }
  return ranges;
};

const readVariables = (from: Reader): VarBind[] => {
  const variables: VarBind[] = [];
  while (!from.atEnd) {
    const type = from.half();
    from.half();
    variables.push({ name: from.oid().oid, value: readValue(type, from) });
  }
  return variables;
};

const readValue = (type: number, from: Reader): Value => {
  switch (type) {
    case valueTypes.integer:
      return { type: 'integer', value: from.word() | 0 };
    case valueTypes.octets:
      return { type: 'octets', bytes: from.octets() };
    case valueTypes.null:
      return { type: 'null' };
    case valueTypes.oid:
      return { type: 'oid', oid: from.oid().oid };
    case valueTypes['ip-address']:
      return { type: 'ip-address', bytes: from.octets() };
    case valueTypes.counter:
      return { type: 'counter', value: from.word() };
    case valueTypes.gauge:
      return { type: 'gauge', value: from.word() };
    case valueTypes.ticks:
      return { type: 'ticks', value: from.word() };
    case valueTypes.opaque:
      return { type: 'opaque', bytes: from.octets() };
    case valueTypes.counter64:
      return { type: 'counter64', value: from.long() };
    case valueTypes['no-such-object']:
      return { type: 'no-such-object' };
    case valueTypes['no-such-instance']:
      return { type: 'no-such-instance' };
    case valueTypes['end-of-view']:
      return { type: 'end-of-view' };
    default:
      throw new Malformed(`a value of type ${type}`);
  }
};

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

class Malformed extends Error {}

class Reader {
  readonly #view: DataView;
  readonly #end: number;
  readonly #little: boolean;
  #at: number;

  constructor(bytes: Uint8Array, at: number, end: number, networkOrder: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#end = end;
    this.#little = !networkOrder;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  four(): readonly [number, number, number, number] {
    const at = this.#take(4);
    const byte = (i: number): number => this.#view.getUint8(at + i);
    return [byte(0), byte(1), byte(2), byte(3)];
  }

  half(): number {
    return this.#view.getUint16(this.#take(2), this.#little);
  }

  word(): number {
    return this.#view.getUint32(this.#take(4), this.#little);
  }

  long(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.#little);
  }

  /** The short form of 1.3.6.1.x is written out (section 5.1). */
  oid(): { readonly oid: Oid; readonly include: boolean } {
    const [count, prefix, include] = this.four();
    if (count > 128) throw new Malformed(`an object identifier of ${count} parts`);
    const oid = prefix === 0 ? [] : [1, 3, 6, 1, prefix];
    for (let i = 0; i < count; i += 1) oid.push(this.word());
    return { oid, include: include !== 0 };
  }

  /** A copy, without what fills it up to words. */
  octets(): Uint8Array {
    const length = this.word();
    const at = this.#take(length);
    this.#take((4 - (length % 4)) % 4);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length).slice();
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (bytes > this.#end - at) throw new Malformed('it ends too early');
    this.#at += bytes;
    return at;
  }
}
