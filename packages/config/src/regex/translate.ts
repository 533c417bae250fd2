// From PCRE2, which configurations are written in, to a regular expression of JavaScript that means the same, or why not.
import {
  endOfSubject,
  escapeInClass,
  escapeOutside,
  lineEnd,
  lineStart,
  posixClass,
  startOfSubject,
} from './escapes.ts';
import { unsureReference } from './references.ts';

export type TranslatedRegex =
  | { readonly ok: true; readonly source: string; readonly flags: string; readonly utf: boolean }
  /** `construct` is the part of the pattern, or the option, that JavaScript has nothing like. */
  | { readonly ok: false; readonly construct: string };

interface Mode {
  readonly multiline: boolean;
  readonly dotall: boolean;
  readonly extended: boolean;
  readonly dollarEndOnly: boolean;
  readonly ungreedy: boolean;
  readonly noCapture: boolean;
  /** Case does not count, and letters beyond ASCII are bytes, which have none. */
  readonly caselessBytes: boolean;
}

/** Options that only speed a search up or forbid what a pattern may say. */
const harmless = new Set(
  'never_ucp never_utf no_auto_possess no_dotstar_anchor no_start_optimize never_backslash_c alt_verbnames use_offset_limit'.split(
    ' ',
  ),
);
const known = new Set('caseless multiline dotall extended dollar_endonly ungreedy no_auto_capture utf'.split(' '));

/** Everything that depends on a mode is written out, so that only i and g remain as flags. */
export const translateRegex = (pattern: string, options: readonly string[]): TranslatedRegex => {
  const foreign = options.find((option) => !known.has(option) && !harmless.has(option));
  if (foreign !== undefined) return { ok: false, construct: foreign };
  const utf = options.includes('utf');
  const { letters, rest } = leadingOptions(utf ? pattern : bytesOf(pattern));
  if (letters.includes('xx')) return { ok: false, construct: '(?xx)' };
  const wide = utf ? undefined : /\\x\{0*[1-9a-fA-F][0-9a-fA-F]{2,}\}/.exec(rest)?.[0];
  if (wide !== undefined) return { ok: false, construct: `${wide} without the option utf` };
  const reference = unsureReference(rest);
  if (reference !== undefined) return { ok: false, construct: reference };
  const has = (option: string, letter = ''): boolean => options.includes(option) || letters.includes(letter || '-');
  const mode: Mode = {
    multiline: has('multiline', 'm'),
    dotall: has('dotall', 's'),
    extended: has('extended', 'x'),
    dollarEndOnly: has('dollar_endonly'),
    ungreedy: has('ungreedy', 'U'),
    noCapture: has('no_auto_capture'),
    caselessBytes: !utf && has('caseless', 'i'),
  };
  const flags = has('caseless', 'i') ? 'gi' : 'g';
  const source = write(rest, mode);
  if (typeof source !== 'string') return { ok: false, construct: source.construct };
  try {
    new RegExp(source, flags);
  } catch (error) {
    return { ok: false, construct: error instanceof Error ? error.message : pattern };
  }
  return { ok: true, source, flags, utf };
};

