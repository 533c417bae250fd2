// Typical mistakes and exactly what is said of them. UPDATE_MISTAKES=1 writes what is said now, for a reviewer to read the diff.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { memoryReader, parseConfig, renderDiagnostic, summarize } from '../../src/index.ts';

const folder = new URL('./', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

const FILE = 'keepalived.conf';

/** As `vipward check` prints it. */
const said = (text: string): string => {
  const { diagnostics } = parseConfig({ file: FILE, read: memoryReader({ [FILE]: text }), configId: 'node1' });
  return [...diagnostics.map((diagnostic) => renderDiagnostic(diagnostic)), summarize(diagnostics)].join('\n');
};

/** A title, `====`, the configuration, `----`, what is said of it. */
const pieces = (text: string): readonly [title: string, input: string, output: string] => {
  const [, title = '', input = '', output = ''] = /^([^\n]*)\n====\n(.*)\n----\n(.*)$/s.exec(text) ?? [];
  return [title, `${input}\n`, output];
};

describe('a mistake', () => {
  test('is shown for at least sixty kinds', () => {
    expect(names.length).toBeGreaterThanOrEqual(60);
  });

  test.each(names)('%s is explained', (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8');
    const [title, input] = pieces(text);
    const now = `${title}\n====\n${input}----\n${said(input)}\n`;
    if (process.env.UPDATE_MISTAKES && !process.env.CI) writeFileSync(file, now);
    else expect(now).toBe(text);
  });
});
