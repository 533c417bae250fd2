// Reading option words of a line one after the other, with the usual complaints.
import { type IpAddress, type IpFamily, parseIp } from '../address.ts';
import type { DiagnosticCode } from '../diagnose/codes.ts';
import type { Prefix } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';

export class WordCursor {
  readonly #words: readonly Word[];
  readonly #report: Report;
  #next = 0;
  /** Something of the line was unusable; what it was has been reported. */
  failed = false;
  /** A word was no option: what follows it may be its value, and no mistake of its own. */
  lost = false;

  constructor(words: readonly Word[], report: Report) {
    this.#words = words;
    this.#report = report;
  }

  peek(): Word | undefined {
    return this.#words[this.#next];
  }

  take(): Word | undefined {
    return this.#words[this.#next++];
  }

  /** Takes the next word if it is this one. */
  skip(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.#next++;
    return true;
  }

  fail(word: Word, code: DiagnosticCode, message: string, hint?: string): undefined {
    this.failed = true;
    this.#report('error', code, message, locationOf(word), hint === undefined ? {} : { hint });
  }

  /** The word after an option; its absence is reported. */
  value(option: Word): Word | undefined {
    const word = this.take();
    return word ?? this.fail(option, 'missing-value', `${option.text} needs a word after it`);
  }

  /** The word after an option, read by `read`; what it cannot read is reported as not being `what`. */
  read<T>(option: Word, what: string, read: (text: string) => T | undefined): T | undefined {
    const word = this.value(option);
    if (word === undefined) return undefined;
    return read(word.text) ?? this.fail(word, 'bad-value', `"${word.text}" is not ${what}`);
  }

  number(option: Word, min: number, max: number): number | undefined {
    const word = this.value(option);
    if (word === undefined) return undefined;
    const number = parseUnsigned(word.text);
    if (number === undefined) return this.fail(word, 'bad-number', `"${word.text}" is not a number`);
    if (number >= min && number <= max) return number;
    return this.fail(
      word,
      'out-of-range',
      `${word.text} is out of range for ${option.text}`,
      `${option.text} takes ${min} to ${max}`,
    );
  }

  name(option: Word, longest = 15): string | undefined {
    const word = this.value(option);
    if (word === undefined || word.text.length <= longest) return word?.text;
    return this.fail(word, 'too-long', `"${word.text}" is longer than ${longest} characters`);
  }

  /** An address without prefix. */
  ip(option: Word): IpAddress | undefined {
    const word = this.value(option);
    return word && (parseIp(word.text) ?? this.fail(word, 'bad-address', `"${word.text}" is not an IP address`));
  }

  /** An address with or without prefix, or one of `default`, `any`, `all`. */
  prefix(option: Word, family: IpFamily | undefined): Prefix | undefined {
    const word = this.value(option);
    return word && this.prefixOf(word, family);
  }

  prefixOf(word: Word, family: IpFamily | undefined): Prefix | undefined {
    if (/^(default|any|all)$/.test(word.text)) return everything(family ?? 4);
    const [text = '', length, ...more] = word.text.split('/');
    const address = parseIp(text);
    if (address === undefined) return this.fail(word, 'bad-address', `"${word.text}" is not an IP address`);
    const full = address.family === 4 ? 32 : 128;
    const prefixLength = length === undefined ? full : parseUnsigned(length);
    if (prefixLength !== undefined && prefixLength <= full && more.length === 0) return { address, prefixLength };
    return this.fail(word, 'bad-prefix', `the prefix of ${word.text} is not a number from 0 to ${full}`);
  }
}

/** Every address of a family. */
export const everything = (family: IpFamily): Prefix => ({
  address: { family, bytes: new Uint8Array(family === 4 ? 4 : 16) },
  prefixLength: 0,
});

/** A number without sign, decimal. */
export const parseUnsigned = (text: string): number | undefined =>
  /^\+?\d{1,15}$/.test(text) ? Number(text) : undefined;

/** A number without sign as C writes it: 0x.. hexadecimal, 0.. octal, else decimal. */
export const parseAnyBase = (text: string): number | undefined => {
  if (/^0[xX][0-9a-fA-F]{1,12}$/.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]{1,12}$/.test(text)) return Number.parseInt(text, 8);
  return parseUnsigned(text);
};
