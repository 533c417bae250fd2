// genhash: asks a web server once and prints the MD5 digest of the body, for `digest` in a url block.
import { parseArgs } from 'node:util';
import { parseIp } from '@vipward/config/address';
import { requestDigest } from '@vipward/health';
import { systemClock } from '@vipward/sockets';

export interface Output {
  out(text: string): void;
  error(text: string): void;
}

/** The digest goes to `out`, everything else to `error`. Returns 0, or 1 when there is none. */
export const genhash = async (args: readonly string[], { out, error }: Output): Promise<number> => {
  const request = readRequest(args);
  if (typeof request === 'string') {
    error(request === '' ? usage : `${request}\n${usage}`);
    return request === '' ? 0 : 1;
  }
  const { verbose, ...asked } = request;
  const begun = systemClock.now();
  const result = await requestDigest(asked, { clock: systemClock, signal: new AbortController().signal });
  if (!result.ok) {
    error(`Connection failed: ${result.detail}\n`);
    return 1;
  }
  if (verbose) error(`HTTP status ${result.status}, ${Math.round(systemClock.now() - begun)} ms\n`);
  out(`${result.digest}\n`);
  return 0;
};

type Request = Parameters<typeof requestDigest>[0] & { readonly verbose: boolean };

const usage = `Usage: vipward genhash [-S [-I]] -s ADDRESS -p PORT -u URL
  -s, --server ADDRESS        address of the server
  -p, --port PORT
  -u, --url PATH
  -S, --use-ssl               over TLS
  -I, --use-sni               send the name of -V in the TLS handshake
  -V, --use-virtualhost NAME  Host header
  -m, --fwmark MARK
  -P, --protocol VERSION      1.0 (default), 1.0c or 1.1
  -t, --timeout SECONDS       5 by default
  -v, --verbose
  -h, --help
`;

const options = {
  server: { type: 'string', short: 's' },
  port: { type: 'string', short: 'p' },
  url: { type: 'string', short: 'u' },
  'use-ssl': { type: 'boolean', short: 'S' },
  'use-sni': { type: 'boolean', short: 'I' },
  'use-virtualhost': { type: 'string', short: 'V' },
  fwmark: { type: 'string', short: 'm' },
  protocol: { type: 'string', short: 'P' },
  timeout: { type: 'string', short: 't' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

const protocols = { '1.0': '1.0', '1.0c': '1.0C', '1.0C': '1.0C', '1.1': '1.1' } as const;

/** What to ask, what is wrong, or '' for -h. */
const readRequest = (args: readonly string[]): Request | string => {
  const parsed = parse(args);
  if (typeof parsed === 'string') return parsed;
  if (parsed.help) return '';
  const { server, port, url: path, fwmark = '0', protocol = '1.0', timeout = '5' } = parsed;
  if (server === undefined || port === undefined || path === undefined) return '-s, -p and -u are needed';
  const connectIp = parseIp(server);
  if (connectIp === undefined) return `server should be an IP, not ${server}`;
  const connectPort = whole(port, 1, 65_535);
  if (connectPort === undefined) return `invalid port number '${port}'`;
  const version = Object.entries(protocols).find(([written]) => written === protocol)?.[1];
  if (version === undefined) return `invalid HTTP protocol version '${protocol}'`;
  const mark = whole(fwmark, 0, 0xffffffff);
  if (mark === undefined) return `invalid fwmark '${fwmark}'`;
  const seconds = whole(timeout, 1, 4_294_967);
  if (seconds === undefined) return `invalid timeout '${timeout}'`;
  const name = parsed['use-virtualhost'];
  const address = connectIp.family === 6 ? `[${server}]` : server;
  const at = { file: 'genhash', line: 1, column: 1 };
  const once = { delayLoop: 0, retry: 0, delayBeforeRetry: 0, warmup: 0, alpha: false, at };
  return {
    target: { connectIp, connectPort, connectTimeout: seconds * 1000, ...(mark > 0 && { fwmark: mark }), ...once },
    path,
    host: name ?? `${address}:${connectPort}`,
    protocol: version,
    ...(parsed['use-ssl'] && { tls: parsed['use-sni'] && name !== undefined ? { servername: name } : {} }),
    verbose: parsed.verbose ?? false,
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const whole = (text: string, least: number, most: number): number | undefined => {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};
