// Real configurations: the table right after the start is the one that real keepalived 2.2.7 put into the kernel.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { describeWith, needs } from '@vipward/testkit/jest';
import { initialHealth } from '../../src/machine/health-state.ts';
import { desiredTable } from '../../src/machine/table.ts';
import { saveLines } from './save-lines.ts';

const corpus = fileURLToPath(new URL('../../../../../shared/corpus/', import.meta.url));
const saved = existsSync(corpus)
  ? readdirSync(join(corpus, 'effect')).filter((file) => file.endsWith('.save.txt'))
  : [];

/** Files that ask for what is not there yet, or whose braces are broken: what they mean is the parser's affair. */
const elsewhere: Readonly<Record<string, string>> = {
  '120': 'unbalanced braces',
  '153': 'blocks closed on their own line',
  '214': 'a block without its opening brace',
  '233': 'parameters that 2.2.7 does not know',
  '292': 'keepalived ends with an error',
  '293': 'BFD_CHECK starts a server as down',
  '297': 'include',
  '299': 'unbalanced braces',
};

const tableOf = (file: string): readonly string[] => {
  const text = readFileSync(join(corpus, file), 'utf8');
  const { virtualServers } = parseConfig({ file, read: memoryReader({ [file]: text }), configId: 'low' }).config;
  return saveLines(desiredTable(virtualServers, initialHealth(virtualServers))).toSorted();
};

const keepalivedTable = (file: string): readonly string[] => {
  const text = readFileSync(join(corpus, 'effect', file), 'utf8');
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .toSorted();
};

const compared = saved.map((file) => file.slice(0, 3)).filter((number) => elsewhere[number] === undefined);

describeWith(needs('reference'), 'the table of real files', () => {
  test('is compared for enough of them', () => {
    expect(compared.length).toBeGreaterThanOrEqual(90);
  });

  test.each(compared)("of %s is keepalived's", (number) => {
    expect(tableOf(`${number}.conf`)).toEqual(keepalivedTable(`${number}.save.txt`));
  });
});
