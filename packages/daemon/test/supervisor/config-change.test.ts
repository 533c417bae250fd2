// A reload in short: whatever two configurations are, the worker ends with the second, and keeps what has not changed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { type Config, memoryReader, parseConfig } from '@vipward/config';
import { describeWith, needs } from '@vipward/testkit/jest';
import { fromColumns, toColumns } from '../../src/supervisor/columns.ts';
import { afterChange, changeOf } from '../../src/supervisor/config-change.ts';

const read = (text: string): Config =>
  parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'main' }).config;
const service = (n: number, weight: number): string =>
  `virtual_server 10.0.0.${n} 80 {\nreal_server 10.0.1.${n} 80 {\nweight ${weight}\nTCP_CHECK {\n}\n}\n}\n`;

test('one changed weight is one virtual server, and the others stay the objects they were', () => {
  const before = read(service(1, 1) + service(2, 1) + service(3, 1));
  const next = read(service(1, 1) + service(2, 5) + service(3, 1));
  const change = changeOf(before, next);
  expect(change.virtualServers.map((vs) => vs === 'same')).toEqual([true, false, true]);
  const after = afterChange(before, fromColumns(toColumns(change)));
  expect(after).toStrictEqual(next);
  expect(after.virtualServers[0]).toBe(before.virtualServers[0]);
});

test('a line more makes the places of what follows other ones, so that it is told again', () => {
  const change = changeOf(read(service(1, 1) + service(2, 1)), read(`${service(1, 1)}\n${service(2, 1)}`));
  expect(change.virtualServers.map((vs) => vs === 'same')).toEqual([true, false]);
});

test('what was made of another configuration is refused', () => {
  const config = read(service(1, 1));
  const change = changeOf(config, config);
  expect(() => afterChange({ ...config, virtualServers: [] }, change)).toThrow('there is none');
});

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/', import.meta.url));
const files = existsSync(corpus) ? readdirSync(corpus).filter((name) => name.endsWith('.conf')) : [];

describeWith(needs('reference'), 'between any two files of the corpus', () => {
  test('the worker ends with the second, and with an equal one for the same', () => {
    const configs = files.slice(0, 120).map((name) => read(readFileSync(join(corpus, name), 'utf8')));
    for (const [i, next] of configs.entries()) {
      const before = configs[(i * 7 + 1) % configs.length] ?? next;
      expect(afterChange(before, fromColumns(toColumns(changeOf(before, next))))).toStrictEqual(next);
      const same = changeOf(next, structuredClone(next));
      expect(same.virtualServers.every((vs) => vs === 'same')).toBe(true);
    }
  });
});