/** `(?im)` at the very beginning, once or several times, counts for the whole pattern. */
const leadingOptions = (pattern: string): { readonly letters: string; readonly rest: string } => {
  const found = /^(?:\(\?[imsxU]+\))*/.exec(pattern)?.[0] ?? '';
  return { letters: found.replace(/[(?]/g, ''), rest: pattern.slice(found.length) };
};

/** Without utf PCRE2 sees bytes: a letter beyond ASCII is as many characters as it has bytes. */
const bytesOf = (pattern: string): string => String.fromCharCode(...new TextEncoder().encode(pattern));

interface Refused {
  readonly construct: string;
}

/** What one construct at the beginning of `text` becomes, and how much of it that was. */
interface Piece {
  readonly length: number;
  readonly source: string;
}

const write = (pattern: string, mode: Mode): string | Refused => {
  let source = '';
  for (let at = 0; at < pattern.length; ) {
    const piece = next(pattern.slice(at), mode);
    if ('construct' in piece) return piece;
    source += piece.source;
    at += piece.length;
  }
  return source;
};

const next = (text: string, mode: Mode): Piece | Refused => {
  const first = text.charAt(0);
  if (first === '\\') return escapeOutside(text);
  if (first === '[') return characterClass(text);
  if (first === '(') return group(text, mode);
  const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})([?+]?)/.exec(text);
  if (quantifier !== null) return repeat(quantifier[0], quantifier[1] ?? '', mode);
  if (mode.extended && /\s/.test(first)) return { length: 1, source: '' };
  if (mode.extended && first === '#') return { length: (/^[^\n]*\n?/.exec(text) ?? [''])[0].length, source: '' };
  if (first === '.') return { length: 1, source: mode.dotall ? '[\\s\\S]' : '[^\\n]' };
  if (first === '^') return { length: 1, source: mode.multiline ? lineStart : startOfSubject };
  if (first === '$') {
    if (mode.multiline) return { length: 1, source: lineEnd };
    return { length: 1, source: mode.dollarEndOnly ? endOfSubject : `(?=\\n?${endOfSubject})` };
  }
  if (mode.caselessBytes && first > '\x7f') return { length: 1, source: `(?-i:${first})` };
  // A brace that is no quantifier stands for itself.
  return { length: 1, source: first === '{' || first === '}' ? `\\${first}` : first };
};

const repeat = (text: string, suffix: string, { ungreedy }: Mode): Piece | Refused => {
  if (suffix === '+') return { construct: text };
  const plain = suffix === '' ? text : text.slice(0, -1);
  const lazy = (suffix === '?') !== ungreedy;
  return { length: text.length, source: lazy ? `${plain}?` : plain };
};

const group = (text: string, { noCapture }: Mode): Piece | Refused => {
  if (text.startsWith('(*')) return { construct: (/^\(\*[^)]*\)?/.exec(text) ?? [text])[0] };
  if (!text.startsWith('(?')) return { length: 1, source: noCapture ? '(?:' : '(' };
  const comment = /^\(\?#[^)]*\)/.exec(text);
  if (comment !== null) return { length: comment[0].length, source: '' };
  const plain = /^\(\?(?:(?:-?i)?:|=|!|<=|<!)/.exec(text);
  if (plain !== null) return { length: plain[0].length, source: plain[0] };
  const named = /^\(\?(?:P?<(\w+)>|'(\w+)')/.exec(text);
  if (named !== null) return { length: named[0].length, source: `(?<${named[1] ?? named[2] ?? ''}>` };
  const reference = /^\(\?P=(\w+)\)/.exec(text);
  if (reference !== null) return { length: reference[0].length, source: `\\k<${reference[1] ?? ''}>` };
  // Atomic groups, recursion, conditions, options in the middle, callouts.
  return { construct: (/^\(\?(?:[^\s()]*\)|\(|.[^\s()]?)/.exec(text) ?? ['(?'])[0] };
};

/** A class from its [ to its ]; a ] that comes first stands for itself. */
const characterClass = (text: string): Piece | Refused => {
  const opening = text.startsWith('[^') ? '[^' : '[';
  let source = opening;
  let at = opening.length;
  for (let first = true; at < text.length; first = false) {
    const rest = text.slice(at);
    const posix = /^\[:(\^?)(\w+):\]/.exec(rest);
    // Collating elements and the old marks of word boundaries.
    const foreign = /^\[(?:[.=][^\]]*|:[<>]:)\]/.exec(rest)?.[0];
    if (foreign !== undefined) return { construct: foreign };
    if (rest.startsWith(']') && !first) return { length: at + 1, source: `${source}]` };
    if (posix !== null) {
      const members = posix[1] === '' ? posixClass(posix[2] ?? '') : undefined;
      if (members === undefined) return { construct: posix[0] };
      source += members;
      at += posix[0].length;
    } else if (rest.startsWith('\\')) {
      const piece = escapeInClass(rest);
      if ('construct' in piece) return piece;
      source += piece.source;
      at += piece.length;
    } else {
      source += rest.startsWith('[') || rest.startsWith(']') ? `\\${rest.charAt(0)}` : rest.charAt(0);
      at += 1;
    }
  }
  return { construct: text };
};
