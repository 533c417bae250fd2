// The command line of genhash, read as keepalived 2.2.7 reads it: same options, same messages.
import { parseIp } from '@vipward/config/address';
import type { DigestRequest } from '@vipward/health';

export interface GenhashRequest extends DigestRequest {
  readonly verbose: boolean;
}

/** What to ask, or the lines that come before the usage text. */
export type GenhashCommand =
  | { readonly ok: true; readonly request: GenhashRequest }
  | { readonly ok: false; readonly messages: readonly string[] };

interface Option {
  readonly short: string;
  readonly long: string;
  readonly takesValue: boolean;
}

const option = (short: string, long: string, takesValue = true): Option => ({ short, long, takesValue });

const options: readonly Option[] = [
  option('S', 'use-ssl', false),
  option('I', 'use-sni', false),
  option('s', 'server'),
  option('p', 'port'),
  option('u', 'url'),
  option('V', 'use-virtualhost'),
  option('v', 'verbose', false),
  option('h', 'help', false),
  option('m', 'fwmark'),
  option('P', 'protocol'),
  option('t', 'timeout'),
];

const protocols = { '1.0': '1.0', '1.0c': '1.0C', '1.0C': '1.0C', '1.1': '1.1' } as const;

interface Draft {
  server?: string;
  port?: number | undefined;
  url?: string;
  name?: string;
  mark: number;
  seconds: number;
  protocol: GenhashRequest['protocol'];
  ssl: boolean;
  sni: boolean;
  verbose: boolean;
}

/** Options and other words may be mixed, long names may be cut while they are unambiguous (GNU getopt). */
export const readGenhashCommand = (args: readonly string[]): GenhashCommand => {
  // A single word can never do.
  if (args.length < 2) return refused();
  const draft: Draft = { mark: 0, seconds: 5, protocol: '1.0', ssl: false, sni: false, verbose: false };
  const messages: string[] = [];
  const unexpected: string[] = [];
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      unexpected.push(...rest.splice(0));
    } else if (word.startsWith('-') && word !== '-') {
      for (const found of word.startsWith('--') ? [longOption(word, rest)] : shortOptions(word, rest)) {
        if (typeof found === 'string') messages.push(found);
        else if (found.option.short === 'h') return refused();
        else {
          const wrong = apply(draft, found.option.short, found.value);
          if (wrong !== undefined) return refused([...messages, wrong]);
        }
      }
    } else {
      unexpected.push(word);
    }
  }
  if (unexpected.length > 0) messages.push(`Unexpected argument(s): ${unexpected.join(' ')}`);
  const request = messages.length === 0 ? requestOf(draft) : undefined;
  return request === undefined ? refused(messages) : { ok: true, request };
};

const refused = (messages: readonly string[] = []): GenhashCommand => ({ ok: false, messages });

type Found = { readonly option: Option; readonly value: string } | string;

const longOption = (word: string, rest: string[]): Found => {
  const [name = '', ...glued] = word.slice(2).split('=');
  const matches = options.filter(({ long }) => long.startsWith(name));
  const found = options.find(({ long }) => long === name) ?? (matches.length === 1 ? matches[0] : undefined);
  if (found === undefined || (!found.takesValue && glued.length > 0)) return `Unknown option ${word}`;
  const value = found.takesValue && glued.length === 0 ? rest.shift() : glued.join('=');
  return value === undefined ? `Missing parameter for option --${found.long}` : { option: found, value };
};

const shortOptions = (word: string, rest: string[]): readonly Found[] => {
  const found: Found[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const one = options.find(({ short }) => short === letter);
    if (one === undefined) found.push(`Unknown option -${letter}`);
    else if (!one.takesValue) found.push({ option: one, value: '' });
    else {
      const value = word.slice(at + 1) || rest.shift();
      found.push(value === undefined ? `Missing parameter for option -${letter}` : { option: one, value });
      break;
    }
  }
  return found;
};

/** What is wrong with the value, which ends the reading at once. */
const apply = (draft: Draft, short: string, value: string): string | undefined => {
  switch (short) {
    case 's':
      if (parseIp(value) === undefined) return `server should be an IP, not ${value}`;
      draft.server = value;
      return undefined;
    case 'p':
      draft.port = whole(value, 1, 65_535);
      return draft.port === undefined ? `invalid port number '${value}'` : undefined;
    case 'u':
      draft.url = value;
      return undefined;
    case 'V':
      draft.name = value;
      return undefined;
    case 'm': {
      const mark = whole(value, 0, 0xffffffff);
      draft.mark = mark ?? 0;
      return mark === undefined ? `invalid fwmark '${value}'` : undefined;
    }
    case 'P': {
      const version = Object.entries(protocols).find(([written]) => written === value)?.[1];
      draft.protocol = version ?? '1.0';
      return version === undefined ? `invalid HTTP protocol version '${value}'` : undefined;
    }
    case 't': {
      const seconds = whole(value, 0, Number.MAX_SAFE_INTEGER);
      // setTimeout takes no more; the original's overflow is not worth keeping.
      draft.seconds = Math.min(seconds ?? 0, 2_000_000);
      return seconds === undefined ? `invalid timeout '${value}'` : undefined;
    }
    case 'S':
      draft.ssl = true;
      return undefined;
    case 'I':
      draft.sni = true;
      return undefined;
    default:
      draft.verbose = true;
      return undefined;
  }
};

const requestOf = ({ server, port, url, name, mark, seconds, protocol, ssl, sni, verbose }: Draft) => {
  const connectIp = server === undefined ? undefined : parseIp(server);
  if (connectIp === undefined || port === undefined || url === undefined) return undefined;
  const host = connectIp.family === 6 ? `[${server}]` : server;
  const at = { file: 'genhash', line: 1, column: 1 };
  const once = { delayLoop: 0, retry: 0, delayBeforeRetry: 0, warmup: 0, alpha: false, at };
  return {
    target: {
      connectIp,
      connectPort: port,
      connectTimeout: seconds * 1000,
      ...(mark > 0 && { fwmark: mark }),
      ...once,
    },
    path: url,
    host: name ?? `${host}:${port}`,
    protocol,
    ...(ssl && { tls: sni && name !== undefined ? { servername: name } : {} }),
    verbose,
  };
};

const whole = (text: string, least: number, most: number): number | undefined => {
  const value = /^ *\+?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};
