// Every feature of PCRE2's patterns: it means the same here, or it is refused by name.
import { expect, test } from '@jest/globals';
import { translateRegex } from '../../src/regex/index.ts';
import { found, refused, subjects } from './pcre2-cases.ts';

const optionsOf = (options: string): readonly string[] => (options === '' ? [] : options.split(','));

/** Offsets in bytes, as the checker searches: UTF-8 with the option utf, otherwise every byte is a character. */
const offsets = (pattern: string, options: string): string => {
  const translated = translateRegex(pattern, optionsOf(options));
  if (!translated.ok) return `refused: ${translated.construct}`;
  const encoding = translated.utf ? 'utf8' : 'latin1';
  return subjects
    .map((subject) => {
      const text = Buffer.from(subject).toString(encoding);
      const match = new RegExp(translated.source, translated.flags).exec(text);
      return match === null ? -1 : Buffer.byteLength(text.slice(0, match.index), encoding);
    })
    .join(' ');
};

test.each(found)('%s with "%s" matches where PCRE2 matches', (pattern, options, expected) => {
  expect(offsets(pattern, options)).toBe(expected);
});

test.each(refused)('%s with "%s" is refused, naming %s', (pattern, options, construct) => {
  expect(translateRegex(pattern, optionsOf(options))).toEqual({ ok: false, construct });
});

test.each([
  ['(a)?b\\1', '\\1 beside a group that may be left out'],
  ['(?:(a)|b)(?P=x)(?<x>c)', '(?P=x) before its group'],
  ['(?<x>a)*(?P=x)', '(?P=x) beside a group that may be left out'],
])('%s is refused: an unset group fails in PCRE2 and matches nothing in JavaScript', (pattern, construct) => {
  expect(translateRegex(pattern, [])).toEqual({ ok: false, construct });
});

test('a reference to a group that is always set is fine, whatever stands in classes and quotations', () => {
  for (const pattern of ['(a|)\\1', '(["\'])[|?*]+\\1', '(a)\\Q|?\\E\\1']) {
    const translated = translateRegex(pattern, []);
    // The first holds an alternation, which might leave out a group.
    expect(translated.ok).toBe(pattern !== '(a|)\\1');
  }
});
