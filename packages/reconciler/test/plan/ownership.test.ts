// Ownership: what is claimed before a write, released after it, and kept across a restart.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  covers,
  indexTable,
  nothingOwned,
  ownershipFromJson,
  ownershipOf,
  ownershipToJson,
  together,
} from '../../src/index.ts';
import { claim, release, sameOwnership } from '../../src/plan/ownership.ts';
import { anyTable, entry, server, service, tcp } from '../tables.ts';

const owning = (...entries: ReturnType<typeof entry>[]) => ownershipOf(indexTable(entries));
const one = entry(service(tcp(1)), server(1));

describe('ownership', () => {
  test('survives being written and read', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const owned = owning(...table);
        const read = ownershipFromJson(ownershipToJson(owned));
        expect(read).toEqual(owned);
      }),
    );
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":2,"services":{}}',
    '{"version":1}',
    '{"version":1,"services":{"a":[1]}}',
    '{"version":1,"services":{"a":"b"}}',
  ])('is undefined for a file that is not ours: %j', (text) => {
    expect(ownershipFromJson(text)).toBeUndefined();
  });

  test('cut anywhere, the file claims nothing', () => {
    const text = ownershipToJson(owning(one));
    for (let length = 0; length < text.length; length += 1)
      expect(ownershipFromJson(text.slice(0, length))).toBeUndefined();
  });

  test('claims what is wanted beside what was ours', () => {
    const next = claim(owning(one), indexTable([entry(service(tcp(1)), server(2)), entry(service(tcp(2)))]));
    expect(next).toEqual(owning(entry(service(tcp(1)), server(1), server(2)), entry(service(tcp(2)))));
  });

  test('releases what is neither wanted nor present, and keeps what could not be deleted', () => {
    const owned = owning(entry(service(tcp(1)), server(1), server(2), server(3)), entry(service(tcp(2)), server(4)));
    const wanted = indexTable([entry(service(tcp(1)), server(1))]);
    const actual = indexTable([entry(service(tcp(1)), server(1), server(2))]);
    expect(release(owned, wanted, actual)).toEqual(owning(entry(service(tcp(1)), server(1), server(2))));
    expect(release(owned, indexTable([]), indexTable([]))).toEqual(nothingOwned);
  });

  test('is the same when it has the same entries', () => {
    fc.assert(
      fc.property(anyTable, anyTable, (a, b) => {
        const [x, y] = [owning(...a), owning(...b)];
        const text = (owned: typeof x) => JSON.stringify([...owned].map(([id, set]) => [id, [...set].sort()]).sort());
        expect(sameOwnership(x, y)).toBe(text(x) === text(y));
      }),
    );
  });
});

test('what is recorded of several times covers each of them, and nothing covers more than itself', () => {
  fc.assert(
    fc.property(anyTable, anyTable, (a, b) => {
      const [one, other] = [owning(...a), owning(...b)];
      const both = together(one, other);
      expect([covers(both, one), covers(both, other), covers(one, one)]).toEqual([true, true, true]);
      expect(covers(one, other)).toBe(sameOwnership(together(one, other), one));
    }),
  );
});
