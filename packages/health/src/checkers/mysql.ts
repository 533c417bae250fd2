// MYSQL_CHECK: the greeting of MySQL or MariaDB, and with `user` a login of an account without password (protocol 10).
import type { MysqlCheck } from '@vipward/config';
import { type CheckResult, failure } from '../machine/result.ts';
import type { CheckContext } from './check.ts';
import { type Answer, converse, end, more, quoted, type Speaker } from './dialogue.ts';

/**
 * Without `user` the connection ends after the greeting. Servers count that as a broken connection and may shut out the
 * director after max_connect_errors of them.
 */
export const checkMysql = (checker: MysqlCheck, context: CheckContext): Promise<CheckResult> =>
  converse(checker, mysqlSpeaker(checker), context);

const headerLength = 4;
/** A packet of the handshake is far smaller. */
const longestPacket = 16_384;
const comQuit = Uint8Array.of(1, 0, 0, 0, 1);

export const mysqlSpeaker = ({ user }: Pick<MysqlCheck, 'user'>): Speaker => {
  let greeted = false;
  return {
    hear(bytes) {
      if (bytes.length < headerLength) return more;
      const length = bytes.readUIntLE(0, 3);
      if (length === 0 || length > longestPacket) return end(notMysql);
      if (bytes.length < headerLength + length) return more;
      const payload = bytes.subarray(headerLength, headerLength + length);
      const used = headerLength + length;
      const next = ((bytes[3] ?? 0) + 1) & 0xff;
      if (payload[0] === 0xff) return end(failure('reply', errorText(payload)));
      if (greeted) return afterLogin(payload, next, used);
      greeted = true;
      if (payload[0] !== 10) return end(notMysql);
      if (user === undefined) return end({ ok: true });
      return { kind: 'say', bytes: packet(next, loginOf(user)), used };
    },
  };
};

const notMysql = failure('malformed', 'the reply is not the handshake of MySQL');

const afterLogin = (payload: Buffer, sequence: number, used: number): Answer => {
  switch (payload[0]) {
    case 0x00:
      return end({ ok: true }, comQuit);
    // AuthSwitchRequest: an empty password is nothing to the native plugin, and one zero byte to those of SHA-256.
    case 0xfe: {
      const name = payload.toString('latin1', 1, Math.max(1, payload.indexOf(0, 1)));
      return { kind: 'say', bytes: packet(sequence, /sha/.test(name) ? Uint8Array.of(0) : new Uint8Array(0)), used };
    }
    // AuthMoreData: 3 says that the account has been found good, the OK follows.
    case 0x01:
      if (payload[1] === 3) return { kind: 'say', bytes: new Uint8Array(0), used };
      return end(failure('reply', 'the account has a password, which MYSQL_CHECK has not'));
    default:
      return end(notMysql);
  }
};

/** Error number, and the message behind the SQL state if there is one. */
const errorText = (payload: Buffer): string => {
  const code = payload.length >= 3 ? payload.readUInt16LE(1) : 0;
  const text = payload.toString('latin1', payload[3] === 0x23 ? 9 : 3);
  return `error ${code} ${quoted(text)}`;
};

/** LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH. */
const capabilities = 0x1 | 0x200 | 0x8000 | 0x80000;
const utf8mb4 = 45;

/** HandshakeResponse41 with an empty password. */
const loginOf = (user: string): Uint8Array => {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(capabilities, 0);
  head.writeUInt32LE(longestPacket, 4);
  head[8] = utf8mb4;
  return Buffer.concat([head, Buffer.from(`${user.replaceAll('\0', '')}\0\0mysql_native_password\0`)]);
};

const packet = (sequence: number, payload: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(headerLength + payload.length);
  bytes.writeUIntLE(payload.length, 0, 3);
  bytes[3] = sequence;
  bytes.set(payload, headerLength);
  return bytes;
};
