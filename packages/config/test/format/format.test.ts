// Formatting: even layout, nothing lost, nothing changed by a second time.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the language under test
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatConfig } from '../../src/format/format.ts';
import { bytes, generatedFile, mutatedFile } from '../fuzz/generate.ts';
import { meaningOf } from '../meaning.ts';
import { FILE } from '../support.ts';

const format = (text: string, configId = 'node1') => formatConfig({ file: FILE, text, configId });
const formatted = (text: string, configId?: string): string => {
  const result = format(text, configId);
  if (result.kind === 'refused') throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.text;
};

const meaning = (text: string, configId: string): unknown => JSON.parse(meaningOf(FILE, text, configId));

describe('a formatted file', () => {
  test.each([
    ['one keyword a line', 'global_defs { router_id z }', 'global_defs {\n    router_id z\n}\n'],
    ['a brace at the end of its keyword', 'vrrp_instance A\n  {\n}\n', 'vrrp_instance A {\n}\n'],
    ['a blank before a brace', 'vrrp_instance A{\n}', 'vrrp_instance A {\n}\n'],
    ['one blank line of several', '\n\na x\n\n \n\nb y\n\n', 'a x\n\nb y\n'],
    ['blanks evened out', 'global_defs {\nrouter_id    z\n}', 'global_defs {\n    router_id z\n}\n'],
    ['what is quoted as it is', 'global_defs {\n router_id "a  b"\n}', 'global_defs {\n    router_id "a  b"\n}\n'],
    [
      'comments with their text',
      '  # one  two\nglobal_defs {   # three\n#four\n router_id z! five\n}',
      '# one  two\nglobal_defs { # three\n    #four\n    router_id z! five\n}\n',
    ],
    ['includes whole', 'global_defs { include a {b,c}  d\n}', 'global_defs {\n    include a {b,c}  d\n}\n'],
    [
      'conditions whole',
      'vrrp_instance A {\n@node1   priority  50\n  @^node1 priority 60\n}',
      'vrrp_instance A {\n    @node1   priority  50\n    @^node1 priority 60\n}\n',
    ],
    [
      'alternatives that open one block',
      '@a vrrp_instance A {\n@node1 vrrp_instance B {\npriority 3\n}\nglobal_defs {\n}',
      '@a vrrp_instance A {\n@node1 vrrp_instance B {\n    priority 3\n}\nglobal_defs {\n}\n',
    ],
    ['definitions whole', '  $A=x   y\n${A}', '$A=x   y\n${A}\n'],
    [
      'lines of a definition untouched',
      '$A=x \\\n     priority    50 \\\n  \n   }\nvrrp_instance B { $A\n',
      '$A=x \\\n     priority    50 \\\n  \n   }\nvrrp_instance B { $A\n',
    ],
    [
      'repetitions whole',
      'virtual_server 10.0.0.1 80 {\n~SEQ(A, 1,  2)  real_server 10.0.0.${A} 80 { weight 1 }\n}',
      'virtual_server 10.0.0.1 80 {\n    ~SEQ(A, 1,  2)  real_server 10.0.0.${A} 80 { weight 1 }\n}\n',
    ],
    ['line ends of its own kind', 'global_defs {\r\nrouter_id z\r\n}\r\n', 'global_defs {\r\n    router_id z\r\n}\r\n'],
    ['an empty file', '', ''],
  ])('has %s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
    expect(formatted(expected)).toBe(expected);
  });

  test('keeps a line that indentation would make too long for the reader', () => {
    const long = `router_id ${'x'.repeat(1010)}`;
    expect(formatted(`global_defs {\n${long}\n}`)).toBe(`global_defs {\n${long}\n}\n`);
  });
});

test.each(['global_defs {', 'global_defs\nrouter_id x\n}', '}', 'vrrp_instance A {\n interface "x\n}', 'a {\n{\n}'])(
  'a file without structure is refused with the reason: %j',
  (text) => {
    const result = format(text);
    expect(result.kind).toBe('refused');
    expect(result.kind === 'refused' && result.diagnostics.length).toBeGreaterThan(0);
  },
);

const staysAsItWas = (text: string, configId: string): void => {
  const once = format(text, configId);
  if (once.kind === 'refused') return;
  expect(formatted(once.text, configId)).toBe(once.text);
  expect(meaning(once.text, configId)).toEqual(meaning(text, configId));
};

test.each([
  ['that follow the table', generatedFile],
  ['that were spoilt', mutatedFile],
  ['of any bytes', bytes],
] as const)('formatting files %s twice changes nothing, and they mean the same', (_, files) => {
  fc.assert(
    fc.property(files, (text) => staysAsItWas(text, 'node1')),
    { numRuns: 500, seed: 20 },
  );
});

test('blocks within blocks without end are no reason for a text without end', () => {
  const deep = 5000;
  const text = formatted(`${'vrrp_instance A {\n'.repeat(deep)}${'}\n'.repeat(deep)}`);
  expect(text.length).toBeLessThan(deep * 2 * 200);
  expect(formatted(text)).toBe(text);
});

const corpus = new URL('../../../../../shared/corpus/', import.meta.url);
const there = existsSync(corpus);
const names = there ? readdirSync(corpus).filter((name) => name.endsWith('.conf')) : [];

if (there)
  test('formatting real files twice changes nothing, and they mean the same', () => {
    let count = 0;
    for (const name of names) {
      const text = readFileSync(new URL(name, corpus), 'utf8');
      staysAsItWas(text, 'kalab');
      if (format(text, 'kalab').kind === 'formatted') count++;
    }
    expect(count).toBeGreaterThan(names.length * 0.8);
  });
