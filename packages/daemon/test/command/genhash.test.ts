// genhash against servers on loopback: the digest, the dumps of -v, and, where keepalived's own is installed, the same bytes.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { genhash } from '../../src/command/genhash.ts';

const replies: Readonly<Record<string, readonly string[]>> = {
  '/': ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  '/missing': ['HTTP/1.1 404 Not Found\r\n\r\nhello'],
  '/chunks': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  '/cut': ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhello'],
  '/empty': ['HTTP/1.1 200 OK\r\n\r\n'],
  '/other': ['hello\r\n\r\nno HTTP, and \x00\x01\x7f\x80\xff'],
  '/lines': ['HTTP/1.1 200 OK\n\nhello'],
  '/mute': [''],
  '/silent': [],
  '/long': [`HTTP/1.1 200 OK\r\n\r\n${'A'.repeat(5000)}`],
};
const sockets = new Set<Socket>();
let port = '';
let server: Server;

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (request: Buffer) => {
      const path = request.toString().split(' ')[1] ?? '';
      if (path === '/echo') socket.end(`HTTP/1.0 200 OK\r\n\r\n${request.toString().replace(port, 'PORT')}`);
      for (const part of replies[path] ?? []) socket.end(Buffer.from(part, 'latin1'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address !== null && typeof address === 'object') port = String(address.port);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

interface Ran {
  readonly status: number;
  readonly printed: string;
  readonly said: string;
}

/** The time it took is another each time. */
const settled = (text: string): string => text.replace(/= \d+ usecs/, '= N usecs');

const run = async (...args: string[]): Promise<Ran> => {
  let printed = '';
  let said = '';
  const out = (text: string): void => {
    printed += text;
  };
  const error = (text: string): void => {
    said += text;
  };
  const status = await genhash(args, { out, error });
  return { status, printed: settled(printed), said };
};

const ask = (path: string, ...more: string[]): Promise<Ran> => run('-s', '127.0.0.1', '-p', port, '-u', path, ...more);

test.each(['1.0', '1.0c', '1.1'])('prints the MD5 of the body over HTTP/%s', async (protocol) => {
  expect(await ask('/', '-P', protocol)).toEqual({
    status: 0,
    printed: '5d41402abc4b2a76b9719d911017c592\n',
    said: '',
  });
});

test('hashes the body of an error page, too', async () => {
  expect((await ask('/missing')).printed).toBe('5d41402abc4b2a76b9719d911017c592\n');
});

test('shows headers, body and digest with -v', async () => {
  expect(
    (await ask('/cut', '-v')).printed,
  ).toBe(`-----------------------[    HTTP Header Buffer    ]-----------------------
0000  48 54 54 50 2f 31 2e 31 - 20 32 30 30 20 4f 4b 0d   HTTP/1.1 200 OK.
0016  0a 43 6f 6e 74 65 6e 74 - 2d 4c 65 6e 67 74 68 3a   .Content-Length:
0032  20 33 0d 0a 0d 0a       -                            3....${' '.repeat(10)}
-----------------------[ HTTP Header Ascii Buffer ]-----------------------
HTTP/1.1 200 OK\r
Content-Length: 3\r
\r

-----------------------[        HTML Buffer        ]-----------------------
0000  68 65 6c                -                           hel${' '.repeat(13)}

-----------------------[    HTML hash resulting    ]-----------------------
0000  46 35 6a fe 55 fa 3c ea - 9c be 73 ad 44 2c ad 47   F5j.U.<...s.D,.G
-----------------------[ HTML hash final resulting ]-----------------------
46356afe55fa3cea9cbe73ad442cad47

Global response time for [/cut] = N usecs
`);
});

test('a refused connection and silence are told on the output, with exit status 0 as ever', async () => {
  expect(await run('-s', '127.0.0.1', '-p', '1', '-u', '/')).toEqual({
    status: 0,
    printed: 'Connection failed\n',
    said: '',
  });
  expect(await ask('/silent', '-t', '1')).toMatchObject({ status: 0, printed: 'Timeout WEB read\n' });
});

describe('a command line that is wrong ends with 1 and the usage', () => {
  test.each([
    [['-q', '-s', '127.0.0.1'], 'Unknown option -q'],
    [['-s', 'bad', '-p', '80', '-u', '/'], 'server should be an IP, not bad'],
    [['-s', '127.0.0.1', '-p', '80999', '-u', '/'], "invalid port number '80999'"],
    [['-s', '127.0.0.1', '-p', '80', '-u', '/', '-P', '3'], "invalid HTTP protocol version '3'"],
    [['-s', '127.0.0.1', '--timeout'], 'Missing parameter for option --timeout'],
    [['-p', '80', '-u', '/'], 'Usage: genhash COMMAND [OPTIONS]'],
    [['-h'], 'Usage: genhash COMMAND [OPTIONS]'],
  ])('%j', async (args, first) => {
    const { status, said, printed } = await run(...args);
    expect({ status, printed, first: said.split('\n')[0] }).toEqual({ status: 1, printed: '', first });
    expect(said).toContain('--use-virtualhost');
  });
});

const original = '/usr/bin/genhash';
const theirs = (args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile('genhash', args, { encoding: 'latin1', timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), printed: settled(stdout), said: stderr }),
    );
  });

const compare = (): void => {
  const wrong = [
    [],
    ['-x'],
    ['-q', '-q'],
    ['-s', 'foo', '-p', '1', '-u', '/'],
    ['-s', '127.0.0.1', '-p', 'x'],
    ['-s', '127.0.0.1', '-p', '70000'],
    ['-s', '127.0.0.1', '-p', '80', '-u', '/', 'a', 'b'],
    ['-s', '127.0.0.1', '-p', '80', '-u', '/', '-xyz'],
    ['-s', '127.0.0.1', '-p', '80', '-u', '/', '-m', 'x'],
    ['-s', '127.0.0.1', '-p', '80', '-u', '/', '-t', '1.5'],
    ['-s', '127.0.0.1', '-p', '80', '-u', '/', '--use-ssl=1'],
    ['-s', '127.0.0.1', '-p', '80', '-u', '/', '--use'],
    ['-s', '127.0.0.1', '-p', '80', '-u'],
  ];
  test.each(wrong.map((args) => [args]))('command line %j', async (args) => {
    expect(await run(...args)).toEqual(await theirs(args));
  });

  const more = [[], ['-v'], ['-P', '1.1', '-v'], ['-V', 'www.example', '--protocol=1.0C', '--verb']];
  const asked = ['/echo', ...Object.keys(replies).filter((path) => path !== '/silent')];
  test.each(asked.flatMap((path) => more.map((options) => [path, options] as const)))(
    '%s %j',
    async (path, options) => {
      const args = ['-s', '127.0.0.1', '-p', port, '-u', path, ...options];
      expect(await run(...args)).toEqual(await theirs(args));
    },
  );
};

// Where no keepalived is installed there is nothing to compare with.
if (existsSync(original)) describe('the same as the original', compare);
