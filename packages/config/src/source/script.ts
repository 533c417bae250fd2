// Script strings: two passes over the raw line make an argument vector, no shell involved (config-syntax section 6).

/** Undefined when a quote is left open (keepalived crashes there). */
export type ScriptWords = readonly string[] | undefined;

/** First pass: words of the whole line; quotes of both kinds group and go, a backslash pair stays as it is. */
export const splitScriptLine = (text: string): ScriptWords => splitQuoted(text, false);

/** Second pass: the argument vector of a command string; now backslash escapes are understood. */
export const splitCommand = (command: string): ScriptWords => splitQuoted(command, true);

/** What `\x` stands for at an offset: its text, and how many characters it takes. */
interface Escape {
  readonly text: string;
  readonly length: number;
}

const splitQuoted = (text: string, escapes: boolean): ScriptWords => {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\' && i + 1 < text.length) {
      const piece = escapes ? readEscape(text, i) : { text: text.slice(i, i + 2), length: 2 };
      word = (word ?? '') + piece.text;
      i += piece.length - 1;
    } else if (character === quote) {
      quote = undefined;
    } else if (quote !== undefined) {
      word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/[ \t\n\v\f\r]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words;
};

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const readEscape = (text: string, at: number): Escape => {
  const rest = text.slice(at + 1, at + 4);
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined)
    return { text: String.fromCharCode(Number.parseInt(octal, 8) & 0xff), length: 1 + octal.length };
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest)?.[1];
  if (hex !== undefined) return { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 2 + hex.length };
  const control = /^c([^ \t])/.exec(rest)?.[1];
  if (control !== undefined) return { text: String.fromCharCode(control.charCodeAt(0) & 0x1f), length: 3 };
  const letter = rest.charAt(0);
  return { text: LETTERS[letter] ?? letter, length: 2 };
};
