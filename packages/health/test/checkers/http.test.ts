// HTTP_GET over both transports against servers that answer well, badly, slowly and endlessly.
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { HttpCheck } from '@vipward/config';
import { checkHttp } from '../../src/checkers/http.ts';
import { http, url } from '../fixture.ts';
import { context, listen, refusing, reply } from './peer.ts';

const check = (more: Partial<HttpCheck>, index = 0) =>
  checkHttp(http({ connectTimeout: 5000, ...more }), index, context());
const impatient = { connectTimeout: 100 };
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Sends the same bytes for ever, as fast as they are read. */
const endless = (socket: Socket, bytes: Buffer): void => {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
};

describe.each(['1.0', '1.1'] as const)('HTTP_GET over HTTP/%s', (httpProtocol) => {
  test('passes when the status is the wanted one', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK', 'hello')));
    expect(await check({ ...peer, httpProtocol })).toEqual({ ok: true });
  });

  test('fails with both codes when the server accepts but answers 502', async () => {
    await using peer = await listen((socket) => socket.end(reply('502 Bad Gateway', '<html>')));
    expect(await check({ ...peer, httpProtocol })).toEqual({
      ok: false,
      reason: 'status',
      detail: 'status 502, wanted 200',
    });
  });

  test('takes any status of the given ranges', async () => {
    await using peer = await listen((socket) => socket.end(reply('302 Found')));
    const statusCodes = [
      { from: 200, to: 200 },
      { from: 300, to: 399 },
    ];
    expect(await check({ ...peer, httpProtocol, urls: [url('/', { statusCodes })] })).toEqual({ ok: true });
    const narrow = await check({ ...peer, httpProtocol, urls: [url('/', { statusCodes: [{ from: 200, to: 299 }] })] });
    expect(narrow).toMatchObject({ detail: 'status 302, wanted 200-299' });
  });

  test('compares the MD5 of the body with the digest', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK', 'hello')));
    expect(await check({ ...peer, httpProtocol, urls: [url('/', { digest: md5('hello') })] })).toEqual({ ok: true });
    expect(await check({ ...peer, httpProtocol, urls: [url('/', { digest: md5('other') })] })).toEqual({
      ok: false,
      reason: 'digest',
      detail: `digest ${md5('hello')}, wanted ${md5('other')}`,
    });
  });

  test('hashes a body that ends with the connection', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK', 'hello', 'Connection: close\r\n')));
    expect(await check({ ...peer, httpProtocol, urls: [url('/', { digest: md5('hello') })] })).toEqual({ ok: true });
  });

  test('hashes a reply that arrives byte by byte', async () => {
    await using peer = await listen((socket) => {
      socket.setNoDelay(true);
      const bytes = reply('200 OK', 'hello');
      const send = (i: number): void => {
        if (i === bytes.length) socket.end();
        else socket.write(bytes.charAt(i), () => setImmediate(send, i + 1));
      };
      send(0);
    });
    expect(await check({ ...peer, httpProtocol, urls: [url('/', { digest: md5('hello') })] })).toEqual({ ok: true });
  });

  test('asks the url of the given number, with the most specific virtualhost', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK')));
    const urls = [url('/a'), url('/b?c=d', { virtualHost: 'shop.example' })];
    await check({ ...peer, httpProtocol, urls, virtualHost: 'www.example' }, 0);
    await check({ ...peer, httpProtocol, urls, virtualHost: 'www.example' }, 1);
    await check({ ...peer, httpProtocol, urls }, 0);
    const said = peer.requests.map((text) => [text.split(' ')[1], /^host: (.*)\r$/im.exec(text)?.[1]]);
    expect(said).toEqual([
      ['/a', 'www.example'],
      ['/b?c=d', 'shop.example'],
      ['/a', `127.0.0.1:${peer.connectPort}`],
    ]);
    expect(peer.requests[0]).toMatch(/user-agent: KeepAliveClient\r\n/i);
  });

  test('tells a refused connection from a silent server', async () => {
    expect(await check({ ...(await refusing()), httpProtocol })).toMatchObject({ ok: false, reason: 'refused' });
    await using silent = await listen(() => {});
    expect(await check({ ...silent, ...impatient, httpProtocol })).toEqual({
      ok: false,
      reason: 'read-timeout',
      detail: 'no reply in time',
    });
  });

  test('fails when the server closes without a word or speaks something else', async () => {
    await using mute = await listen((socket) => socket.end());
    expect(await check({ ...mute, httpProtocol })).toMatchObject({ ok: false, reason: 'closed' });
    await using other = await listen((socket) => socket.end('220 smtp.example ESMTP\r\n\r\n'));
    expect(await check({ ...other, httpProtocol })).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('a reset in place of a reply is a failed check', async () => {
    await using peer = await listen((socket) => socket.resetAndDestroy());
    expect(await check({ ...peer, httpProtocol })).toMatchObject({ ok: false, reason: 'closed' });
  });

  test('headers that drip for ever end at four times connect_timeout', async () => {
    await using peer = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX: ');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await check({ ...peer, ...impatient, httpProtocol })).toMatchObject({ ok: false, reason: 'read-timeout' });
  });

  test('headers without end are cut off', async () => {
    await using peer = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      endless(socket, Buffer.from(`X: ${'x'.repeat(1000)}\r\n`));
    });
    expect(await check({ ...peer, httpProtocol })).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('a body without end is cut off: the status stands, a digest cannot', async () => {
    await using peer = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      endless(socket, Buffer.alloc(65536));
    });
    expect(await check({ ...peer, httpProtocol })).toEqual({ ok: true });
    expect(await check({ ...peer, httpProtocol, urls: [url('/', { digest: md5('') })] })).toEqual({
      ok: false,
      reason: 'digest',
      detail: 'the reply was too long or too slow for its digest',
    });
  });

  test('a body that stops arriving leaves the status as the answer', async () => {
    await using peer = await listen((socket) => void socket.write(reply('200 OK', 'he', 'Content-Length: 5\r\n')));
    expect(await check({ ...peer, ...impatient, httpProtocol })).toEqual({ ok: true });
    const digest = await check({ ...peer, ...impatient, httpProtocol, urls: [url('/', { digest: md5('hello') })] });
    expect(digest).toMatchObject({ ok: false, reason: 'digest' });
  });

  test('ends at once when nobody wants the answer any more', async () => {
    const gone = new AbortController();
    await using peer = await listen(() => gone.abort());
    const result = await checkHttp(http({ ...peer, connectTimeout: 600_000, httpProtocol }), 0, context(gone.signal));
    expect(result).toMatchObject({ ok: false, reason: 'local' });
  });
});

