// AgentX messages to bytes, always in network byte order.
import type { Oid } from './oid.ts';
import { flags, headerBytes, type Pdu, pduTypes, type SearchRange, valueTypes } from './pdu.ts';
import type { VarBind } from './value.ts';

export const encodePdu = (pdu: Pdu): Uint8Array => {
  const payload = new Writer();
  if (pdu.context !== undefined) payload.octets(pdu.context);
  writeBody(payload, pdu);
  const header = new Writer();
  header.bytes([1, pduTypes[pdu.kind], flags.networkOrder | (pdu.context === undefined ? 0 : flags.context), 0]);
  for (const word of [pdu.session, pdu.transaction, pdu.packet, payload.length]) header.word(word);
  const whole = new Uint8Array(headerBytes + payload.length);
  whole.set(header.taken());
  whole.set(payload.taken(), headerBytes);
  return whole;
};

const writeBody = (to: Writer, pdu: Pdu): void => {
  switch (pdu.kind) {
    case 'open':
      to.bytes([pdu.timeout, 0, 0, 0]);
      to.oid(pdu.id);
      to.octets(new TextEncoder().encode(pdu.description));
      return;
    case 'close':
      to.bytes([pdu.reason, 0, 0, 0]);
      return;
    case 'register':
      to.bytes([pdu.timeout, pdu.priority, 0, 0]);
      to.oid(pdu.subtree);
      return;
    case 'get':
    case 'get-next':
      writeRanges(to, pdu.ranges);
      return;
    case 'get-bulk':
      to.half(pdu.nonRepeaters);
      to.half(pdu.maxRepetitions);
      writeRanges(to, pdu.ranges);
      return;
    case 'test-set':
    case 'notify':
      writeVariables(to, pdu.variables);
      return;
    case 'add-caps':
      to.oid(pdu.id);
      to.octets(new TextEncoder().encode(pdu.description));
      return;
    case 'response':
      to.word(pdu.upTime);
      to.half(pdu.error);
      to.half(pdu.index);
      writeVariables(to, pdu.variables);
      return;
    case 'commit-set':
    case 'undo-set':
    case 'cleanup-set':
    case 'ping':
      return;
  }
};

const writeRanges = (to: Writer, ranges: readonly SearchRange[]): void => {
  for (const { start, include, end } of ranges) {
    to.oid(start, include);
    to.oid(end);
  }
};

const writeVariables = (to: Writer, variables: readonly VarBind[]): void => {
  for (const { name, value } of variables) {
    to.half(valueTypes[value.type]);
    to.half(0);
    to.oid(name);
    switch (value.type) {
      case 'integer':
      case 'counter':
      case 'gauge':
      case 'ticks':
        to.word(value.value >>> 0);
        break;
      case 'octets':
      case 'opaque':
      case 'ip-address':
        to.octets(value.bytes);
        break;
      case 'oid':
        to.oid(value.oid);
        break;
      case 'counter64':
        to.word(Number(value.value >> 32n));
        to.word(Number(value.value & 0xffffffffn));
        break;
      case 'null':
      case 'no-such-object':
      case 'no-such-instance':
      case 'end-of-view':
        break;
    }
  }
};

class Writer {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  taken(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  bytes(bytes: Iterable<number>): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  half(value: number): void {
    this.#bytes.push((value >>> 8) & 0xff, value & 0xff);
  }

  word(value: number): void {
    this.#bytes.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }

  /** Never with the short form of 1.3.6.1.x: a reader takes both. */
  oid(oid: Oid, include = false): void {
    this.bytes([oid.length, 0, include ? 1 : 0, 0]);
    for (const sub of oid) this.word(sub);
  }

  octets(octets: Uint8Array): void {
    this.word(octets.length);
    this.bytes(octets);
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
  }
}
