// GRPC_CHECK: the gRPC health checking protocol, version 1 (grpc.health.v1.Health/Check), over HTTP/2.
import type { GrpcCheck } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';
import { quoted } from './dialogue.ts';
import { healthRequest, readHealthReply } from './grpc-message.ts';
import { exchangeHttp2 } from './http2-exchange.ts';
import { secure } from './secure.ts';

/** Bytes of an answer; that of a healthy service has seven. */
const mostBytes = 4096;

/** Only SERVING is success. */
export const checkGrpc = async (checker: GrpcCheck, context: CheckContext): Promise<CheckResult> => {
  const connected = await connect(checker, context);
  if (!connected.ok) return connected;
  const secured = checker.tls ? await secure(connected.socket, tlsOf(checker), checker, context) : connected;
  if (!secured.ok) return secured;
  let received = Buffer.alloc(0);
  const reply = await exchangeHttp2(
    secured.socket,
    checker,
    {
      headers: {
        ':method': 'POST',
        ':scheme': checker.tls ? 'https' : 'http',
        ':authority': checker.virtualHost ?? addressOf(checker),
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        'user-agent': 'vipward',
        te: 'trailers',
      },
      body: healthRequest(checker.service),
      take(part) {
        received = Buffer.concat([received, part]);
        return received.length > mostBytes;
      },
    },
    context,
  );
  if (!reply.ok) return reply;
  if (reply.status !== 200) return failure('status', `HTTP status ${reply.status}, wanted 200`);
  // An answer without a message has its status in the headers.
  const status = reply.trailers['grpc-status'] ?? reply.headers['grpc-status'];
  if (!reply.whole || status === undefined) return failure('closed', 'the reply broke off');
  const message = reply.trailers['grpc-message'] ?? reply.headers['grpc-message'] ?? '';
  if (status !== '0') return failure('reply', `gRPC status ${String(status)} ${quoted(String(message))}`);
  return judge(readHealthReply(received));
};

const judge = (serving: number | undefined): CheckResult => {
  if (serving === undefined) return failure('malformed', 'the reply is no HealthCheckResponse');
  return serving === 1 ? { ok: true } : failure('reply', `the service is ${names[serving] ?? `in status ${serving}`}`);
};

const names = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

const tlsOf = ({ virtualHost, ssl }: GrpcCheck) => ({
  ...(virtualHost !== undefined && { servername: virtualHost }),
  ...(ssl !== undefined && { ssl }),
  http2: true,
});

const addressOf = ({ connectIp, connectPort }: GrpcCheck): string =>
  connectIp.family === 6 ? `[${formatIp(connectIp)}]:${connectPort}` : `${formatIp(connectIp)}:${connectPort}`;
