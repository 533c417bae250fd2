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

/** Broken files, of which each side keeps another part. One that is equal by now does not belong here. */
const elsewhere: Readonly<Record<string, string>> = {
  '120': 'three braces are missing: keepalived takes the real server in the middle of an open block',
  '153': 'keepalived skips an SSL_GET written on one line together with the rest of its virtual server',
  '214': 'a virtual server without its opening brace and with no address: its real server goes to the one before',
  '292': 'a template with <words> for values: keepalived ends at a keyword without its parameter',
  '297': 'virtual servers without braces inside a block that keepalived does not know, group',
};

const tableOf = (file: string): readonly string[] => {
  const text = readFileSync(join(corpus, file), 'utf8');
  // The host on which the tables were made: the lines of others (@low ...) do not count.
  const { virtualServers } = parseConfig({ file, read: memoryReader({ [file]: text }), configId: 'kalab' }).config;
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

  test.each(Object.keys(elsewhere))('of %s is not', (number) => {
    expect(tableOf(`${number}.conf`)).not.toEqual(keepalivedTable(`${number}.save.txt`));
  });
});
