// What HTTP_GET and SSL_GET do with words of vipward's own: method, headers, bodies, HTTP/2, verified certificates.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpCheck } from '@vipward/config';
import { checkHttp } from '../../src/checkers/http.ts';
import { at, http, ip, url } from '../fixture.ts';
import { context, listen, reply } from './peer.ts';

const directory = mkdtempSync(join(tmpdir(), 'vipward-own-'));
const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
let key: Buffer;
let cert: Buffer;

/** Valid for www.example and 127.0.0.1, for one day. */
beforeAll(() => {
  const ask = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  const names = ['-subj', '/CN=www.example', '-addext', 'subjectAltName=DNS:www.example,IP:127.0.0.1'];
  execFileSync('openssl', [...ask, ...names, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  key = readFileSync(keyFile);
  cert = readFileSync(certFile);
});
afterAll(() => rmSync(directory, { recursive: true }));

const check = (more: Partial<HttpCheck>) => checkHttp(http({ connectTimeout: 5000, ...more }), 0, context());

describe('a request', () => {
  const request = {
    method: 'POST',
    headers: [
      { name: 'X-Probe', value: 'a: b' },
      { name: 'Accept', value: '*/*' },
    ],
    body: 'schön\r\n\r\n',
  } as const;

  test('has the method, headers and body of the url over HTTP/1.0', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK')));
    expect(await check({ ...peer, urls: [url('/api', { request })] })).toEqual({ ok: true });
    expect(Buffer.from(peer.requests[0] ?? '', 'latin1').toString()).toBe(
      `POST /api HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 127.0.0.1:${peer.connectPort}\r\nX-Probe: a: b\r\nAccept: */*\r\nContent-Length: 10\r\n\r\nschön\r\n\r\n`,
    );
  });

  test('has them over HTTP/1.1 as well, and says that the connection ends', async () => {
    await using peer = await listen((socket) => socket.end(reply('200 OK')));
    expect(await check({ ...peer, httpProtocol: '1.1', urls: [url('/api', { request })] })).toEqual({ ok: true });
    const [first, ...headers] = Buffer.from(peer.requests[0] ?? '', 'latin1')
      .toString()
      .split('\r\n');
    expect(first).toBe('POST /api HTTP/1.1');
    // The order of headers means nothing, nor does the case of their names.
    expect(
      headers
        .slice(0, 6)
        .map((line) => line.toLowerCase())
        .sort(),
    ).toEqual([
      'accept: */*',
      'connection: close',
      'content-length: 10',
      `host: 127.0.0.1:${peer.connectPort}`,
      'user-agent: keepaliveclient',
      'x-probe: a: b',
    ]);
    expect(headers.slice(6)).toEqual(['', 'schön', '', '']);
  });

  test('with HEAD waits for no body', async () => {
    await using peer = await listen((socket) => void socket.write(reply('200 OK', '', 'Content-Length: 500\r\n')));
    const urls = [url('/', { request: { method: 'HEAD', headers: [] } })];
    expect(await check({ ...peer, urls, connectTimeout: 600_000 })).toEqual({ ok: true });
  });
});

test.each(['1.0', '1.1'] as const)('expect_body must stand in the body over HTTP/%s', async (httpProtocol) => {
  await using peer = await listen((socket) => socket.end(reply('200 OK', 'all is well')));
  expect(await check({ ...peer, httpProtocol, urls: [url('/', { expectBody: 'is well' })] })).toEqual({ ok: true });
  expect(await check({ ...peer, httpProtocol, urls: [url('/', { expectBody: 'is not' })] })).toEqual({
    ok: false,
    reason: 'reply',
    detail: 'the body does not hold "is not"',
  });
});

/** Answers what it was asked, over HTTP/2 alone. */
const http2Peer = async (server: Http2Server) => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.on('secureConnection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    let body = '';
    stream.on('data', (part: Buffer) => {
      body += part.toString();
    });
    stream.on('end', () => {
      stream.respond({ ':status': headers[':path'] === '/missing' ? 404 : 200 });
      stream.end(
        [
          headers[':method'],
          headers[':scheme'],
          headers[':authority'],
          headers[':path'],
          headers['x-probe'],
          body,
        ].join(' '),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectIp: ip('127.0.0.1'),
    connectPort: port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

describe('HTTP/2', () => {
  const request = { method: 'PUT', headers: [{ name: 'X-Probe', value: 'y' }], body: 'sent' } as const;

  test('is spoken at once on plain TCP', async () => {
    await using peer = await http2Peer(createServer());
    const urls = [url('/a', { request, expectBody: 'PUT http www.example /a y sent' })];
    expect(await check({ ...peer, http2: true, virtualHost: 'www.example', urls })).toEqual({ ok: true });
    expect(await check({ ...peer, http2: true, urls: [url('/missing')] })).toMatchObject({
      ok: false,
      detail: 'status 404, wanted 200',
    });
  });

  test('is agreed on over TLS', async () => {
    await using peer = await http2Peer(createSecureServer({ key, cert }));
    const urls = [url('/', { expectBody: 'GET https www.example /' })];
    expect(await check({ ...peer, kind: 'SSL_GET', http2: true, virtualHost: 'www.example', urls })).toEqual({
      ok: true,
    });
  });

  test('that a server does not speak is a failure', async () => {
    await using plain = await listen((socket) => socket.end(reply('400 Bad Request')), { eager: true });
    expect(await check({ ...plain, http2: true })).toMatchObject({ ok: false });
    await using silent = await listen(() => {}, { eager: true });
    expect(await check({ ...silent, http2: true, connectTimeout: 100 })).toMatchObject({ reason: 'read-timeout' });
  });

  test('bounds the body as ever', async () => {
    const server = createServer();
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      const more = (): void => {
        while (!stream.destroyed && stream.write(Buffer.alloc(65_536)));
      };
      stream.on('drain', more);
      more();
    });
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await check({ connectIp: ip('127.0.0.1'), connectPort: port, http2: true })).toEqual({ ok: true });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a certificate', () => {
  const ssl = () => ({ ca: certFile, at });
  const verified = { kind: 'SSL_GET', tlsVerify: true } as const;
  const secure = () => http2Peer(createSecureServer({ key, cert, allowHTTP1: true }));

  test('passes tls_verify for its name and its address, by the ca of the SSL block', async () => {
    await using peer = await secure();
    const urls = [url('/')];
    expect(await check({ ...peer, ...verified, http2: true, urls, ssl: ssl(), virtualHost: 'www.example' })).toEqual({
      ok: true,
    });
    expect(await check({ ...peer, ...verified, http2: true, urls, ssl: ssl() })).toEqual({ ok: true });
  });

  test('fails it for another name, and without a ca that signed it', async () => {
    await using peer = await secure();
    expect(await check({ ...peer, ...verified, ssl: ssl(), virtualHost: 'other.example' })).toMatchObject({
      ok: false,
      reason: 'tls',
      detail: expect.stringContaining('other.example'),
    });
    expect(await check({ ...peer, ...verified, virtualHost: 'www.example' })).toEqual({
      ok: false,
      reason: 'tls',
      detail: 'TLS handshake: self-signed certificate',
    });
  });

  test('that ends soon is told of, and passes', async () => {
    await using peer = await secure();
    const wanted = { kind: 'SSL_GET', http2: true, urls: [url('/')] } as const;
    expect(await check({ ...peer, ...wanted, tlsExpiryWarning: 14 })).toEqual({
      ok: true,
      warning: expect.stringMatching(/^the certificate ends in 0 days, on /),
    });
    expect(await check({ ...peer, ...wanted, tlsExpiryWarning: 0 })).toEqual({ ok: true });
  });
});
