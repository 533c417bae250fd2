// PCRE2 patterns as JavaScript: what they match, and what is refused by name.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { translateRegex } from '../../src/regex/translate.ts';

/** Where the pattern matches first, -1 for nowhere. */
const search = (pattern: string, subject: string, ...options: string[]): number => {
  const regex = translateRegex(pattern, options);
  if (!regex.ok) throw new Error(regex.construct);
  return subject.search(new RegExp(regex.source, regex.flags));
};

describe('matches as PCRE2 does', () => {
  test.each([
    ['OK', 'all OK', 4],
    ['^ok$', 'ok', 0],
    ['^ok$', 'ok\n', 0],
    ['^ok$', 'ok\n\n', -1],
    ['\\Aok\\z', 'ok\n', -1],
    ['\\Aok\\Z', 'ok\n', 0],
    ['a.c', 'a\rc', 0],
    ['a.c', 'a\nc', -1],
    ['a\\sc', 'a\u00a0c', -1],
    ['a\\Rc', 'a\r\nc', 0],
    ['[[:digit:]]{3}', 'ab123', 2],
    ['[]x]+', ']]', 0],
    ['[^]x]', ']y', 1],
    ['a{,2}', 'a{,2}', 0],
    ['\\Qa.b\\E+', 'axb a.bb', 4],
    ['(?<n>a)\\k{n}', 'xaa', 1],
    ['(?P<n>a)(?P=n)', 'xaa', 1],
    ['(a)\\g{1}', 'xaa', 1],
    ['a(?#comment)b', 'ab', 0],
    ['(?i)ok', 'OK', 0],
    ['\\x{41}', 'A', 0],
    ['a|b', 'cb', 1],
    ['(?<=x)y', 'xy', 1],
  ])('%s in %j at %d', (pattern, subject, expected) => {
    expect(search(pattern, subject)).toBe(expected);
  });

  test.each([
    ['ok', 'OK', 'caseless', 0],
    ['^b$', 'a\nb\nc', 'multiline', 2],
    ['^', 'a\n', 'multiline', 0],
    ['a.c', 'a\nc', 'dotall', 0],
    ['a b # ab', 'ab', 'extended', 0],
    ['[ ]b', ' b', 'extended', 0],
    ['ok$', 'ok\n', 'dollar_endonly', -1],
    ['(a)b', 'ab', 'no_auto_capture', 0],
  ])('%s in %j with %s', (pattern, subject, option, expected) => {
    expect(search(pattern, subject, option)).toBe(expected);
  });

  test('ungreedy turns every quantifier round', () => {
    const regex = translateRegex('<.+>|x+?', ['ungreedy']);
    if (!regex.ok) throw new Error(regex.construct);
    expect('<a><b>'.match(new RegExp(regex.source))?.[0]).toBe('<a>');
    expect('xxx'.match(new RegExp(regex.source))?.[0]).toBe('xxx');
  });
});

describe('refuses what JavaScript lacks, and names it', () => {
  test.each([
    ['a++', '++'],
    ['(?>a+)b', '(?>a+)'],
    ['(a(?R)?b)', '(?R)'],
    ['(?(1)a|b)', '(?('],
    ['a(*SKIP)b', '(*SKIP)'],
    ['a\\Kb', '\\K'],
    ['\\p{L}', '\\p'],
    ['a(?i)b', '(?i)'],
    ['(?|a|b)', '(?|a|b)'],
    ['[\\S]', '\\S in a class'],
    ['[[:^digit:]]', '[[:^digit:]]'.slice(1, -1)],
  ])('%s', (pattern, construct) => {
    expect(translateRegex(pattern, [])).toEqual({ ok: false, construct });
  });

  test.each(['ucp', 'firstline', 'auto_callout', 'match_unset_backref'])('the option %s', (option) => {
    expect(translateRegex('a', [option])).toEqual({ ok: false, construct: option });
  });

  test('a pattern that is broken', () => {
    expect(translateRegex('a(b', [])).toMatchObject({ ok: false });
    expect(translateRegex('[a', [])).toMatchObject({ ok: false });
    expect(translateRegex('a\\', [])).toMatchObject({ ok: false });
  });
});

test('letters, digits and blanks mean themselves; no pattern at all makes the translation throw', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9 ]{1,20}$/), (text) => {
      expect(search(text, `<${text}>`)).toBe(1);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab\\()[]{}?*+.^$|<>:=!#PQERdsx1,-'), maxLength: 20 }), (text) => {
      const regex = translateRegex(text, []);
      if (regex.ok) expect(() => new RegExp(regex.source, regex.flags)).not.toThrow();
      else expect(regex.construct).not.toBe('');
    }),
  );
});
