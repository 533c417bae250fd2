// Words of a line, and script strings.
import { describe, expect, test } from '@jest/globals';
import { splitCommand, splitScriptLine } from '../../src/source/script.ts';
import { splitWords } from '../../src/source/words.ts';

const split = (text: string): readonly string[] =>
  splitWords({ text, file: 'f', line: 1, columns: 1 }).words.map((word) => word.text);

describe('words', () => {
  test.each([
    ['a b\tc\v\fd', ['a', 'b', 'c', 'd']],
    ['ab"c d"ef', ['ab', 'c d', 'ef']],
    ['x ""', ['x', '']],
    ['x "open y', ['x']],
    ["'a b'", ["'a", "b'"]],
  ])('%j', (text, words) => {
    expect(split(text)).toEqual(words);
  });

  test('an open quote is told with its place', () => {
    expect(splitWords({ text: 'x "open', file: 'f', line: 1, columns: 1 }).openQuote).toBe(2);
  });
});

describe('script strings', () => {
  const argv = (line: string): readonly string[] | undefined => {
    const command = splitScriptLine(line)?.[1];
    return command === undefined ? undefined : splitCommand(command);
  };

  test.each([
    [String.raw`script "/s.sh 'a b' \"c\" d\x20e \101"`, ['/s.sh', 'a b', '"c"', 'd e', 'A']],
    [`script '/s.sh "x y" z'`, ['/s.sh', 'x y', 'z']],
    ['script /s.sh not an arg', ['/s.sh']],
    ['script "/s.sh x" "/t.sh y"', ['/s.sh', 'x']],
    [String.raw`notify "/s.sh 'it''s' \"\""`, ['/s.sh', 'its', '""']],
    ['notify_backup /s.sh root', ['/s.sh']],
    ['script "a;b > c $X"', ['a;b', '>', 'c', '$X']],
    [String.raw`script "\a\b\E\f\n\r\t\v \x4 \7 \cA \q"`, ['\x07\b\x1b\f\n\r\t\v', '\x04', '\x07', '\x01', 'q']],
  ])('%s', (line, words) => {
    expect(argv(line)).toEqual(words);
  });

  test('a quote that stays open makes the string unusable', () => {
    expect(splitScriptLine("script '/s.sh")).toBeUndefined();
    expect(splitCommand("/s.sh 'a")).toBeUndefined();
  });
});
