// REDIS_CHECK: PING must be answered with PONG, after AUTH where there is a password (RESP, as Redis and Valkey speak it).
import type { RedisCheck } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { converse, end, more, quoted, type Speaker } from './dialogue.ts';

export const checkRedis = (checker: RedisCheck, context: CheckContext): Promise<CheckResult> =>
  converse(checker, redisSpeaker(checker), context);

/** A server that is loading its data, wants a password or is a replica without its master answers with an error. */
export const redisSpeaker = ({ user, password }: Pick<RedisCheck, 'user' | 'password'>): Speaker => {
  const auth = password === undefined ? undefined : ['AUTH', ...(user === undefined ? [] : [user]), password];
  let asked = auth === undefined ? 'PING' : 'AUTH';
  return {
    opening: command(auth ?? ['PING']),
    hear(bytes) {
      const length = bytes.indexOf('\r\n');
      if (length < 0) return bytes.length > longestLine ? end(failure('malformed', 'the reply is not RESP')) : more;
      const line = bytes.toString('utf8', 0, length);
      if (line.startsWith('-')) return end(failure('reply', `${asked} was answered ${quoted(line.slice(1))}`));
      if (!line.startsWith('+')) return end(failure('malformed', 'the reply is not RESP'));
      if (asked === 'AUTH') {
        asked = 'PING';
        return { kind: 'say', bytes: command(['PING']), used: length + 2 };
      }
      return end(line === '+PONG' ? { ok: true } : failure('reply', `PING was answered ${quoted(line)}`));
    },
  };
};

const longestLine = 1024;

/** An array of bulk strings: nothing in a password can end the command. */
const command = (words: readonly string[]): Uint8Array =>
  Buffer.from([`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n'));
