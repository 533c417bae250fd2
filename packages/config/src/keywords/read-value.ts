// Arguments to values: every grammar kind of the table is read and checked here.
import { parseIp } from '../address.ts';
import { addressHint, choiceHint, portHint } from '../diagnose/hints.ts';
import type { ScriptUser } from '../model.ts';
import type { Line } from '../source/line.ts';
import type { Report } from '../source/report.ts';
import { splitCommand, splitScriptLine } from '../source/script.ts';
import { locationOf, type Word } from '../source/words.ts';
import { describeGrammar, type Grammar } from './grammar.ts';
import { readForwarding, readPersistenceMask, readService, readStatusCodes } from './read-lvs.ts';
import { parseDigits, readDecimal, readInteger } from './read-number.ts';
import { readsOnWithout } from './reads-on.ts';
import type { Value } from './value.ts';

/** What reading a value needs to know of its surroundings. */
export interface ReadContext {
  readonly keyword: Word;
  readonly args: readonly Word[];
  readonly line: Line;
  readonly report: Report;
  /** What the keyword takes, to say so when it is missing. */
  readonly grammar?: Grammar;
  /** The block that it stands in. */
  readonly path?: string;
}

/** The value, or undefined when there is none that counts; what was wrong has then been reported. */
export const readValue = (grammar: Grammar, context: ReadContext): Value | undefined => {
  const { args, report } = context;
  switch (grammar.kind) {
    case 'flag':
      return { kind: 'flag' };
    case 'bool':
      return readBool(context);
    case 'integer':
      return readInteger(grammar, context);
    case 'decimal':
      return readDecimal(grammar, context);
    case 'text':
      return readText(grammar, context);
    case 'choice':
      return readChoice(grammar, context);
    case 'ip': {
      const word = argument(context, 0);
      const address = word && readAddress(word, report);
      return address && { kind: 'ip', address };
    }
    case 'ip-port':
      return readIpPort(context);
    case 'host-port': {
      const host = argument(context, 0);
      if (host === undefined) return undefined;
      const port = args[1] === undefined ? grammar.defaultPort : readPort(args[1], 1, report);
      return { kind: 'host-port', host: host.text, port: port ?? grammar.defaultPort };
    }
    case 'service':
      return readService(context);
    case 'forwarding':
      return readForwarding(context);
    case 'persistence-mask':
      return readPersistenceMask(context);
    case 'status-codes':
      return readStatusCodes(context);
    case 'digest':
      return readDigest(context);
    case 'account': {
      const user = argument(context, 0);
      return user && { kind: 'account', account: accountOf(user.text, args[1]?.text) };
    }
    case 'script':
      return readScript(grammar, context);
    case 'words':
      if (args.length < grammar.least) argument(context, args.length);
      return { kind: 'words', words: args.map((word) => word.text) };
  }
};

/** The argument at `index`; its absence is reported. */
export const argument = ({ keyword, args, report, grammar, path }: ReadContext, index: number): Word | undefined => {
  const word = args[index];
  if (word !== undefined) return word;
  const hint = grammar === undefined ? undefined : `${keyword.text} takes ${describeGrammar(grammar)}`;
  const readsOn = index === 0 && path !== undefined && readsOnWithout(path, keyword.text);
  const code = readsOn ? (NAMES.has(keyword.text) ? 'incomplete-definition' : 'missing-value') : 'missing-parameter';
  report('error', code, `${keyword.text} needs a parameter`, locationOf(keyword), withHint(hint));
  return undefined;
};

const NAMES: ReadonlySet<string> = new Set(['vrrp_instance', 'vrrp_sync_group']);

/** An address. A prefix length behind it does not count, as in keepalived; anything else is reported. */
export const readAddress = (word: Word, report: Report): ReturnType<typeof parseIp> => {
  const address = parseIp(word.text);
  if (address !== undefined) return address;
  const withoutPrefix = /^([^/]+)\/\d+$/.exec(word.text)?.[1];
  const meant = withoutPrefix === undefined ? undefined : parseIp(withoutPrefix);
  if (meant !== undefined) {
    const message = `the prefix length of ${word.text} does not count here: it is one address`;
    report('note', 'prefix-ignored', message, locationOf(word), { hint: `write ${withoutPrefix}` });
  } else
    report(
      'error',
      'bad-address',
      `"${word.text}" is not an IP address`,
      locationOf(word),
      withHint(addressHint(word.text)),
    );
  return meant;
};

/** A port from `least` (0 or 1) to 65535. */
export const readPort = (word: Word, least: 0 | 1, report: Report): number | undefined => {
  const port = parseDigits(word.text) ?? (/^\+\d{1,9}$/.test(word.text) ? Number(word.text) : -1);
  if (port >= least && port <= 65_535) return port;
  report(
    'error',
    'bad-port',
    `"${word.text}" is not a port (${least} to 65535)`,
    locationOf(word),
    withHint(portHint(word.text)),
  );
  return undefined;
};

