// Reads an HTTP/1.x reply as it arrives: status line, headers, then a body that is hashed or counted, all within bounds.
import { createHash, type Hash } from 'node:crypto';
import { type CheckFailure, failure } from '../machine/result.ts';
import { type ChunkDecoder, createChunkDecoder } from './chunked.ts';
import { bodyLimit, type HttpExchange, type HttpReply, headerLimit, textLimit } from './http-transport.ts';

export interface ReplyReader {
  /** True when nothing more is needed. */
  push(chunk: Uint8Array): boolean;
  /** The reply as far as it came; `whole` is false when it was cut off by time. */
  finish(whole: boolean): HttpReply | CheckFailure;
}

export const createReplyReader = (wanted: Wanted): ReplyReader => {
  let head = Buffer.alloc(0);
  let headBytes = 0;
  let status: number | undefined;
  let broken: CheckFailure | undefined;
  const body = createBody(wanted);

  const readHead = (chunk: Uint8Array): boolean => {
    headBytes += chunk.length;
    head = Buffer.concat([head, chunk]);
    for (let end = headEnd(head); end !== undefined; end = headEnd(head)) {
      const text = head.toString('latin1', 0, end.start);
      const rest = head.subarray(end.next);
      const code = statusOf(text);
      if (code === undefined) {
        broken = failure('malformed', 'the reply is not HTTP');
        return true;
      }
      // Informational replies come before the one that was asked for; to a request of 1.0 nobody sends them.
      if (wanted.protocol === '1.1' && code >= 100 && code < 200 && code !== 101) {
        head = rest;
        continue;
      }
      status = code;
      body.expect(framingOf(text, code, wanted));
      return body.push(rest);
    }
    if (headBytes > headerLimit) broken = failure('malformed', `more than ${headerLimit} bytes of headers`);
    return broken !== undefined;
  };

  return {
    push(chunk) {
      if (broken !== undefined) return true;
      return status === undefined ? readHead(chunk) : body.push(chunk);
    },
    finish(whole) {
      if (broken !== undefined) return broken;
      if (status !== undefined) return { ok: true, status, ...body.result(whole) };
      if (!whole) return failure('read-timeout', 'no reply in time');
      if (headBytes === 0) return failure('closed', 'connection closed without a reply');
      return failure('malformed', 'the reply is not HTTP');
    },
  };
};

/** Where a body ends: after so many bytes, with its last chunk, or (undefined) with the connection. */
export type Framing = number | 'chunked' | undefined;

export interface Body {
  expect(framing: Framing): void;
  /** True when the body is complete or at its bound. */
  push(chunk: Uint8Array): boolean;
  /** What is wanted of the body: the digests if it is whole, the text unless it broke off. */
  result(whole: boolean): Pick<HttpReply, 'digest' | 'rawDigest' | 'text'>;
}

/** What of the reply matters, and what it answers. */
export type Wanted = Pick<HttpExchange, 'digest' | 'text' | 'protocol' | 'request'>;

export const createBody = (wanted: Wanted): Body => {
  const hash = wanted.digest ? createHash('md5') : undefined;
  let rawHash: Hash | undefined;
  const limit = bodyLimit(wanted.digest);
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let expected: number | undefined;
  let chunks: ChunkDecoder | undefined;
  let malformed = false;
  let read = 0;

  const take = (part: Uint8Array): void => {
    if (read <= limit) hash?.update(part);
    if (!wanted.text || keptBytes >= textLimit) return;
    const seen = part.subarray(0, textLimit - keptBytes);
    kept.push(seen);
    keptBytes += seen.length;
  };

  return {
    expect(framing) {
      if (framing === 'chunked') {
        chunks = createChunkDecoder();
        if (wanted.digest) rawHash = createHash('md5');
      } else expected = framing;
    },
    push(chunk) {
      // What follows the announced length is no part of the body.
      const part = expected === undefined ? chunk : chunk.subarray(0, expected - read);
      read += part.length;
      if (chunks === undefined) {
        take(part);
        return read > limit || (expected !== undefined && read >= expected);
      }
      if (read <= limit) rawHash?.update(part);
      const place = chunks.push(part, take);
      malformed ||= place === 'malformed';
      return read > limit || place !== 'more';
    },
    result(whole) {
      if (!whole || malformed) return {};
      const inBounds = read <= limit;
      return {
        ...(hash !== undefined && inBounds && { digest: hash.digest('hex') }),
        ...(rawHash !== undefined && inBounds && { rawDigest: rawHash.digest('hex') }),
        ...(wanted.text && { text: Buffer.concat(kept) }),
      };
    },
  };
};

const framingOf = (head: string, status: number, { protocol, request }: Wanted): Framing => {
  if (request?.method === 'HEAD' || status === 204 || status === 304) return 0;
  // To a request of 1.0 no chunks should come; keepalived takes them as the body, whatever was asked.
  if (protocol === '1.1' && /\n *transfer-encoding *: *(?:[^\r\n]*,)? *chunked *(?:\r|\n|$)/i.test(head))
    return 'chunked';
  return contentLength(head);
};

/** Where the headers end and the body begins; bare line feeds are taken as keepalived takes them. */
const headEnd = (bytes: Buffer): { readonly start: number; readonly next: number } | undefined => {
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { start: crlf, next: crlf + 4 };
  return lf >= 0 ? { start: lf, next: lf + 2 } : undefined;
};

const statusOf = (head: string): number | undefined => {
  const code = /^HTTP\/\d+\.\d+ +(\d{3})(?: |\r|\n|$)/.exec(head)?.[1];
  return code === undefined ? undefined : Number(code);
};

export const contentLength = (head: string): number | undefined => {
  const text = /\n *content-length *: *(\d{1,15}) *(?:\r|\n|$)/i.exec(head)?.[1];
  return text === undefined ? undefined : Number(text);
};
