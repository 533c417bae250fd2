// Whatever a file holds, parsing ends and never throws.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the language under test
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allBlocks, renderDiagnostic } from '../src/index.ts';
import { FILE, parse } from './support.ts';

const keywords = allBlocks().flatMap(({ rows }) => rows.map(({ name }) => name));

const fragment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...keywords) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '{',
      '}',
      '\n',
      '\n',
      ' ',
      '"',
      "'",
      '\\',
      '#',
      '!',
      '$A',
      '${A}',
      '$A=',
      '@node1 ',
      '~SEQ(A,1,3) ',
      '~LST(A,b) ',
      'include x',
      'include k*',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '10.0.0.1',
      '10.0.0.1 80',
      'fd00::1/64',
      '-1',
      '0',
      '65536',
      '1.5',
      'MASTER',
      'TUN type gue port 1',
      'NAT',
      'VI_1',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);
const garbage = fc.array(fragment, { maxLength: 120 }).map((parts) => parts.join(' ').replaceAll(' \n ', '\n'));

describe('garbage', () => {
  test('made of pieces of the language is read to its end', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const { diagnostics } = parse(text, { files: { '/etc/keepalived/x': text.slice(0, 40) } });
        for (const diagnostic of diagnostics) expect(renderDiagnostic(diagnostic)).not.toBe('');
      }),
      { numRuns: 400 },
    );
  });

  test('made of any characters is read to its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => parse(text).diagnostics.length >= 0),
    );
  });

  test('every finding points to a line that is there', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const lines = text.split('\n').length;
        return parse(text).diagnostics.every(
          ({ at }) => at.file === FILE && at.line >= 1 && at.line <= lines && at.column >= 1,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('a flood of findings of one code is counted, not kept', () => {
    const { diagnostics } = parse('bogus\n'.repeat(5000));
    expect(diagnostics.length).toBe(201);
    expect(diagnostics.at(-1)).toMatchObject({
      code: 'more-of-the-same',
      message: '4800 more findings of unknown-keyword are not shown',
    });
  });

  test('among thousands of names, thousands of others are looked for, but not all of them by likeness', () => {
    const scripts = Array.from({ length: 2000 }, (_, i) => `vrrp_script src${i} {\n script /bin/true\n}\n`).join('');
    const tracked = Array.from({ length: 20_000 }, (_, i) => `scr${i}\n`).join('');
    const begin = performance.now();
    const { diagnostics } = parse(
      `${scripts}vrrp_instance V {\n interface eth0\n virtual_router_id 1\n track_script {\n${tracked}}\n}\n`,
    );
    // Every name against every name takes minutes.
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(diagnostics.filter(({ code }) => code === 'unknown-script')[0]).toMatchObject({
      hint: 'did you mean src0?',
    });
  });
});
