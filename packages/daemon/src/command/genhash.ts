// genhash: asks a web server once and prints the MD5 digest of the body, for `digest` in a url block.
import { type Digest, type DigestWatcher, requestDigest } from '@vipward/health';
import { systemClock } from '@vipward/sockets';
import { readGenhashCommand } from './genhash-options.ts';
import { hexDump } from './hex-dump.ts';

export interface Output {
  out(text: string): void;
  error(text: string): void;
}

/**
 * Output and exit status of keepalived 2.2.7: 1 for a command line that cannot be used and for the help, otherwise 0, even
 * when nothing could be asked; that is told by what is printed.
 */
export const genhash = async (args: readonly string[], { out, error }: Output): Promise<number> => {
  const command = readGenhashCommand(args);
  if (!command.ok) {
    error([...command.messages, usage].join('\n'));
    return 1;
  }
  const { verbose, ...request } = command.request;
  const begun = process.hrtime.bigint();
  const context = { clock: systemClock, signal: new AbortController().signal };
  const result = await requestDigest(request, context, verbose ? dumper(out) : undefined);
  if (!result.ok) out(`${complaint(result)}\n`);
  else {
    // Over TLS the original shows the digest alone.
    if (verbose && request.tls === undefined) out(verboseDigest(result.digest));
    if (result.digest === undefined) error('no data received from remote webserver\n');
    else out(`${result.digest}\n`);
  }
  if (verbose)
    out(`\nGlobal response time for [${request.path}] = ${(process.hrtime.bigint() - begun) / 1000n} usecs\n`);
  return 0;
};

const dumper = (out: Output['out']): DigestWatcher => {
  let inBody = false;
  return {
    waiting: () => out(title('    HTTP Header Buffer    ')),
    head: (bytes) =>
      out(
        `${title('    HTTP Header Buffer    ')}${hexDump(bytes)}${title(' HTTP Header Ascii Buffer ')}${Buffer.from(bytes).toString('latin1')}\n`,
      ),
    part(bytes) {
      out(`${inBody ? '' : title('        HTML Buffer        ')}${hexDump(bytes)}`);
      inBody = true;
    },
  };
};

/** Of nothing at all, where no headers came. */
const emptyDigest = 'd41d8cd98f00b204e9800998ecf8427e';

const verboseDigest = (digest: string | undefined): string =>
  `\n${title('    HTML hash resulting    ')}${hexDump(Buffer.from(digest ?? emptyDigest, 'hex'))}${title(' HTML hash final resulting ')}`;

const dashes = '-----------------------';
const title = (text: string): string => `${dashes}[${text}]${dashes}\n`;

/** The original's words; they name no server. */
const complaint = (result: Extract<Digest, { ok: false }>): string => {
  switch (result.reason) {
    case 'connect-timeout':
      return 'Timeout connecting';
    case 'read-timeout':
      return result.during === 'body' ? 'Timeout HTTP read' : 'Timeout WEB read';
    case 'tls':
      return /^no TLS handshake/.test(result.detail)
        ? 'Timeout connecting'
        : 'SSL handshake/communication error connecting to';
    case 'closed':
    case 'malformed':
      return 'Read error with';
    case 'unreachable':
      return result.detail === 'network is unreachable' ? 'HTTP_CHECK - network unreachable' : 'Connection failed';
    default:
      return 'Connection failed';
  }
};

const usage = `Usage: genhash COMMAND [OPTIONS]
Commands:
   -s server-address -p port -u url
   -S -s server-address -p port -u url
   -h

Options:
Either long or short options are allowed.
   --use-ssl         -S       Use SSL connection to remote server.
   --use-sni         -I       Use SNI during SSL handshake (uses virtualhost setting; see -V).
   --server          -s       Use the specified remote server address.
   --port            -p       Use the specified remote server port.
   --url             -u       Use the specified remote server url.
   --use-virtualhost -V       Use the specified virtualhost in GET query.
   --verbose         -v       Use verbose mode output.
   --help            -h       Display this short inlined help screen.
   --fwmark          -m       Use the specified FW mark.
   --protocol        -P       Use the specified HTTP protocol - '1.0', 1.0c', '1.1'.
                                1.0c means 1.0 with 'Connection: close'
   --timeout         -t       Timeout in seconds
`;
