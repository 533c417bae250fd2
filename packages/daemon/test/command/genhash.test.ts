// genhash against a web server on loopback: the digest, and what is wrong with a command line.
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { genhash } from '../../src/command/genhash.ts';

const server = createServer((request, response) => {
  response.statusCode = request.url === '/missing' ? 404 : 200;
  response.end(request.url === '/host' ? request.headers.host : 'hello');
});
let port = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address !== null && typeof address === 'object') port = String(address.port);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const run = async (...args: string[]) => {
  let printed = '';
  let said = '';
  const status = await genhash(args, {
    out: (text) => {
      printed += text;
    },
    error: (text) => {
      said += text;
    },
  });
  return { status, printed, said };
};

test.each(['1.0', '1.0c', '1.1'])('prints the MD5 of the body over HTTP/%s, as keepalived does', async (protocol) => {
  const { status, printed } = await run('-s', '127.0.0.1', '-p', port, '-u', '/', '-P', protocol);
  expect({ status, printed }).toEqual({ status: 0, printed: '5d41402abc4b2a76b9719d911017c592\n' });
});

test('hashes the body of an error page, too, and sends the name of -V', async () => {
  expect(await run('-s', '127.0.0.1', '-p', port, '-u', '/missing')).toMatchObject({ status: 0 });
  const named = await run('--server=127.0.0.1', '--port', port, '--url=/host', '-V', 'hello');
  expect(named.printed).toBe('5d41402abc4b2a76b9719d911017c592\n');
});

describe('ends with 1 and says why', () => {
  test.each([
    [['-p', '80', '-u', '/'], '-s, -p and -u are needed'],
    [['-s', 'bad', '-p', '80', '-u', '/'], 'server should be an IP, not bad'],
    [['-s', '127.0.0.1', '-p', '80999', '-u', '/'], "invalid port number '80999'"],
    [['-s', '127.0.0.1', '-p', '80', '-u', '/', '-P', '3'], "invalid HTTP protocol version '3'"],
    [['--nonsense'], 'nonsense'],
  ])('%j', async (args, why) => {
    const { status, said, printed } = await run(...args);
    expect({ status, printed }).toEqual({ status: 1, printed: '' });
    expect(said).toContain(why);
  });

  test('when the server does not listen', async () => {
    const { status, said } = await run('-s', '127.0.0.1', '-p', '1', '-u', '/');
    expect(status).toBe(1);
    expect(said).toContain('connection refused');
  });
});

test('-h prints the options', async () => {
  expect(await run('-h')).toMatchObject({ status: 0, said: expect.stringContaining('--use-virtualhost') });
});
