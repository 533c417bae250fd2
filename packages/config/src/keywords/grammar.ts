// What may follow a keyword, as data: the parser, the keyword reference and completion all read the same description.

/** The argument grammar of one keyword. Numbers are in the unit named; `lax` is keepalived's tolerance for `10abc` at run time. */
export type Grammar =
  | { readonly kind: 'flag' }
  | { readonly kind: 'bool' }
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly signed: boolean;
      readonly unit?: string;
      /** Taken when no argument is given; without it the argument is required. */
      readonly absent?: number;
      /** Any of these words may follow the number. */
      readonly options?: readonly string[];
      /** A number that is too small or too large counts as the nearest that is possible; it is reported all the same. */
      readonly clamped?: boolean;
    }
  | {
      readonly kind: 'decimal';
      readonly min: number;
      readonly max: number;
      /** More decimal places are an error; the value is rounded. */
      readonly places: number;
      /** Seconds are handed on as milliseconds; milliseconds as they are. */
      readonly unit: 's' | 'ms';
    }
  | { readonly kind: 'text'; readonly label: string; readonly maxLength?: number; readonly optional?: boolean }
  | { readonly kind: 'choice'; readonly words: readonly string[]; readonly anyCase?: boolean; readonly absent?: string }
  | { readonly kind: 'ip' }
  | { readonly kind: 'ip-port' }
  | { readonly kind: 'host-port'; readonly defaultPort: number }
  | { readonly kind: 'service' }
  | { readonly kind: 'forwarding' }
  | { readonly kind: 'persistence-mask' }
  | { readonly kind: 'status-codes' }
  | { readonly kind: 'digest' }
  | { readonly kind: 'account' }
  | {
      readonly kind: 'script';
      /** Whether USER and GROUP may follow the command. */
      readonly account: boolean;
      readonly optional?: boolean;
    }
  /** Words that no later stage looks into yet: only their number is checked; `form` describes them. */
  | { readonly kind: 'words'; readonly form: string; readonly least: number };

/** What stands between the braces of a keyword, if it has any: keywords, words over any lines, or one entry per line. */
export type Body = 'keywords' | 'words' | 'lines';

export const UINT32_MAX = 4_294_967_295;
export const INT32_MAX = 2_147_483_647;

export const flag: Grammar = { kind: 'flag' };
export const bool: Grammar = { kind: 'bool' };
export const ip: Grammar = { kind: 'ip' };
export const ipPort: Grammar = { kind: 'ip-port' };
export const account: Grammar = { kind: 'account' };
/** SCRIPT [USER [[:][GROUP]]] */
export const script: Grammar = { kind: 'script', account: true };
/** SCRIPT alone: words after it are ignored. */
export const bareScript: Grammar = { kind: 'script', account: false };
export const interfaceName: Grammar = { kind: 'text', label: 'IFNAME', maxLength: 15 };

type IntegerMore = {
  readonly unit?: string;
  readonly absent?: number;
  readonly options?: readonly string[];
  readonly clamped?: boolean;
};
export const uint = (min: number, max: number, more: IntegerMore = {}): Grammar => ({
  kind: 'integer',
  min,
  max,
  signed: false,
  ...more,
});
export const int = (min: number, max: number, more: IntegerMore = {}): Grammar => ({
  kind: 'integer',
  min,
  max,
  signed: true,
  ...more,
});
/** A priority change: a number and perhaps the word that turns it round. */
export const weight = (limit: number, more: IntegerMore = {}): Grammar =>
  int(-limit, limit, { options: ['reverse', 'noreverse'], ...more });

/** Seconds with up to six decimal places. */
export const seconds = (min: number, max = Number.MAX_SAFE_INTEGER, places = 6): Grammar => ({
  kind: 'decimal',
  min,
  max,
  places,
  unit: 's',
});
export const milliseconds = (min: number, max: number): Grammar => ({
  kind: 'decimal',
  min,
  max,
  places: 3,
  unit: 'ms',
});
export const text = (label: string, maxLength?: number): Grammar =>
  maxLength === undefined ? { kind: 'text', label } : { kind: 'text', label, maxLength };
export const optionalText = (label: string): Grammar => ({ kind: 'text', label, optional: true });
export const choice = (...words: readonly string[]): Grammar => ({ kind: 'choice', words });
export const words = (form: string, least = 1): Grammar => ({ kind: 'words', form, least });

/** One line that says what may follow the keyword, in the notation of the keyword reference; empty for none. */
export const describeGrammar = (grammar: Grammar): string => {
  switch (grammar.kind) {
    case 'flag':
      return '';
    case 'bool':
      return '[on|true|yes|off|false|no]';
    case 'integer':
      return describeInteger(grammar);
    case 'decimal':
      return `${grammar.unit === 's' ? 'SECONDS' : 'MILLISECONDS'} (${describeRange(grammar.min, grammar.max)})`;
    case 'text':
      return grammar.optional ? `[${grammar.label}]` : grammar.label;
    case 'choice':
      return grammar.absent === undefined ? grammar.words.join('|') : `[${grammar.words.join('|')}]`;
    case 'ip':
      return 'IP';
    case 'ip-port':
      return 'IP [PORT]';
    case 'host-port':
      return 'HOST|IP [PORT]';
    case 'service':
      return 'IP [PORT] | fwmark MARK | group NAME';
    case 'forwarding':
      return 'NAT | DR | TUN [type ipip|gue|gre] [port PORT] [nocsum|csum|remcsum]';
    case 'persistence-mask':
      return 'NETMASK (IPv4) | PREFIX (IPv6)';
    case 'status-codes':
      return 'CODE[-CODE]...';
    case 'digest':
      return 'MD5 (32 hexadecimal digits)';
    case 'account':
      return 'USER [[:][GROUP]]';
    case 'script':
      return scriptForm(grammar.account, grammar.optional ?? false);
    case 'words':
      return grammar.form;
  }
};

const scriptForm = (withAccount: boolean, optional: boolean): string => {
  const form = withAccount ? 'COMMAND [USER [[:][GROUP]]]' : 'COMMAND';
  return optional ? `[${form}]` : form;
};

const describeInteger = (grammar: Grammar & { kind: 'integer' }): string => {
  const unit = grammar.unit === undefined ? '' : ` ${grammar.unit}`;
  const number = `NUMBER (${describeRange(grammar.min, grammar.max)}${unit})`;
  const options = grammar.options === undefined ? '' : ` [${grammar.options.join('|')}]`;
  return (grammar.absent === undefined ? number : `[${number}]`) + options;
};

const describeRange = (min: number, max: number): string =>
  max >= Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
