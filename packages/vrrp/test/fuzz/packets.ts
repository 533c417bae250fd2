// IPv4 packets that an outsider might send: recorded ones, spoilt in every way, and noise.
import fc from 'fast-check';
import { internetChecksum } from '../../src/advert/checksum.ts';
import {
  appendTrailer,
  encodeHeaders,
  encodeTrailer,
  encodeV2,
  encodeV3,
  IPPROTO_AH,
  passwordBytes,
  VRRP_GROUP,
} from '../../src/index.ts';
import { goldens, ip } from '../advert/golden.ts';

/** What a live backup of the tests is configured for: priority 100, no authentication, 10.0.0.100, from 10.0.0.9. */
const source = ip('10.0.0.9');
const fields = { source, destination: VRRP_GROUP, id: 7, ttl: 255 };
const advert = (authType: number, priority: number) =>
  encodeV2({
    ...{ version: 2, vrid: 51, priority, authType, intervalSeconds: 1, addresses: [ip('10.0.0.100')] },
    authData: new Uint8Array(8),
  });
const joined = (headers: readonly Uint8Array[], message: Uint8Array): Uint8Array =>
  Uint8Array.from(Buffer.concat([...headers, message]));

export const plain = (priority: number): Uint8Array =>
  joined(encodeHeaders(fields, advert(0, priority)), advert(0, priority));

export const sealed = (priority: number, sequence: number, password = '1111'): Uint8Array => {
  const message = advert(2, priority);
  return joined(encodeHeaders({ ...fields, ah: { key: passwordBytes(password), sequence } }, message), message);
};

/** With the trailer of auth_hmac. */
export const signed = (priority: number, sequence: number): Uint8Array => {
  const message = advert(0, priority);
  const key = { id: 1, bytes: new Uint8Array(32).fill(7) };
  const whole = appendTrailer(message, encodeTrailer(message, source, key, BigInt(sequence)), fields);
  return joined(encodeHeaders(fields, whole), whole);
};

const version3 = ((): Uint8Array => {
  const message = encodeV3(
    { version: 3, vrid: 51, priority: 200, intervalCentis: 100, addresses: [ip('10.0.0.100')] },
    { source, destination: VRRP_GROUP },
    'pseudo-header',
  );
  return joined(encodeHeaders(fields, message), message);
})();

const recorded = [
  ...goldens.map(({ packet }) => packet),
  plain(0),
  plain(50),
  plain(200),
  sealed(200, 1),
  signed(200, 1),
  version3,
];

const byte = fc.integer({ min: 0, max: 255 });
const anywhere = fc.nat({ max: 90 });

const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), at: anywhere, value: byte }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const), at: anywhere, bit: fc.nat({ max: 7 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: anywhere }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: anywhere, count: fc.nat({ max: 8 }) }) },
  // Lengths and counts that lie are where decoders break.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('count' as const), value: byte }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('length' as const), value: fc.nat({ max: 0xffff }) }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** `mend`: checksum of the message and length of the packet are made right again, so that it passes the first checks. */
export const packets: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ base: fc.constantFrom(...recorded), changes: fc.array(change, { maxLength: 4 }), mend: fc.boolean() })
      .map(({ base, changes, mend }) => {
        const spoilt = changes.reduce(apply, base.slice());
        return mend ? mended(spoilt) : spoilt;
      }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 120 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 20, maxLength: 1500, size: 'max' }) },
);

const apply = (packet: Uint8Array, what: Change): Uint8Array => {
  switch (what.kind) {
    case 'set':
      return packet.map((old, i) => (i === what.at ? what.value : old));
    case 'turn':
      return packet.map((old, i) => (i === what.at ? old ^ (1 << what.bit) : old));
    case 'cut':
      return packet.slice(0, what.at);
    case 'append':
      return Uint8Array.of(...packet, ...what.bytes);
    case 'drop':
      return packet.filter((_, i) => i < what.at || i >= what.at + what.count);
    case 'count':
      return packet.map((old, i) => (i === messageAt(packet) + 3 ? what.value : old));
    case 'length':
      return packet.map((old, i) => (i === 2 ? what.value >> 8 : i === 3 ? what.value & 0xff : old));
  }
};

const messageAt = (packet: Uint8Array): number => ((packet[0] ?? 0) & 15) * 4 + (packet[9] === IPPROTO_AH ? 24 : 0);

const mended = (packet: Uint8Array): Uint8Array => {
  const at = messageAt(packet);
  const next = packet.slice();
  if (next.length < at + 8) return next;
  next[2] = next.length >> 8;
  next[3] = next.length & 0xff;
  next[at + 6] = 0;
  next[at + 7] = 0;
  const sum = internetChecksum(next.subarray(at));
  next[at + 6] = sum >> 8;
  next[at + 7] = sum & 0xff;
  return next;
};
