// Messages in one line: names, values, hex where nothing is known, and never an exception.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeMessage } from '../../src/codec/describe.ts';
import { decodeMessages } from '../../src/codec/message.ts';
import { ipvsDialect } from '../../src/ipvs/dialect.ts';
import { routeDialect } from '../../src/route/dialect.ts';
import { debugSink } from '../../src/transport/trace.ts';
import { ackTo, datagramOf, doneTo } from '../fake-wire.ts';
import { bytesOf } from '../hex.ts';

const lines = (datagram: Uint8Array, dialect = ipvsDialect): readonly string[] =>
  decodeMessages(datagram).map((message) => describeMessage('<', message, dialect));

test('a refusal shows its name and the words of the kernel', () => {
  const [request] = decodeMessages(datagramOf({ type: 20, sequence: 7 }));
  if (request === undefined) throw new Error('no message');
  expect(lines(ackTo(request, 17, 'there already'))).toEqual([
    '< error EEXIST seq 7 flags 0x300 40 bytes {"message":"there already"}',
  ]);
  expect(lines(doneTo(request))).toEqual(['< done seq 7 flags 0x2 4 bytes {}']);
  expect(lines(doneTo(request, 12))).toEqual(['< done ENOMEM seq 7 flags 0x2 4 bytes {}']);
});

test('values are named, counters are numbers, and what is left unread is hex', () => {
  const payload = bytesOf('01 01 0000 2000 0180 0600 0100 0200 0000 0800 0a80 01020304 0c00 0c80 0800 0100 ffffffff');
  const withWholeStats = bytesOf('01 01 0000 1c00 0180 0800 0a80 01020304 1000 0c80 0c00 0100 0500000000000000');
  expect(lines(datagramOf({ type: 0x1c, sequence: 1 }, (w) => w.put(withWholeStats)))).toEqual([
    '< newService seq 1 flags 0x0 32 bytes {"service":{"stats":"01020304","stats64":{"connections":"5"}}}',
  ]);
  // A counter of the wrong size: the whole message in hex.
  expect(lines(datagramOf({ type: 0x1c, sequence: 1 }, (w) => w.put(payload)))[0]).toMatch(/^< type 28 .* "01010000/);
});

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ maxLength: 60 }), (type, payload) => {
      for (const dialect of [ipvsDialect, routeDialect])
        expect(
          lines(
            datagramOf({ type, sequence: 1 }, (w) => w.put(payload)),
            dialect,
          ),
        ).toHaveLength(1);
    }),
  );
});

test('NLDEBUG=1 switches it on, nothing else does', () => {
  const write = (): void => undefined;
  expect(debugSink({ NLDEBUG: '1' }, write)).toBe(write);
  expect(debugSink({ NLDEBUG: '0' }, write)).toBeUndefined();
  expect(debugSink({}, write)).toBeUndefined();
});
