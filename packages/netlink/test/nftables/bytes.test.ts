// nftables as bytes: a batch of elements, and what the kernel tells of a transaction.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asElementChanges, elementPacket } from '../../src/nftables/elements.ts';
import { type NftTransaction, transactions } from '../../src/nftables/watch.ts';
import { seal } from '../../src/transport/packet.ts';
import { bytesOf, hexOf } from '../hex.ts';

const element = (family: string, name: string, elem: readonly unknown[]) => ({
  element: { family, table: 't', name, elem },
});
const indexOf = (link: string): number | undefined => (link === 'eth0' ? 7 : undefined);

test('an element is added between the begin and the end of a batch, and asks for the acknowledgement', () => {
  const changes = asElementChanges([{ add: element('ip', 'vips', ['10.0.0.1']) }], indexOf) ?? [];
  const words = hexOf(seal(elementPacket(changes), 5, false)).match(/.{8}/g);
  expect(words).toEqual([
    ...['14000000', '10000100', '05000000', '00000000', '0000000a'],
    ...['3c000000', '0c0a0504', '06000000', '00000000', '02000000'],
    ...['06000100', '74000000', '09000200', '76697073', '00000000'],
    ...['14000380', '10000180', '0c000180', '08000100', '0a000001'],
    ...['14000000', '11000100', '00000000', '00000000', '0000000a'],
  ]);
});

test('a link-local address goes with the number of its interface; what is neither is left to the program', () => {
  const local = { concat: ['fe80::1', 'eth0'] };
  const [change] = asElementChanges([{ delete: element('ip6', 'local', [local]) }], indexOf) ?? [];
  expect(change).toMatchObject({ verb: 'delete', family: 6, table: 't', set: 'local' });
  expect(change?.keys.map((key) => Buffer.from(key).toString('hex'))).toEqual([
    'fe80000000000000000000000000000107000000',
  ]);
  expect(
    asElementChanges([{ add: element('ip6', 'local', [{ concat: ['fe80::1', 'gone'] }]) }], indexOf),
  ).toBeUndefined();
  expect(asElementChanges([{ add: element('ip', 'map', [['10.0.0.1', 5]]) }], indexOf)).toBeUndefined();
});

// Recorded: `nft add element ip t vips { 10.0.0.1 }`.
const recorded = [
  '3c000000 0c0a0004 00000000 c4760000 02000003 06000100 74000000 09000200 76697073 00000000 14000300 10000100 0c000100 08000100 0a000001',
  '2c000000 0f0a0000 01000000 c4760000 00000003 08000100 00000003 08000200 000076c4 08000300 6e667400',
].map(bytesOf);

test('what a transaction touched is told at its end, with the process that made it', () => {
  const told: NftTransaction[] = [];
  const read = transactions((one) => void told.push(one));
  for (const datagram of recorded) read(datagram);
  expect(told).toEqual([{ tables: new Set(['ip t']), process: 30404, name: 'nft' }]);
});

test('no bytes do harm: what cannot be read may have been about any table', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(recorded[1]?.length ?? 0).map((length) => recorded[1]?.subarray(0, length) ?? new Uint8Array()),
      ),
      (datagram) => {
        const told: NftTransaction[] = [];
        transactions((one) => void told.push(one))(datagram);
        expect(told.length).toBeLessThanOrEqual(datagram.length);
      },
    ),
  );
  const told: NftTransaction[] = [];
  transactions((one) => void told.push(one))(bytesOf('ffffffff'));
  expect(told).toEqual([{ tables: undefined, process: 0, name: '' }]);
});
