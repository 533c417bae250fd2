// Takes a command line apart as popt(3) does: joined short options, glued values, --name VALUE and --name=VALUE.

export interface OptionShape {
  readonly long: string;
  readonly short?: string;
  readonly value: 'none' | 'required' | 'optional';
}

/** Finds options by name; made once from the option table. */
export interface Vocabulary<Option extends OptionShape> {
  readonly long: ReadonlyMap<string, Option>;
  readonly short: ReadonlyMap<string, Option>;
}

export type Found<Option extends OptionShape> =
  | { readonly kind: 'option'; readonly option: Option; readonly value: string | undefined; readonly word: string }
  | { readonly kind: 'bad'; readonly complaint: string; readonly word: string }
  | { readonly kind: 'end' };

/** Reads one command line; words that belong to no option collect in `leftovers`. */
export class WordReader<Option extends OptionShape> {
  readonly leftovers: string[] = [];
  readonly #words: readonly string[];
  readonly #vocabulary: Vocabulary<Option>;
  #next = 0;
  /** What is left of a word of joined short options, without its dash. */
  #joined = '';
  #onlyLeftovers = false;

  constructor(words: readonly string[], vocabulary: Vocabulary<Option>) {
    this.#words = words;
    this.#vocabulary = vocabulary;
  }

  next(): Found<Option> {
    while (this.#joined === '') {
      const word = this.#words[this.#next];
      if (word === undefined) return { kind: 'end' };
      this.#next += 1;
      if (this.#onlyLeftovers || word === '-' || !word.startsWith('-')) this.leftovers.push(word);
      else if (word === '--') this.#onlyLeftovers = true;
      else if (word.startsWith('--')) return this.#longOption(word.slice(2));
      else this.#joined = word.slice(1);
    }
    return this.#shortOption();
  }

  #longOption(text: string): Found<Option> {
    const equals = text.indexOf('=');
    const option = this.#vocabulary.long.get(equals < 0 ? text : text.slice(0, equals));
    if (option === undefined) return this.#bad('unknown option');
    return this.#withValue(option, equals < 0 ? undefined : text.slice(equals + 1));
  }

  #shortOption(): Found<Option> {
    const option = this.#vocabulary.short.get(this.#joined.charAt(0));
    const rest = this.#joined.slice(1);
    this.#joined = '';
    if (option === undefined) return this.#bad('unknown option');
    if (rest.startsWith('=')) return this.#withValue(option, rest.slice(1));
    if (rest === '') return this.#withValue(option, undefined);
    if (option.value !== 'none') return this.#withValue(option, rest);
    this.#joined = rest;
    return this.#withValue(option, undefined);
  }

  // An optional value is taken from the next word unless that looks like an option; a required one always is ("-w -1").
  #withValue(option: Option, glued: string | undefined): Found<Option> {
    if (option.value === 'none') {
      if (glued !== undefined) return this.#bad('option does not take an argument');
      return this.#found(option, undefined);
    }
    if (glued !== undefined) return this.#found(option, glued);
    const following = this.#words[this.#next];
    if (following === undefined || (option.value === 'optional' && following.startsWith('-'))) {
      return option.value === 'optional' ? this.#found(option, undefined) : this.#bad('missing argument');
    }
    this.#next += 1;
    return this.#found(option, following);
  }

  // popt names the word it read last, which for "--start-daemon master" is the value.
  #found(option: Option, value: string | undefined): Found<Option> {
    return { kind: 'option', option, value, word: this.#words[this.#next - 1] ?? '' };
  }

  #bad(complaint: string): Found<Option> {
    return { kind: 'bad', complaint, word: this.#words[this.#next - 1] ?? '' };
  }
}

export const vocabularyOf = <Option extends OptionShape>(options: readonly Option[]): Vocabulary<Option> => ({
  long: new Map(options.map((option) => [option.long, option])),
  short: new Map(options.flatMap((option) => (option.short === undefined ? [] : [[option.short, option]]))),
});
