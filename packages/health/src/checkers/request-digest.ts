// The MD5 digest of what a url answers, whatever its status, as keepalived's genhash makes it: for `digest` of a url.
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CheckerCommon, HttpCheck } from '@vipward/config';
import { type CheckFailure, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';
import { requestText } from './http-plain.ts';
import { headerLimit } from './http-transport.ts';
import { contentLength } from './reply.ts';
import { secure } from './secure.ts';

export interface DigestRequest {
  readonly target: CheckerCommon;
  readonly path: string;
  readonly host: string;
  readonly protocol: HttpCheck['httpProtocol'];
  readonly tls?: { readonly servername?: string };
}

/** Who wants to see the reply itself, as it arrives. */
export interface DigestWatcher {
  /** Something arrived, and the headers are not complete yet. */
  waiting(): void;
  /** Status line and headers with the empty line behind them. */
  head(bytes: Uint8Array): void;
  /** A part of the body, as long as one read of the original or shorter. */
  part(bytes: Uint8Array): void;
}

/** Without a digest the headers never ended. `during` of a failure: what was being read as time ran out. */
export type Digest =
  | { readonly ok: true; readonly digest: string | undefined }
  | (CheckFailure & { readonly during?: 'head' | 'body' });

/** The bytes of one read(2) of the original: its dump begins anew with each. */
const readSize = 4095;

/** Nothing of the reply is kept but the headers; each silence may last connect_timeout. Chunks are hashed as they come. */
export const requestDigest = async (
  request: DigestRequest,
  context: CheckContext,
  watcher?: DigestWatcher,
): Promise<Digest> => {
  const connected = await connect(request.target, context);
  if (!connected.ok) return connected;
  const secured = request.tls ? await secure(connected.socket, request.tls, request.target, context) : connected;
  return secured.ok ? read(secured.socket, request, context, watcher) : secured;
};

const read = (
  socket: Socket,
  request: DigestRequest,
  { clock, signal }: CheckContext,
  watcher: DigestWatcher | undefined,
): Promise<Digest> =>
  new Promise((resolve) => {
    const hash = createHash('md5');
    let head: Buffer | undefined = Buffer.alloc(0);
    let left = Number.POSITIVE_INFINITY;
    let settled = false;
    let cancelTimeout = (): void => {};
    const settle = (outcome: Digest): void => {
      settled = true;
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(outcome);
    };
    const onAbort = (): void => settle(stopped);
    const wait = (): void => {
      cancelTimeout();
      const { connectTimeout } = request.target;
      cancelTimeout = giveUpAt(clock, clock.now() + connectTimeout, () =>
        settle({ ...failure('read-timeout', 'no reply in time'), during: head === undefined ? 'body' : 'head' }),
      );
    };
    const end = (): void => {
      // Destroying the socket ends in another 'close'.
      if (!settled) settle({ ok: true, digest: head === undefined ? hash.digest('hex') : undefined });
    };

    const readBody = (bytes: Buffer): void => {
      const part = bytes.subarray(0, left);
      left -= part.length;
      hash.update(part);
      if (part.length > 0) watcher?.part(part);
      if (left === 0) end();
    };
    const readPiece = (bytes: Buffer): void => {
      if (head === undefined) {
        readBody(bytes);
        return;
      }
      head = Buffer.concat([head, bytes]);
      const empty = head.indexOf('\r\n\r\n');
      if (empty < 0) {
        watcher?.waiting();
        if (head.length > headerLimit) settle(failure('malformed', `more than ${headerLimit} bytes of headers`));
        return;
      }
      const text = head.subarray(0, empty + 4);
      const rest = head.subarray(empty + 4);
      head = undefined;
      watcher?.head(text);
      left = contentLength(text.toString('latin1')) ?? left;
      readBody(rest);
    };

    signal.addEventListener('abort', onAbort);
    wait();
    socket.on('data', (chunk: Buffer) => {
      wait();
      for (let at = 0; at < chunk.length && !settled; at += readSize) readPiece(chunk.subarray(at, at + readSize));
    });
    socket.on('end', end);
    socket.on('error', (error) => settle(failureOf(error)));
    socket.on('close', end);
    socket.write(requestText({ ...request, digest: true }));
    if (signal.aborted) onAbort();
  });
