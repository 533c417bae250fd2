// The order of listings.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeSort } from '../../src/ipvsadm/order.ts';

describe('the sort', () => {
  test('is a stable sort where the comparison is an order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat())), (items) => {
        const compare = ([a]: [number, number], [b]: [number, number]): number => a - b;
        expect(mergeSort(items, compare)).toEqual(items.toSorted(compare));
      }),
    );
  });

  test('loses nothing where it is none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const wrapping = (a: number, b: number): number => (a - b) | 0;
        expect(mergeSort(items, wrapping).toSorted()).toEqual(items.toSorted());
      }),
    );
  });
});
