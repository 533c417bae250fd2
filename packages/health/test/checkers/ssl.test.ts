// SSL_GET against a TLS server with a self-signed certificate.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer as createProxy, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpCheck } from '@vipward/config';
import { checkHttp } from '../../src/checkers/http.ts';
import { at, http, url } from '../fixture.ts';
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
const secureServer = (status: string, names: (string | false)[] = [], more: TlsOptions = {}): Promise<Peer> => {
  const sockets = new Set<Socket>();
  const server = createServer({ key, cert, ...more }, (socket) => {
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

  test('sni_name takes the place of the virtualhost', async () => {
    const names: (string | false)[] = [];
    await using peer = await secureServer('200 OK', names);
    await check({ ...peer, httpProtocol, virtualHost: 'www.example', sni: true, sniName: 'other.example' });
    await check({ ...peer, httpProtocol, sni: true, sniName: 'other.example' });
    expect(names).toEqual(['other.example', 'other.example']);
  });

  test('a server without TLS fails the handshake, in words that fit into a log', async () => {
    await using peer = await listen((socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'), { eager: true });
    const wrong = { ok: false, reason: 'tls', detail: 'TLS: wrong version number' };
    expect(await check({ ...peer, httpProtocol })).toEqual(wrong);
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

describe('the end of a connection', () => {
  /** The type of the last TLS record that the check sent: 0x15 is an alert, 0x17 data. */
  const lastRecord = async (more: Partial<HttpCheck>): Promise<number | undefined> => {
    const sent: Buffer[] = [];
    const sockets = new Set<Socket>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    await using peer = await secureServer('200 OK', [], { maxVersion: 'TLSv1.2' });
    const proxy = createProxy((socket) => {
      const onward = connect(peer.connectPort, '127.0.0.1');
      for (const one of [socket, onward]) sockets.add(one.on('error', () => {}));
      socket.on('data', (bytes: Buffer) => {
        sent.push(bytes);
        onward.write(bytes);
      });
      onward.on('data', (bytes: Buffer) => socket.write(bytes));
      socket.on('end', () => end());
      socket.on('close', () => end());
    });
    await using between = await started(proxy, [], sockets);
    expect(await check({ ...between, ...more })).toEqual({ ok: true });
    await ended;
    const bytes = Buffer.concat(sent);
    let type: number | undefined;
    for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) type = bytes[at];
    return type;
  };

  test('is announced with tls_compliant, of the checker or of the url, and not otherwise', async () => {
    expect(await lastRecord({ tlsCompliant: true })).toBe(0x15);
    expect(await lastRecord({ urls: [url('/', { tlsCompliant: true })] })).toBe(0x15);
    expect(await lastRecord({ tlsCompliant: true, urls: [url('/', { tlsCompliant: false })] })).toBe(0x17);
    expect(await lastRecord({})).toBe(0x17);
  });

  test('is announced over HTTP/1.1, too', async () => {
    expect(await lastRecord({ tlsCompliant: true, httpProtocol: '1.1' })).toBe(0x15);
    expect(await lastRecord({ httpProtocol: '1.1' })).toBe(0x17);
  });
});

describe('the SSL block', () => {
  /** A server that lets in only who shows `cert` itself. */
  const strictServer = (): Promise<Peer> =>
    secureServer('200 OK', [], { requestCert: true, rejectUnauthorized: true, ca: cert });
  const files = (): { certificate: string; key: string; at: typeof at } => ({
    certificate: join(directory, 'cert.pem'),
    key: join(directory, 'key.pem'),
    at,
  });

  test.each(['1.0', '1.1'] as const)('its certificate lets the check in over HTTP/%s', async (httpProtocol) => {
    await using peer = await strictServer();
    expect(await check({ ...peer, httpProtocol, ssl: files() })).toEqual({ ok: true });
    expect(await check({ ...peer, httpProtocol })).toMatchObject({ ok: false });
  });

  test('its key may be encrypted, and stand in the same file', async () => {
    const both = join(directory, 'both.pem');
    const encrypted = execFileSync('openssl', ['ec', '-in', files().key, '-aes128', '-passout', 'pass:secret'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    writeFileSync(both, Buffer.concat([cert, encrypted]));
    await using peer = await strictServer();
    expect(await check({ ...peer, ssl: { certificate: both, password: 'secret', at } })).toEqual({ ok: true });
    expect(await check({ ...peer, ssl: { certificate: both, password: 'wrong', at } })).toMatchObject({
      ok: false,
      reason: 'local',
    });
  });

  test('its ca verifies nobody, as in keepalived', async () => {
    await using peer = await secureServer('200 OK');
    const other = join(directory, 'other.pem');
    const ask = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    execFileSync('openssl', [...ask, '-subj', '/CN=other', '-keyout', join(directory, 'o.key'), '-out', other], {
      stdio: 'ignore',
    });
    expect(await check({ ...peer, ssl: { ca: other, at } })).toEqual({ ok: true });
  });

  test('files that are not there change no verdict, and count again once they are', async () => {
    await using peer = await strictServer();
    const late = join(directory, 'late.pem');
    const ssl = { ...files(), certificate: late };
    expect(await check({ ...peer, ssl })).toMatchObject({
      ok: false,
      reason: 'local',
      detail: expect.stringContaining('late.pem'),
    });
    writeFileSync(late, cert);
    expect(await check({ ...peer, ssl })).toEqual({ ok: true });
  });
});
