// What PCRE2 writes with a backslash or a name, as JavaScript writes it.
import { ownProperty } from '../own-property.ts';

interface Piece {
  readonly length: number;
  readonly source: string;
}

interface Refused {
  readonly construct: string;
}

export const startOfSubject = '(?<![\\s\\S])';
export const endOfSubject = '(?![\\s\\S])';
/** After a line feed, but not where the subject ends with it. */
export const lineStart = '(?:(?<![\\s\\S])|(?<=\\n)(?=[\\s\\S]))';
export const lineEnd = '(?=\\n|(?![\\s\\S]))';

// JavaScript's \s has more members, among them the no-break space, which is a byte of many encodings.
const space = ' \\t\\n\\x0b\\f\\r';
const vertical = '\\n\\x0b\\f\\r\\x85';
const horizontal = ' \\t\\xa0';

/** By the letter: outside of classes, and as members of a class (undefined = not possible there). */
const letters: Readonly<Record<string, readonly [outside: string, inClass: string | undefined]>> = {
  A: [startOfSubject, undefined],
  z: [endOfSubject, undefined],
  Z: [`(?=\\n?${endOfSubject})`, undefined],
  a: ['\\x07', '\\x07'],
  e: ['\\x1b', '\\x1b'],
  h: [`[${horizontal}]`, horizontal],
  H: [`[^${horizontal}]`, undefined],
  s: [`[${space}]`, space],
  S: [`[^${space}]`, undefined],
  v: [`[${vertical}]`, vertical],
  V: [`[^${vertical}]`, undefined],
  N: ['[^\\n]', undefined],
  R: [`(?:\\r\\n|[${vertical}])`, undefined],
};

/** \K, \G, \X, \C, \p and the like have no counterpart. */
const same = /^\\(?:[bBdDwWfnrt]|c[A-Za-z]|x[0-9a-fA-F]{2}|[0-9]{1,3})/;

export const escapeOutside = (text: string): Piece | Refused => {
  const quoted = quotedText(text);
  if (quoted !== undefined) return quoted;
  const reference = /^\\(?:g\{?(\d+)\}?|k(?:<(\w+)>|'(\w+)'|\{(\w+)\}))/.exec(text);
  if (reference !== null) {
    const name = reference[2] ?? reference[3] ?? reference[4];
    // In a group of its own, so that a digit behind it stays one.
    return { length: reference[0].length, source: name === undefined ? `(?:\\${reference[1] ?? ''})` : `\\k<${name}>` };
  }
  return common(text, 0);
};

export const escapeInClass = (text: string): Piece | Refused => {
  const quoted = quotedText(text);
  if (quoted !== undefined) return quoted;
  return common(text, 1);
};

const common = (text: string, place: 0 | 1): Piece | Refused => {
  const letter = text.charAt(1);
  // A character by its number or name; \N{2} is two characters that end no line.
  const named = /^\\N\{(?!\d*,?\d*\})[^}]*\}?/.exec(text)?.[0];
  if (named !== undefined) return { construct: named };
  const written = letters[letter];
  if (written !== undefined) {
    const source = written[place];
    return source === undefined ? { construct: `\\${letter} in a class` } : { length: 2, source };
  }
  const code = /^\\x\{([0-9a-fA-F]{1,4})\}/.exec(text);
  if (code !== null) return { length: code[0].length, source: `\\u${(code[1] ?? '').padStart(4, '0')}` };
  const plain = same.exec(text)?.[0];
  if (plain !== undefined) return { length: plain.length, source: plain };
  if (letter === '' || /[A-Za-z0-9]/.test(letter)) return { construct: `\\${letter}` };
  return { length: 2, source: `\\${letter}` };
};

/** \Q...\E: everything in between stands for itself. */
const quotedText = (text: string): Piece | undefined => {
  if (text.startsWith('\\E')) return { length: 2, source: '' };
  if (!text.startsWith('\\Q')) return undefined;
  const end = text.indexOf('\\E', 2);
  const inner = text.slice(2, end < 0 ? undefined : end);
  const source = inner.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return { length: end < 0 ? text.length : end + 2, source };
};

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e',
  space,
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** The members of `[:name:]`. */
export const posixClass = (name: string): string | undefined => ownProperty(posix, name);
