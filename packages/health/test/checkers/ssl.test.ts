// SSL_GET against a TLS server with a self-signed certificate.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpCheck } from '@vipward/config';
import { checkHttp } from '../../src/checkers/http.ts';
import { http } from '../fixture.ts';
import { context, listen, type Peer, reply, started } from './peer.ts';

const directory = mkdtempSync(join(tmpdir(), 'vipward-ssl-'));
let key: Buffer;
let cert: Buffer;

beforeAll(() => {
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const ask = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', [...ask, '-subj', '/CN=nobody.example', '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  });
  key = readFileSync(keyFile);
  cert = readFileSync(certFile);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A TLS server that answers `status`; `names` collects the SNI of each connection. */
const secureServer = (status: string, names: (string | false)[] = []): Promise<Peer> => {
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert }, (socket) => {
    names.push(socket.servername || false);
    socket.on('error', () => {});
    socket.once('data', () => socket.end(reply(status, 'hello')));
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('tlsClientError', () => {});
  return started(server, [], sockets);
};

const check = (more: Partial<HttpCheck>) =>
  checkHttp(http({ kind: 'SSL_GET', connectTimeout: 5000, ...more }), 0, context());

describe.each(['1.0', '1.1'] as const)('SSL_GET over HTTP/%s', (httpProtocol) => {
  test('passes and fails by the status, whoever signed the certificate', async () => {
    await using good = await secureServer('200 OK');
    await using bad = await secureServer('502 Bad Gateway');
    expect(await check({ ...good, httpProtocol })).toEqual({ ok: true });
    expect(await check({ ...bad, httpProtocol })).toMatchObject({ ok: false, reason: 'status' });
  });

  test('sends the virtualhost as server name only when enable_sni asks for it', async () => {
    const names: (string | false)[] = [];
    await using peer = await secureServer('200 OK', names);
    await check({ ...peer, httpProtocol, virtualHost: 'www.example', sni: true });
    await check({ ...peer, httpProtocol, virtualHost: 'www.example', sni: false });
    expect(names).toEqual(['www.example', false]);
  });

  test('a server without TLS fails the handshake', async () => {
    await using peer = await listen((socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'), { eager: true });
    expect(await check({ ...peer, httpProtocol })).toMatchObject({ ok: false, reason: 'tls' });
  });

  test('a handshake that never ends is cut off at connect_timeout', async () => {
    await using peer = await listen(() => {}, { eager: true });
    expect(await check({ ...peer, httpProtocol, connectTimeout: 100 })).toEqual({
      ok: false,
      reason: 'tls',
      detail: 'no TLS handshake within 0.1 s',
    });
  });
});
