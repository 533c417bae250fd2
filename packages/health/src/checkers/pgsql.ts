// PGSQL_CHECK: PostgreSQL must take a first message (protocol 3.0); nobody has to be able to log in.
import type { PgsqlCheck } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { type Answer, converse, end, more, quoted, type Speaker } from './dialogue.ts';

export const checkPgsql = (checker: PgsqlCheck, context: CheckContext): Promise<CheckResult> =>
  converse(checker, pgsqlSpeaker(checker), context);

const usualUser = 'vipward';
const protocol = 196_608;
/** An error or a notice; nothing else that may come is larger. */
const longestMessage = 16_384;
const terminate = Uint8Array.of(0x58, 0, 0, 0, 4);

/**
 * Being asked for a password is success. An account that nobody named (no `user`) may be refused as well: the server that
 * refuses it works. One that starts up, shuts down or has no connection left fails.
 */
export const pgsqlSpeaker = ({ user, database }: Pick<PgsqlCheck, 'user' | 'database'>): Speaker => ({
  opening: startup(user ?? usualUser, database),
  hear(bytes) {
    if (bytes.length < 5) return more;
    const type = String.fromCharCode(bytes[0] ?? 0);
    const length = bytes.readUInt32BE(1);
    if (!/[A-Za-z]/.test(type) || length < 4 || length > longestMessage) return end(notPostgres);
    if (bytes.length < 1 + length) return more;
    const body = bytes.subarray(5, 1 + length);
    const skip: Answer = { kind: 'say', bytes: new Uint8Array(0), used: 1 + length };
    switch (type) {
      case 'R':
        if (body.length < 4) return end(notPostgres);
        // 0 is a login without password, after which the server may still refuse the database.
        // Closing in place of an answer leaves no line in the server's log; anything that is said would.
        return body.readUInt32BE(0) === 0 ? skip : end({ ok: true });
      case 'Z':
        return end({ ok: true }, terminate);
      case 'E':
        return end(judgeError(body, user, database));
      // Notices, parameters, keys, and what the server knows of the protocol.
      case 'N':
      case 'S':
      case 'K':
      case 'v':
        return skip;
      default:
        return end(notPostgres);
    }
  },
});

const notPostgres = failure('malformed', 'the reply is not that of PostgreSQL');

const judgeError = (body: Buffer, user: string | undefined, database: string | undefined): CheckResult => {
  const fields = body.toString('utf8').split('\0');
  const field = (letter: string): string => fields.find((text) => text.startsWith(letter))?.slice(1) ?? '';
  const state = field('C');
  // Class 28 is about accounts, 3D000 an unknown database.
  if (user === undefined && state.startsWith('28')) return { ok: true };
  if (user === undefined && database === undefined && state === '3D000') return { ok: true };
  return failure('reply', `error ${state.slice(0, 5)} ${quoted(field('M'))}`);
};

const startup = (user: string, database: string | undefined): Uint8Array => {
  const words = ['user', user, ...(database === undefined ? [] : ['database', database])];
  const text = Buffer.from(`${words.map((word) => `${word.replaceAll('\0', '')}\0`).join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + text.length, 0);
  head.writeUInt32BE(protocol, 4);
  return Buffer.concat([head, text]);
};
