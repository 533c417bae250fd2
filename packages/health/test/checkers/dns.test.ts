// DNS_CHECK on loopback: which answers are good, as keepalived 2.2.7 judged them, and the messages themselves.
import { describe, expect, test } from '@jest/globals';
import type { DnsCheck } from '@vipward/config';
import fc from 'fast-check';
import { checkDns } from '../../src/checkers/dns.ts';
import { dnsQuery, readDnsReply, recordTypes } from '../../src/checkers/dns-message.ts';
import { dns } from '../fixture.ts';
import { answering, closedPort } from './datagram-peer.ts';
import { context } from './peer.ts';

const check = (more: Partial<DnsCheck>) => checkDns(dns({ connectTimeout: 5000, ...more }), context());

/** The query sent back with these flags, changed by `change`. */
const answer =
  (flags: number, change: (reply: Buffer) => Buffer = (reply) => reply) =>
  (query: Uint8Array): readonly Uint8Array[] => {
    const reply = Buffer.from(query);
    reply.writeUInt16BE(flags, 2);
    return [change(reply)];
  };

describe('a server', () => {
  test('that answers without an error is up, even with nothing in the answer', async () => {
    await using peer = await answering(answer(0x8180));
    expect(await check(peer)).toEqual({ ok: true });
  });

  test.each([
    [0x8183, 3],
    [0x8182, 2],
    [0x8185, 5],
  ])('that answers with flags %d is down, with the code %d', async (flags, code) => {
    await using peer = await answering(answer(flags));
    expect(await check(peer)).toEqual({ ok: false, reason: 'reply', detail: `read error occurred. (rcode = ${code})` });
  });

  test.each([
    ['another id', answer(0x8180, (reply) => Buffer.from(reply.with(1, (reply[1] ?? 0) ^ 1)))],
    ['a query in place of an answer', answer(0x0100)],
    ['a piece of an answer', answer(0x8180, (reply) => reply.subarray(0, 6))],
    ['the answer to another question', answer(0x8180, (reply) => Buffer.from(reply.with(13, 0x78)))],
    ['nothing', () => []],
  ])('that sends %s is not heard', async (_, talk) => {
    await using peer = await answering(talk);
    expect(await check({ ...peer, connectTimeout: 100 })).toMatchObject({ ok: false, reason: 'read-timeout' });
  });

  test('that is heard after noise is up', async () => {
    await using peer = await answering((query) => [Buffer.from('noise'), ...answer(0x8180)(query)]);
    expect(await check(peer)).toEqual({ ok: true });
  });

  test('that does not listen is down at once', async () => {
    expect(await check(await closedPort())).toMatchObject({ ok: false, reason: 'refused' });
  });
});

describe('the query', () => {
  test('of the root has one question with an empty name', () => {
    const query = dnsQuery(0x1234, 'SOA', '.');
    expect(Buffer.from(query ?? []).toString('hex')).toBe('1234010000010000000000000000060001');
  });

  test('writes a name as labels, with or without the last dot', () => {
    const hex = (name: string): string => Buffer.from(dnsQuery(1, 'AAAA', name) ?? []).toString('hex');
    expect(hex('a.bc')).toBe('000101000001000000000000016102626300001c0001');
    expect(hex('a.bc.')).toBe(hex('a.bc'));
  });

  test.each(['a..b', `${'x'.repeat(64)}.example`, Array(130).fill('a').join('.')])('%s is no name', (name) => {
    expect(dnsQuery(1, 'A', name)).toBeUndefined();
  });

  test('asks each type by its number', () => {
    for (const type of ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'] as const) {
      expect(dnsQuery(1, type, '.')?.at(-3)).toBe(recordTypes[type]);
    }
  });
});

test('no datagram makes the reader throw, and only an answer to the query has a code', () => {
  const query = dnsQuery(0xabcd, 'A', 'www.example.com') ?? new Uint8Array();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (datagram) => {
      const code = readDnsReply(query, datagram);
      const answers = datagram[0] === 0xab && datagram[1] === 0xcd && (datagram[2] ?? 0) >= 0x80;
      expect(code === undefined || answers).toBe(true);
    }),
  );
});
