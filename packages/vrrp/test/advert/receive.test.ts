// What an instance takes and what it refuses, with the words of the log.
import { describe, expect, test } from '@jest/globals';
import type { AdvertV2, Expectation, ExpectationV2, VrrpPacket } from '../../src/index.ts';
import { describeRejection, encodeV2, passwordBytes, receiveAdvert } from '../../src/index.ts';
import { ip } from './golden.ts';

const expectation: ExpectationV2 = {
  version: 2,
  vrid: 51,
  authType: 1,
  authData: passwordBytes('1111'),
  intervalSeconds: 1,
  addresses: ['10.0.0.1', '10.0.0.2'].map(ip),
  unicastPeers: [],
};

const packet = (change: Partial<AdvertV2> = {}, outer: Partial<VrrpPacket> = {}): VrrpPacket => ({
  source: ip('10.0.0.9'),
  destination: ip('224.0.0.18'),
  ttl: 255,
  payload: encodeV2({ ...expectation, priority: 100, ...change }),
  ...outer,
});

const why = (candidate: VrrpPacket, expected: Expectation = expectation): string | undefined => {
  const verdict = receiveAdvert(candidate, expected);
  return 'rejected' in verdict ? describeRejection(verdict.rejected) : undefined;
};

test('an advert of the same configuration is taken, in any order of addresses', () => {
  expect(why(packet())).toBeUndefined();
  expect(why(packet({ addresses: [...expectation.addresses].reverse() }))).toBeUndefined();
});

test.each<[string, VrrpPacket, string]>([
  ['another password', packet({ authData: passwordBytes('2222') }), 'received an invalid passwd!'],
  ['no authentication', packet({ authType: 0 }), 'received a 0 auth, expecting 1!'],
  ['another interval', packet({ intervalSeconds: 2 }), "advertisement interval mismatch mine=1 sec rcv'd=2 sec"],
  ['fewer addresses', packet({ addresses: [ip('10.0.0.1')] }), 'received an unexpected ip number count 1, expected 2!'],
  [
    'another address',
    packet({ addresses: ['10.0.0.1', '10.0.0.3'].map(ip) }),
    'ip address associated with VRID 51 not present in MASTER advert: 10.0.0.2',
  ],
  ['another virtual router', packet({ vrid: 52 }), 'received VRID 52, expecting 51'],
  ['a TTL below 255', packet({}, { ttl: 254 }), 'invalid TTL/HL. Received 254 and expect 255'],
  [
    'a unicast destination',
    packet({}, { destination: ip('10.0.0.8') }),
    'Expected multicast packet but received unicast packet',
  ],
  [
    'VRRPv3',
    packet({}, { payload: Uint8Array.from([0x31, 51, 100, 0, 0, 100, 0, 0]) }),
    'wrong version. Received 3 and expect 2',
  ],
  [
    'type 2',
    packet({}, { payload: Uint8Array.from([0x22, 51, 100, 0, 0, 1, 0, 0]) }),
    'Invalid packet type. 2 and expect 1',
  ],
])('%s is refused and said', (_, candidate, text) => {
  expect(why(candidate)).toBe(text);
});

test('a message with a byte too many, too few or a wrong checksum is refused', () => {
  const { payload } = packet();
  expect(why(packet({}, { payload: Uint8Array.from([...payload, 0]) }))).toBe(
    'vrrp packet too long, length 45 and expect 44',
  );
  expect(why(packet({}, { payload: payload.slice(0, -1) }))).toBe('vrrp packet too short, length 43 and expect 44');
  expect(why(packet({}, { payload: payload.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) }))).toBe(
    'Invalid VRRPv2 checksum',
  );
});

describe('with unicast peers', () => {
  const unicast = { destination: ip('10.0.0.8') };

  test('any source and TTL is taken as long as no peer has TTL bounds', () => {
    const expected = { ...expectation, unicastPeers: [{ address: ip('10.0.0.9') }] };
    expect(why(packet({}, { ...unicast, ttl: 3 }), expected)).toBeUndefined();
    expect(why(packet({}, { ...unicast, source: ip('10.0.0.7') }), expected)).toBeUndefined();
    expect(why(packet(), expected)).toBe('Expected unicast packet but received multicast packet');
  });

  test('TTL bounds turn on the check of the source', () => {
    const expected = { ...expectation, unicastPeers: [{ address: ip('10.0.0.9'), minTtl: 250, maxTtl: 254 }] };
    expect(why(packet({}, { ...unicast, ttl: 252 }), expected)).toBeUndefined();
    expect(why(packet({}, { ...unicast, ttl: 249 }), expected)).toBe('TTL/HL 249 not in range 250 - 254');
    expect(why(packet({}, { ...unicast, source: ip('10.0.0.7'), ttl: 252 }), expected)).toBe(
      'unicast source address 10.0.0.7 not a unicast peer',
    );
  });
});

test('skip_check_adv_addr believes the master that is known, and no other', () => {
  const expected = { ...expectation, knownMaster: ip('10.0.0.9') };
  const other = packet({ addresses: [ip('10.0.0.77')] });
  expect(why(other, expected)).toBeUndefined();
  expect(why({ ...other, source: ip('10.0.0.8') }, expected)).toContain('unexpected ip number count');
});
