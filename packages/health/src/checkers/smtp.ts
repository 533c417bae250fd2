// SMTP_CHECK: greeting, HELO and QUIT must be answered as by a mail server that works (RFC 5321).
import type { Socket } from 'node:net';
import type { SmtpCheck } from '@vipward/config';
import { type CheckResult, type FailureReason, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { connect } from './connect.ts';
import { stopped } from './dial.ts';
import { failureOf } from './failure.ts';
import { giveUpAt } from './give-up.ts';
import { drop } from './hang-up.ts';

interface Turn {
  /** What the reply to it must begin with; undefined = any reply will do. */
  readonly wanted: string | undefined;
  readonly wrong: FailureReason;
  /** What is said after the reply. */
  readonly next: string | undefined;
}

/** Bytes of one reply. A greeting of many lines is good, which keepalived takes for a bad one. */
const longestReply = 8192;

/** connect_timeout bounds the connection and each reply. */
export const checkSmtp = async (checker: SmtpCheck, context: CheckContext): Promise<CheckResult> => {
  const connected = await connect(checker, context);
  return connected.ok ? converse(connected.socket, checker, context) : connected;
};

const converse = (socket: Socket, checker: SmtpCheck, { clock, signal }: CheckContext): Promise<CheckResult> =>
  new Promise((resolve) => {
    const turns: readonly Turn[] = [
      { wanted: '220', wrong: 'greeting', next: `HELO ${checker.heloName}\r\n` },
      { wanted: '250', wrong: 'helo', next: 'QUIT\r\n' },
      // keepalived is content with any answer to QUIT, but there must be one.
      { wanted: undefined, wrong: 'closed', next: undefined },
    ];
    let turn = 0;
    let heard = '';
    let settled = false;
    let cancelTimeout = (): void => {};
    const settle = (result: CheckResult): void => {
      if (settled) return;
      settled = true;
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
      drop(socket, checker);
      resolve(result);
    };
    const onAbort = (): void => settle(stopped);
    const wait = (): void => {
      cancelTimeout();
      cancelTimeout = giveUpAt(clock, clock.now() + checker.connectTimeout, () =>
        settle(failure('read-timeout', `no reply within ${checker.connectTimeout / 1000} s`)),
      );
    };
    const take = (reply: string): void => {
      const { wanted, wrong, next } = turns[turn] ?? { wanted: undefined, wrong: 'closed', next: undefined };
      if (wanted !== undefined && !reply.startsWith(wanted)) settle(failure(wrong, `"${firstLine(reply)}"`));
      else if (next === undefined) settle({ ok: true });
      else {
        turn += 1;
        heard = '';
        wait();
        socket.write(next);
      }
    };

    signal.addEventListener('abort', onAbort);
    wait();
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      if (isWhole(heard)) take(heard);
      else if (heard.length > longestReply) settle(failure('malformed', `more than ${longestReply} bytes of reply`));
    });
    socket.on('end', () => settle(failure('closed', 'connection closed in the middle')));
    socket.on('error', (error) => settle(failureOf(error)));
    socket.on('close', () => settle(failure('closed', 'connection closed in the middle')));
    if (signal.aborted) onAbort();
  });

/** The last line of a reply has no hyphen behind its code. */
const isWhole = (text: string): boolean => {
  if (!text.endsWith('\n')) return false;
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return !/^\d{3}-/.test(last);
};

const firstLine = (reply: string): string => (reply.split(/\r?\n/)[0] ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