const withHint = (hint: string | undefined): { readonly hint?: string } => (hint === undefined ? {} : { hint });

const readBool = ({ keyword, args, report }: ReadContext): Value | undefined => {
  const word = args[0];
  if (word === undefined || ['on', 'true', 'yes'].includes(word.text)) return { kind: 'bool', value: true };
  if (['off', 'false', 'no'].includes(word.text)) return { kind: 'bool', value: false };
  report(
    'error',
    'bad-value',
    `${keyword.text} takes on, true, yes, off, false or no, not "${word.text}"`,
    locationOf(word),
  );
  return undefined;
};

const readText = (grammar: Grammar & { kind: 'text' }, context: ReadContext): Value | undefined => {
  if (grammar.optional && context.args.length === 0) return { kind: 'text', text: '' };
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  if (grammar.maxLength !== undefined && word.text.length > grammar.maxLength) {
    context.report(
      'error',
      'too-long',
      `"${word.text}" is longer than ${grammar.maxLength} characters`,
      locationOf(word),
    );
    return undefined;
  }
  return { kind: 'text', text: word.text };
};

const readChoice = (grammar: Grammar & { kind: 'choice' }, context: ReadContext): Value | undefined => {
  if (context.args.length === 0 && grammar.absent !== undefined) return { kind: 'text', text: grammar.absent };
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  const wanted = grammar.anyCase ? word.text.toUpperCase() : word.text;
  if (grammar.words.includes(wanted)) return { kind: 'text', text: wanted };
  const hint = choiceHint(word.text, grammar.words);
  const message = `"${word.text}" is not known for ${context.keyword.text}`;
  context.report('error', 'bad-value', message, locationOf(word), { hint });
  return undefined;
};

const readIpPort = (context: ReadContext): Value | undefined => {
  const word = argument(context, 0);
  const address = word && readAddress(word, context.report);
  if (address === undefined) return undefined;
  const portWord = context.args[1];
  const port = portWord === undefined ? 0 : readPort(portWord, 0, context.report);
  return port === undefined ? undefined : { kind: 'ip-port', address, port };
};

const readDigest = (context: ReadContext): Value | undefined => {
  const word = argument(context, 0);
  if (word === undefined) return undefined;
  if (/^[0-9a-fA-F]{32}$/.test(word.text)) return { kind: 'text', text: word.text.toLowerCase() };
  context.report('error', 'bad-value', `"${word.text}" is not an MD5 of 32 hexadecimal digits`, locationOf(word));
  return undefined;
};

// `USER [[:][GROUP]]`: a leading colon asks for the user's supplementary groups, a lone one names no group.
const accountOf = (user: string, group: string | undefined): ScriptUser => {
  const name = group?.replace(/^:/, '') ?? '';
  return name === '' ? { user } : { user, group: name };
};

const readScript = (grammar: Grammar & { kind: 'script' }, context: ReadContext): Value | undefined => {
  const { keyword, line, report } = context;
  const raw = splitScriptLine(line.text);
  const command = raw?.[1];
  const argv = command === undefined ? undefined : splitCommand(command);
  if (raw === undefined || (command !== undefined && argv === undefined)) {
    report(
      'error',
      'unterminated-quote',
      `a quote in the command of ${keyword.text} is not closed`,
      locationOf(keyword),
    );
    return undefined;
  }
  if (argv === undefined || argv.length === 0) {
    if (grammar.optional) return { kind: 'flag' };
    argument({ ...context, args: [] }, 0);
    return undefined;
  }
  reportUnquoted(grammar, raw, context);
  const user = grammar.account ? raw[2] : undefined;
  return { kind: 'script', script: user === undefined ? { argv } : { argv, user: accountOf(user, raw[3]) } };
};

// `script /bin/check -x name` runs /bin/check alone: what was meant to be its arguments is a user, or nothing at all.
const reportUnquoted = (
  grammar: Grammar & { kind: 'script' },
  raw: readonly string[],
  { keyword, args, report }: ReadContext,
): void => {
  const most = grammar.account ? 4 : 2;
  const surplus = grammar.account && raw[2]?.startsWith('-') ? raw[2] : raw[most];
  if (surplus === undefined) return;
  const message = `"${surplus}" is not handed to the command of ${keyword.text}`;
  report('warning', 'extra-words', message, locationOf(args[1] ?? keyword), {
    hint: `put the command and its arguments in one pair of quotes: ${keyword.text} "${raw.slice(1).join(' ')}"`,
  });
};
