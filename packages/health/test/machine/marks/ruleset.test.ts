// The tables that give packets their marks: maps of ranges as nft lists them.
import { expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import { addressRanges, shownRange } from '../../../src/machine/marks/address-range.ts';
import { marksRuleset } from '../../../src/machine/marks/ruleset.ts';
import { vs } from '../../fixture.ts';

const settings = { table: 'keepalived_ipvs', priority: -1 };
const member = (text: string, port: number, group = 'g', protocol: 'TCP' | 'UDP' | 'SCTP' = 'TCP') => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(text);
  const target = { kind: 'address', address, port } as const;
  return vs([], { target, family: address.family, protocol, group, groupMark: { mark: 1, ports: [] } });
};
const marks = new Map([
  ['g TCP', 1000],
  ['g UDP', 1001],
  ['h TCP', 1002],
]);

const ranges = (family: 4 | 6, ...texts: readonly string[]): readonly unknown[] =>
  addressRanges(
    texts.map((text) => {
      const address = parseIp(text);
      if (address === undefined) throw new Error(text);
      return { address, port: 80, mark: 5 };
    }),
  ).map((range) => shownRange(family, range));

test('neighbours become a range, and a range that is a network is one', () => {
  expect(ranges(4, '10.0.0.3', '10.0.0.1', '10.0.0.2', '10.0.1.0')).toEqual([
    { range: ['10.0.0.1', '10.0.0.3'] },
    '10.0.1.0',
  ]);
  expect(ranges(4, '10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3')).toEqual([
    { prefix: { addr: '10.0.0.0', len: 30 } },
  ]);
  expect(ranges(4, '10.0.0.255', '10.0.1.0')).toEqual([{ range: ['10.0.0.255', '10.0.1.0'] }]);
  expect(ranges(6, 'fd00::f', 'fd00::10')).toEqual([{ range: ['fd00::f', 'fd00::10'] }]);
  expect(ranges(6, 'fd00::10', 'fd00::11')).toEqual([{ prefix: { addr: 'fd00::10', len: 127 } }]);
});

test('each protocol has its map of addresses and ports, and one more for addresses without port', () => {
  const objects = marksRuleset(
    4,
    [member('10.0.0.1', 80), member('10.0.0.2', 0), member('10.0.0.1', 53, 'g', 'UDP'), member('10.0.0.9', 80, 'h')],
    marks,
    settings,
  );
  const maps = objects.flatMap(({ map }) => (map === undefined ? [] : [map]));
  expect(maps).toEqual([
    expect.objectContaining({
      name: 'tcp_map',
      elem: [
        [{ concat: ['10.0.0.1', 80] }, 1000],
        [{ concat: ['10.0.0.9', 80] }, 1002],
      ],
    }),
    expect.objectContaining({ name: 'tcp_any_map', elem: [['10.0.0.2', 1000]] }),
    expect.objectContaining({ name: 'udp_map', elem: [[{ concat: ['10.0.0.1', 53] }, 1001]] }),
  ]);
});

test('a family, or a group, without marks has no table', () => {
  expect(marksRuleset(6, [member('10.0.0.1', 80)], marks, settings)).toEqual([]);
  expect(marksRuleset(4, [member('10.0.0.1', 80, 'other')], marks, settings)).toEqual([]);
});
