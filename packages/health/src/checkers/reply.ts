// Reads an HTTP/1.0 reply as it arrives: status line, headers, then a body that is hashed or counted, all within bounds.
import { createHash } from 'node:crypto';
import { type CheckFailure, failure } from '../machine/result.ts';
import { bodyLimit, type HttpExchange, type HttpReply, headerLimit, textLimit } from './http-transport.ts';

export interface ReplyReader {
  /** True when nothing more is needed. */
  push(chunk: Uint8Array): boolean;
  /** The reply as far as it came; `whole` is false when it was cut off by time. */
  finish(whole: boolean): HttpReply | CheckFailure;
}

export const createReplyReader = (wanted: Wanted): ReplyReader => {
  let head = Buffer.alloc(0);
  let status: number | undefined;
  let broken: CheckFailure | undefined;
  const body = createBody(wanted);

  const readHead = (chunk: Uint8Array): boolean => {
    head = Buffer.concat([head, chunk]);
    const end = headEnd(head);
    if (end === undefined) {
      if (head.length > headerLimit) broken = failure('malformed', `more than ${headerLimit} bytes of headers`);
      return broken !== undefined;
    }
    const text = head.toString('latin1', 0, end.start);
    status = statusOf(text);
    if (status === undefined) {
      broken = failure('malformed', 'the reply is not HTTP');
      return true;
    }
    body.expect(contentLength(text));
    return body.push(head.subarray(end.next));
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
      if (head.length === 0) return failure('closed', 'connection closed without a reply');
      return failure('malformed', 'the reply is not HTTP');
    },
  };
};

export interface Body {
  expect(length: number | undefined): void;
  /** True when the body is complete or at its bound. */
  push(chunk: Uint8Array): boolean;
  /** What is wanted of the body: the digest if it is whole, the text unless it broke off. */
  result(whole: boolean): Pick<HttpReply, 'digest' | 'text'>;
}

/** What of the body matters. */
export type Wanted = Pick<HttpExchange, 'digest' | 'text'>;

export const createBody = (wanted: Wanted): Body => {
  const hash = wanted.digest ? createHash('md5') : undefined;
  const limit = bodyLimit(wanted.digest);
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let expected: number | undefined;
  let read = 0;
  return {
    expect(length) {
      expected = length;
    },
    push(chunk) {
      // What follows the announced length is no part of the body.
      const part = expected === undefined ? chunk : chunk.subarray(0, expected - read);
      read += part.length;
      if (read <= limit) hash?.update(part);
      if (wanted.text && keptBytes < textLimit) {
        const seen = part.subarray(0, textLimit - keptBytes);
        kept.push(seen);
        keptBytes += seen.length;
      }
      return read > limit || (expected !== undefined && read >= expected);
    },
    result(whole) {
      if (!whole) return {};
      return {
        ...(hash !== undefined && read <= limit && { digest: hash.digest('hex') }),
        ...(wanted.text && { text: Buffer.concat(kept) }),
      };
    },
  };
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

const contentLength = (head: string): number | undefined => {
  const text = /\n *content-length *: *(\d{1,15}) *(?:\r|\n|$)/i.exec(head)?.[1];
  return text === undefined ? undefined : Number(text);
};
