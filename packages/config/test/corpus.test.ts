// Real files: none throws, and those that keepalived reads in silence have no errors. They live outside of the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Diagnostic, memoryReader, parseConfig } from '../src/index.ts';

const corpus = new URL('../../../../shared/corpus/', import.meta.url);
const there = existsSync(corpus);

const read = (number: string): readonly Diagnostic[] => {
  const file = `${number}.conf`;
  const text = readFileSync(new URL(file, corpus), 'utf8');
  return parseConfig({ file, read: memoryReader({ [file]: text }), configId: 'kalab', random: (min) => min })
    .diagnostics;
};

/** Number and class ("clean" = keepalived -t is silent) of each file. */
const index = there
  ? readFileSync(new URL('index.tsv', corpus), 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .flatMap(([number, , , , , , , kind]) => (number && kind ? [{ number, kind }] : []))
  : [];

/** Files that keepalived takes in silence and vipward does not. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '034': 'virtual_server group is not built yet',
  '131': 'virtual_server group is not built yet',
  '163': 'virtual_server group is not built yet',
  '178': 'virtual_server group is not built yet',
  '064': 'written for other config ids: keepalived reports unbalanced braces and still ends with 0',
};

const numbers = there ? readdirSync(corpus).flatMap((name) => /^(\d+)\.conf$/.exec(name)?.[1] ?? []) : [];

test('real files are all read without an exception', () => {
  expect(numbers.length).toBeGreaterThanOrEqual(there ? 100 : 0);
  for (const number of numbers) expect(() => read(number)).not.toThrow();
});

const withCorpus = (): void => {
  test.each(index.filter(({ kind, number }) => kind === 'clean' && EXCEPTIONS[number] === undefined))(
    '$number, which keepalived takes in silence, has no errors',
    ({ number }) => {
      expect(read(number).filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  test.each(Object.keys(EXCEPTIONS))('%s still needs its exception', (number) => {
    expect(read(number).some(({ severity }) => severity === 'error')).toBe(true);
  });
};

if (there) describe('a real file', withCorpus);