describe('the request', () => {
  const ask = async (
    httpProtocol: HttpCheck['httpProtocol'],
  ): Promise<{ request: string | undefined; host: string }> => {
    await using peer = await listen((socket) => socket.end(reply('200 OK')));
    await check({ ...peer, httpProtocol });
    return { request: peer.requests[0], host: `127.0.0.1:${peer.connectPort}` };
  };

  test('of HTTP/1.0 is byte for byte what keepalived sends', async () => {
    const { request, host } = await ask('1.0');
    expect(request).toBe(`GET /monitor/warn.jsp HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: ${host}\r\n\r\n`);
  });

  test('of 1.0C asks to close', async () => {
    const { request, host } = await ask('1.0C');
    expect(request).toBe(
      `GET /monitor/warn.jsp HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: ${host}\r\n\r\n`,
    );
  });

  test('of 1.1 asks to close, too', async () => {
    const { request, host } = await ask('1.1');
    expect(request).toBe(
      `GET /monitor/warn.jsp HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\nHost: ${host}\r\n\r\n`,
    );
  });
});

describe('a reply in chunks', () => {
  const chunked = (text: string) =>
    listen((socket) => socket.end(reply('200 OK', text, 'Transfer-Encoding: chunked\r\n')));
  const digest = (text: string) => ({ httpProtocol: '1.1', urls: [url('/', { digest: md5(text) })] }) as const;

  test('fits the digest of its body, and that of its chunks as keepalived makes it', async () => {
    const text = '5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n';
    await using peer = await chunked(text);
    expect(await check({ ...peer, ...digest('hello world') })).toEqual({ ok: true });
    expect(await check({ ...peer, ...digest(text) })).toEqual({ ok: true });
    expect(await check({ ...peer, ...digest('hello') })).toMatchObject({
      ok: false,
      detail: `digest ${md5('hello world')}, wanted ${md5('hello')}`,
    });
  });

  test('is over with its last chunk, though the connection stays open', async () => {
    await using peer = await listen(
      (socket) => void socket.write(reply('200 OK', '5\r\nhello\r\n0\r\n\r\n', 'Transfer-Encoding: chunked\r\n')),
    );
    expect(await check({ ...peer, ...digest('hello') })).toEqual({ ok: true });
  });

  test('has no digest when its chunks are broken, and its status still counts', async () => {
    await using peer = await chunked('zz\r\nhello\r\n0\r\n\r\n');
    expect(await check({ ...peer, ...digest('hello') })).toMatchObject({ ok: false, reason: 'digest' });
    expect(await check({ ...peer, httpProtocol: '1.1' })).toEqual({ ok: true });
  });
});

test('over 1.1 informational replies come before the one that counts', async () => {
  await using peer = await listen((socket) =>
    socket.end(`HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n${reply('200 OK', 'hello')}`),
  );
  expect(await check({ ...peer, httpProtocol: '1.1' })).toEqual({ ok: true });
  expect(await check({ ...peer, httpProtocol: '1.0' })).toMatchObject({ detail: 'status 103, wanted 200' });
});

test.each([204, 304])('status %d has no body to wait for', async (status) => {
  await using peer = await listen((socket) => void socket.write(reply(`${status} Nothing`, '', '')));
  const urls = [url('/', { statusCodes: [{ from: status, to: status }] })];
  expect(await check({ ...peer, urls, connectTimeout: 600_000 })).toEqual({ ok: true });
});
