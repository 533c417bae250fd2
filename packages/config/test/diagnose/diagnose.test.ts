// Findings: how they look, what they add up to, and that each is documented.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CODES,
  type Diagnostic,
  editDistance,
  exitStatusOfDiagnostics,
  renderDiagnostic,
  suggest,
  summarize,
} from '../../src/index.ts';
import { parse } from '../support.ts';

const at = { file: 'k.conf', line: 5, column: 2 };
const finding = (code: string, severity: Diagnostic['severity'] = 'warning'): Diagnostic => ({
  severity,
  code,
  message: 'm',
  at,
});

describe('a finding as text', () => {
  test('shows place, message, code, line, caret, hint and related places', () => {
    const diagnostic = parse('vrrp_instance A {\n\tstat BACKUP\n}').diagnostics.find(
      ({ code }) => code === 'unknown-keyword',
    );
    expect(diagnostic && renderDiagnostic(diagnostic)).toBe(
      [
        '/etc/keepalived/keepalived.conf:2:2: warning: unknown keyword "stat" in vrrp_instance; the line is skipped [unknown-keyword]',
        '  \tstat BACKUP',
        '  \t^',
        '  hint: did you mean state?',
      ].join('\n'),
    );
  });

  test('shows where the first of two stands', () => {
    const text = renderDiagnostic({
      ...finding('duplicate-instance', 'error'),
      related: [{ at: { ...at, line: 1 }, message: 'the first one is here' }],
    });
    expect(text).toBe('k.conf:5:2: error: m [duplicate-instance]\n  k.conf:1:2: the first one is here');
  });

  test('is coloured on demand', () => {
    expect(renderDiagnostic(finding('x', 'error'), { colour: true })).toBe(
      '\x1b[1mk.conf:5:2\x1b[0m: \x1b[1;31merror:\x1b[0m m [x]',
    );
  });

  test('lets no control character of a file reach the terminal', () => {
    const shown = renderDiagnostic({
      ...finding('x'),
      message: 'a\x1b[2Jb\n',
      lineText: '\x1b]0;title\x07',
      hint: '\x9b',
    });
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('shows the part of a long line that matters', () => {
    const shown = renderDiagnostic({
      ...finding('x'),
      at: { ...at, column: 900 },
      lineText: `${'a'.repeat(899)}B${'c'.repeat(100)}`,
    });
    const [, line = '', caret = ''] = shown.split('\n');
    expect(line.length).toBeLessThan(170);
    expect(line[caret.indexOf('^')]).toBe('B');
  });
});

describe('a brace that opens nothing', () => {
  const hints = (text: string) =>
    parse(text).diagnostics.flatMap(({ code, hint }) => (code === 'unexpected-open-brace' ? [hint] : []));

  test('may be that of a parameter without a value, or of a template', () => {
    expect(hints(`global_defs {\nrouter_id $\{NAME}\n}`)).toEqual(['NAME is not defined above this line: $NAME=VALUE']);
    const template = 'this looks like a template: check the file that is made of it';
    expect(hints('{% for vlan in vlans %}')).toEqual([template]);
    expect(hints('vrrp_script a{{ vlan.name }} {\n}')).toContain(template);
    expect(hints('{\n}')).toEqual([undefined]);
  });
});

describe('a summary', () => {
  test.each([
    [[], 'no findings'],
    [['error'], '1 error'],
    [['note', 'error', 'warning', 'error'], '2 errors, 1 warning, 1 note'],
  ] as const)('of %j is %s', (severities, text) => {
    expect(summarize(severities.map((severity) => finding('x', severity)))).toBe(text);
  });
});

describe('the exit status of a test', () => {
  test.each([
    [[], 0],
    [['not-acted-on', 'include-missing', 'file-missing'], 0],
    [['unknown-keyword'], 5],
    [['unknown-keyword', 'include-check-failed'], 6],
    [['include-check-failed', 'missing-parameter'], 6],
    [['made-elsewhere'], 5],
  ] as const)('with %j is %d', (codes, status) => {
    expect(exitStatusOfDiagnostics(codes.map((code) => finding(code)))).toBe(status);
  });
});

describe('did you mean', () => {
  test('a distance beyond the limit is not counted to its end, one within it is the same', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
        const distance = editDistance(a, b);
        return editDistance(a, b, limit) === (distance > limit ? Number.POSITIVE_INFINITY : distance);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['stat', 'state'],
    ['prioritty', 'priority'],
    ['interfcae', 'interface'],
    ['xyz', undefined],
    ['STATE', 'state'],
  ])('%s: %s', (word, expected) => {
    expect(suggest(word, ['state', 'priority', 'interface', 'virtual_router_id'])).toBe(expected);
  });

  test.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
  ])('from "%s" to "%s" it is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe('the reference', () => {
  // The formatter pads the cells of tables.
  const page = readFileSync(new URL('../../../../docs/reference/diagnostics.md', import.meta.url), 'utf8').replace(
    / +/g,
    ' ',
  );

  test.each(Object.entries(CODES))('lists %s with its meaning and exit status', (code, { meaning, status }) => {
    expect(page).toContain(`| \`${code}\` | ${status} | ${meaning} |`);
  });

  test('lists nothing else', () => {
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
    expect(listed.toSorted()).toEqual(Object.keys(CODES).toSorted());
  });
});
