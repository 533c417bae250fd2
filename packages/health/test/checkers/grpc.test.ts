// GRPC_CHECK against a server of Node's own HTTP/2, and its messages as bytes.
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkGrpc } from '../../src/checkers/grpc.ts';
import { healthRequest, readHealthReply } from '../../src/checkers/grpc-message.ts';
import { grpc, ip } from '../fixture.ts';
import { context, listen } from './peer.ts';

interface GrpcPeer extends AsyncDisposable {
  readonly connectIp: ReturnType<typeof ip>;
  readonly connectPort: number;
  readonly heard: { path: string; authority: string; body: string }[];
}

const grpcServer = async (talk: (stream: ServerHttp2Stream) => void): Promise<GrpcPeer> => {
  const heard: GrpcPeer['heard'] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    let body = Buffer.alloc(0);
    stream.on('error', () => {});
    stream.on('data', (part: Buffer) => {
      body = Buffer.concat([body, part]);
    });
    stream.on('end', () => {
      heard.push({ path: headers[':path'] ?? '', authority: headers[':authority'] ?? '', body: body.toString('hex') });
      talk(stream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    connectIp: ip('127.0.0.1'),
    connectPort: address.port,
    heard,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const answer =
  (hex: string, status = '0', message = '') =>
  (stream: ServerHttp2Stream): void => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': status, ...(message !== '' && { 'grpc-message': message }) }),
    );
    stream.end(Buffer.from(hex, 'hex'));
  };
const serving = '00000000020801';

describe('GRPC_CHECK', () => {
  test('asks for a service and passes when it is SERVING', async () => {
    await using peer = await grpcServer(answer(serving));
    expect(await checkGrpc(grpc({ ...peer, service: 'shop.Cart', virtualHost: 'shop.example' }), context())).toEqual({
      ok: true,
    });
    expect(peer.heard).toEqual([
      {
        path: '/grpc.health.v1.Health/Check',
        authority: 'shop.example',
        body: `000000000b0a09${Buffer.from('shop.Cart').toString('hex')}`,
      },
    ]);
  });

  test('asks for the whole server with an empty message', async () => {
    await using peer = await grpcServer(answer(serving));
    expect(await checkGrpc(grpc(peer), context())).toEqual({ ok: true });
    expect(peer.heard[0]?.body).toBe('0000000000');
  });

  test.each([
    ['00000000020802', 'the service is NOT_SERVING'],
    ['0000000000', 'the service is UNKNOWN'],
    ['00000000020809', 'the service is in status 9'],
    ['0000000002', 'the reply is no HealthCheckResponse'],
  ])('%s is a failure: %s', async (hex, detail) => {
    await using peer = await grpcServer(answer(hex));
    expect(await checkGrpc(grpc(peer), context())).toMatchObject({ ok: false, detail });
  });

  test('a service that the server does not know is a failure in its words', async () => {
    await using peer = await grpcServer((stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '5', 'grpc-message': 'unknown service' }, { endStream: true }),
    );
    expect(await checkGrpc(grpc({ ...peer, service: 'x' }), context())).toEqual({
      ok: false,
      reason: 'reply',
      detail: 'gRPC status 5 "unknown service"',
    });
  });

  test('another HTTP status, silence, a broken reply and HTTP/1 are failures', async () => {
    await using missing = await grpcServer((stream) => stream.respond({ ':status': 404 }, { endStream: true }));
    expect(await checkGrpc(grpc(missing), context())).toMatchObject({ ok: false, reason: 'status' });
    await using silent = await grpcServer(() => {});
    expect(await checkGrpc(grpc({ ...silent, connectTimeout: 200 }), context())).toMatchObject({
      reason: 'read-timeout',
    });
    await using broken = await grpcServer((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('x');
      stream.session?.destroy();
    });
    expect(await checkGrpc(grpc(broken), context())).toMatchObject({ ok: false });
    await using old = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), { eager: true });
    expect(await checkGrpc(grpc(old), context())).toMatchObject({ ok: false });
  });

  test('a reply without end is cut off', async () => {
    await using peer = await grpcServer((stream) => {
      stream.respond({ ':status': 200 });
      stream.write(Buffer.alloc(1_000_000));
    });
    expect(await checkGrpc(grpc(peer), context())).toMatchObject({ ok: false });
  });

  test('ends at once when nobody wants the answer any more', async () => {
    const gone = new AbortController();
    await using peer = await grpcServer(() => gone.abort());
    expect(await checkGrpc(grpc({ ...peer, connectTimeout: 600_000 }), context(gone.signal))).toMatchObject({
      ok: false,
      reason: 'local',
    });
  });
});

describe('the messages', () => {
  test('a long name has a length of two bytes', () => {
    expect(Buffer.from(healthRequest('x'.repeat(300))).toString('hex', 0, 8)).toBe('000000012f0aac02');
  });

  test('unknown fields do not matter', () => {
    const fields = '1205aabbccddee' + '190102030405060708' + '2501020304' + '0801';
    const length = (fields.length / 2).toString(16).padStart(8, '0');
    expect(readHealthReply(Buffer.from(`00${length}${fields}`, 'hex'))).toBe(1);
  });

  test('cut at any place, or garbage, they are none', () => {
    const whole = Buffer.from(serving, 'hex');
    for (let i = 0; i < whole.length; i += 1) expect(readHealthReply(whole.subarray(0, i))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (garbage) => void readHealthReply(garbage)));
    expect(readHealthReply(Buffer.from('0000000003120aff', 'hex'))).toBeUndefined();
    expect(readHealthReply(Buffer.from('010000000008', 'hex'))).toBeUndefined();
  });
});
