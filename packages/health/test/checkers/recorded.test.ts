// What real servers said to the checks, byte for byte: MariaDB 10.11 and PostgreSQL 15.
import { expect, test } from '@jest/globals';
import { mysqlSpeaker } from '../../src/checkers/mysql.ts';
import { pgsqlSpeaker } from '../../src/checkers/pgsql.ts';
import { play } from './speaker.ts';

const bytes = (...hex: readonly string[]): readonly Uint8Array[] => hex.map((each) => Buffer.from(each, 'hex'));

const mariadb = {
  greeting:
    '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b646562313275310011000000557157407a66722a00fef7080200ff811500' +
    '00000000001d0000007639547b33266343634b2c38006d7973716c5f6e61746976655f70617373776f726400',
  ok: '0700000200000002000000',
  /** To the plugin client_ed25519. */
  otherPlugin:
    '30000002fe636c69656e745f6564323535313900ac0119e719f880ab2e6c997010563440f3a750523ce29b4268166197f84f6d51',
  denied:
    '46000004ff15042332383030304163636573732064656e69656420666f722075736572202765642740276c6f63616c686f73742720287573696e6720' +
    '70617373776f72643a2059455329',
};

const postgresql = {
  scram: '52000000170000000a534352414d2d5348412d3235360000',
  trusted:
    '52000000080000000053000000166170706c69636174696f6e5f6e616d6500005300000019636c69656e745f656e636f64696e67005554463800' +
    '53000000327365727665725f76657273696f6e0031352e3230202844656269616e2031352e32302d302b64656231327531290053000000155469' +
    '6d655a6f6e65004574632f555443004b0000000c00001569953470d75a0000000549',
};

test('MariaDB lets an account without password in', () => {
  const { result, said } = play(mysqlSpeaker({ user: 'probe' }), bytes(mariadb.greeting, mariadb.ok));
  expect(result).toEqual({ ok: true });
  expect(said.at(-1)).toBe('\x01\0\0\0\x01');
});

test('MariaDB refuses an account of another plugin that has a password', () => {
  const { result } = play(mysqlSpeaker({ user: 'ed' }), bytes(mariadb.greeting, mariadb.otherPlugin, mariadb.denied));
  expect(result).toMatchObject({ ok: false, detail: expect.stringContaining('error 1045 "Access denied for user') });
});

test('PostgreSQL asks for a password, or lets a trusted account in and tells its parameters', () => {
  expect(play(pgsqlSpeaker({}), bytes(postgresql.scram))).toMatchObject({ result: { ok: true } });
  const { result, said } = play(pgsqlSpeaker({ user: 'trusted' }), bytes(postgresql.trusted));
  expect(result).toEqual({ ok: true });
  expect(said.at(-1)).toBe('X\0\0\0\x04');
});
