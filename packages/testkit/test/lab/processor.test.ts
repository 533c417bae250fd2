// Guests are spread over the processors that this process may use.
import { describe, expect, test } from '@jest/globals';

interface Processors {
  chooseProcessor(allowed: readonly number[], taken: readonly number[], turn: number): number | undefined;
  allowedProcessors(): readonly number[];
  takenProcessors(): readonly number[];
  listed(list: string): readonly number[];
}

// Plain JavaScript for any Node, without types of its own.
const script = new URL('../../src/lab/processor.mjs', import.meta.url).href;
const { allowedProcessors, chooseProcessor, listed, takenProcessors }: Processors = await import(script);

describe('the processor of a guest', () => {
  test('is none in particular where there is only one', () => {
    expect(chooseProcessor([3], [], 1)).toBeUndefined();
  });
  test('is one with the fewest guests', () => {
    expect(chooseProcessor([0, 1, 2], [0, 2, 2], 5)).toBe(1);
    expect(chooseProcessor([0, 1], [0, 0, 1], 8)).toBe(1);
  });
  test('takes turns among equals', () => {
    expect([10, 11, 12].map((turn) => chooseProcessor([0, 1], [], turn))).toEqual([0, 1, 0]);
  });
  test('is not one that this process may not use', () => {
    expect(chooseProcessor([4, 5], [0, 4], 0)).toBe(5);
  });
  test('is read from a list as the kernel writes it', () => {
    expect(listed('0-2,5')).toEqual([0, 1, 2, 5]);
    expect(listed('7')).toEqual([7]);
    expect(listed('')).toEqual([]);
  });
  test('comes from what this machine says', () => {
    expect(allowedProcessors().length).toBeGreaterThan(0);
    for (const processor of takenProcessors()) expect(Number.isInteger(processor)).toBe(true);
  });
});
