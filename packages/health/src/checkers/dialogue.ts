// A short conversation over TCP with a server whose protocol is bytes: what has come is judged until there is a verdict.
import type { CheckerCommon } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';
import { startDeadline } from './deadline.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { drop } from './hang-up.ts';
import { readingBound } from './http-transport.ts';

/** What to do about the bytes so far: wait for more, say something (they are then forgotten up to `used`), or end. */
export type Answer =
  | { readonly kind: 'more' }
  | { readonly kind: 'say'; readonly bytes: Uint8Array; readonly used: number }
  | { readonly kind: 'end'; readonly result: CheckResult; readonly last?: Uint8Array };

export interface Speaker {
  /** Said as soon as the connection is there. */
  readonly opening?: Uint8Array;
  /** All bytes that have not been used yet. */
  hear(bytes: Buffer): Answer;
}

export const more: Answer = { kind: 'more' };
export const end = (result: CheckResult, last?: Uint8Array): Answer => ({
  kind: 'end',
  result,
  ...(last !== undefined && { last }),
});

/** Bytes that may wait to be understood. */
const mostBytes = 64 * 1024;

/** connect_timeout bounds the connection and each silence, four times as much the whole. `speaker` serves one conversation. */
export const converse = async (
  target: CheckerCommon,
  speaker: Speaker,
  context: CheckContext,
): Promise<CheckResult> => {
  const connected = await connect(target, context);
  if (!connected.ok) return connected;
  const { socket } = connected;
  const { clock, signal } = context;
  const { connectTimeout } = target;
  return new Promise((resolve) => {
    let heard: Buffer = Buffer.alloc(0);
    let settled = false;
    const settle = (result: CheckResult, last?: Uint8Array): void => {
      if (settled) return;
      settled = true;
      deadline.cancel();
      signal.removeEventListener('abort', onAbort);
      if (last === undefined) drop(socket, target);
      else socket.end(last, () => drop(socket, target));
      resolve(result);
    };
    const onAbort = (): void => settle(stopped);
    const deadline = startDeadline(clock, connectTimeout, readingBound(connectTimeout), () =>
      settle(failure('read-timeout', `no reply within ${connectTimeout / 1000} s`)),
    );
    const listen = (): void => {
      while (!settled) {
        const answer = speaker.hear(heard);
        if (answer.kind === 'end') settle(answer.result, answer.last);
        if (answer.kind !== 'say') break;
        heard = heard.subarray(answer.used);
        if (answer.bytes.length > 0) socket.write(answer.bytes);
      }
      if (heard.length > mostBytes) settle(failure('malformed', `more than ${mostBytes} bytes of reply`));
    };
    signal.addEventListener('abort', onAbort);
    socket.on('data', (chunk: Buffer) => {
      deadline.heard();
      heard = Buffer.concat([heard, chunk]);
      listen();
    });
    socket.on('end', () => settle(failure('closed', 'connection closed in the middle')));
    socket.on('error', (error) => settle(failureOf(error)));
    socket.on('close', () => settle(failure('closed', 'connection closed in the middle')));
    if (speaker.opening !== undefined) socket.write(speaker.opening);
    if (signal.aborted) onAbort();
  });
};

/** Text of a server for the log: one line, printable, not long. */
export const quoted = (text: string): string =>
  `"${text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 120)}"`;
