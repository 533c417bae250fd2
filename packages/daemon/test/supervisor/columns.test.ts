// Columns against what went in: any plain data, and the configuration of every file of the corpus.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseConfig, parseIp } from '@vipward/config';
import fc from 'fast-check';
import { fromColumns, toColumns } from '../../src/supervisor/columns.ts';

const back = (value: unknown): unknown => fromColumns(toColumns(value));

describe('columns', () => {
  test('give back any plain data', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.uint8Array({ maxLength: 17 }),
      fc.constantFrom(parseIp('10.0.0.1'), parseIp('10.0.0.2'), parseIp('2001:db8::1')),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 6 }),
        fc
          .dictionary(fc.constantFrom('a', 'b', 'bytes', 'family', 'same', 'kinds'), tie('tree'))
          .map((o) => ({ ...o })),
      ),
    }));
    fc.assert(fc.property(tree, (value) => expect(back(value)).toStrictEqual(value)));
  });

  test('keep apart what looks like an address and is none', () => {
    const address = { family: 4, bytes: Uint8Array.of(10, 0, 0, 1) };
    const others = [
      { ...address, family: 6 },
      { ...address, port: 80 },
      { bytes: address.bytes, family: 4 },
    ];
    expect(back([address, ...others])).toStrictEqual([address, ...others]);
  });

  test('name what they cannot carry', () => {
    for (const value of [() => {}, 1n, Number.NaN, new Map(), new Date(0)]) {
      expect(() => toColumns({ value })).toThrow('a worker cannot be sent');
    }
  });

  test('are small where many servers differ little', () => {
    const servers = Array.from({ length: 1000 }, (_, i) => ({
      address: parseIp(`10.1.${i >> 8}.${i & 255}`),
      port: 80,
      weight: 100,
      at: { file: '/etc/keepalived/keepalived.conf', line: i, column: 3 },
    }));
    expect(toColumns(servers).text.length).toBeLessThan(25 * servers.length);
    expect(back(servers)).toStrictEqual(servers);
  });
});

const corpus = new URL('../../../../../shared/corpus/', import.meta.url).pathname;
const files = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.conf'))
  : [];

test('the configuration of every file of the corpus comes through as it is', () => {
  if (process.env.CI !== undefined) expect(files).not.toEqual([]);
  for (const name of files) {
    const text = readFileSync(join(corpus, name), 'utf8');
    const read = { text: () => ({ kind: 'text', text }) as const, glob: () => [] };
    const { config } = parseConfig({ file: name, read, configId: 'here' });
    expect(back(config)).toStrictEqual(config);
  }
});
