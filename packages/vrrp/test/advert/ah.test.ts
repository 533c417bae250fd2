// The authentication header, against captured bytes and damaged input.
import { describe, expect, test } from '@jest/globals';
import {
  decodeIpv4,
  decodeV2,
  describeRejection,
  type ExpectationV2,
  encodeHeaders,
  encodeV2,
  passwordBytes,
  receiveAdvert,
} from '../../src/index.ts';
import { bytes, ip } from './golden.ts';

const message = encodeV2({
  version: 2,
  vrid: 51,
  priority: 100,
  authType: 2,
  intervalSeconds: 1,
  addresses: [ip('10.78.0.100')],
  authData: passwordBytes(''),
});

// keepalived 2.2.7 with auth_pass 1111.
const captured = [
  {
    name: 'multicast',
    destination: ip('224.0.0.18'),
    ttl: 255,
    sequence: 2,
    packet: bytes(`45c0 0040 0002 0000 ff33 d067 0a4e 0001 e000 0012 7004 0000 0a4e 0001 0000 0002
      5d5e 02e1 9b24 75d8 8840 014b 2133 6401 0201 6e18 0a4e 0064 0000 0000 0000 0000`),
  },
  {
    name: 'unicast with another TTL',
    destination: ip('10.78.0.2'),
    ttl: 17,
    sequence: 2,
    packet: bytes(`45c0 0040 0002 0000 1133 942b 0a4e 0001 0a4e 0002 7004 0000 0a4e 0001 0000 0002
      4b55 0fc8 92f0 5a5b 955a 803f 2133 6401 0201 6e18 0a4e 0064 0000 0000 0000 0000`),
  },
];

const expectation = (unicast: boolean, sequence = 1, password = '1111'): ExpectationV2 => ({
  version: 2,
  vrid: 51,
  authType: 2,
  authData: passwordBytes(''),
  ah: { key: passwordBytes(password), sequence },
  intervalSeconds: 1,
  addresses: [ip('10.78.0.100')],
  unicast,
  unicastPeers: [],
});

const judge = (packet: Uint8Array, expected: ExpectationV2): string => {
  const outer = decodeIpv4(packet);
  if ('rejected' in outer) return describeRejection(outer.rejected);
  const verdict = receiveAdvert(outer.packet, expected);
  return 'rejected' in verdict ? describeRejection(verdict.rejected) : 'taken';
};

describe.each(captured)('keepalived, $name', ({ name, packet, destination, ttl, sequence }) => {
  const unicast = name !== 'multicast';

  test('is encoded to the same bytes', () => {
    const ah = { key: passwordBytes('1111'), sequence };
    const headers = encodeHeaders({ source: ip('10.78.0.1'), destination, id: 2, ttl, ah }, message);
    expect(Buffer.concat([...headers, message]).toString('hex')).toBe(Buffer.from(packet).toString('hex'));
  });

  test('is taken once, with the right password alone', () => {
    expect(judge(packet, expectation(unicast))).toBe('taken');
    expect(judge(packet, expectation(unicast, sequence))).toBe(
      'IPSEC-AH : sequence number 2 already processed. Packet dropped. Local(2)',
    );
    expect(judge(packet, expectation(unicast, 1, '1112'))).toBe(
      'IPSEC-AH : invalid IPSEC HMAC-MD5 value. Due to fields mutation or bad password !',
    );
  });

  test('is refused with any one bit turned, but for those that routers turn', () => {
    const outer = decodeIpv4(packet);
    expect('packet' in outer && decodeV2(outer.packet.payload)).toHaveProperty('advert');
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const at = bit >> 3;
      // Type of service and checksum; the TTL of multicast is looked at, that of unicast is nobody's business here.
      if (at === 1 || at === 10 || at === 11 || (unicast && at === 8)) continue;
      const damaged = packet.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
      expect(judge(damaged, expectation(unicast))).not.toBe('taken');
    }
  });

  test('is refused at every shorter length', () => {
    for (let length = 0; length < packet.length; length++)
      expect(judge(packet.slice(0, length), expectation(unicast))).not.toBe('taken');
  });
});

test('an advert without the header, and one that names another source in it, are refused by name', () => {
  const fields = { source: ip('10.78.0.1'), destination: ip('224.0.0.18'), id: 1, ttl: 255 };
  const bare = Buffer.concat([...encodeHeaders(fields, message), message]);
  expect(judge(bare, expectation(false))).toBe('No AH header but auth type is AH');
  const ah = { key: passwordBytes('1111'), sequence: 9 };
  const packet = Buffer.concat([...encodeHeaders({ ...fields, ah }, message), message]);
  packet[27] = 7;
  expect(judge(packet, expectation(false))).toBe('IPSEC-AH : invalid IPSEC SPI value. 10.78.0.7 and expect 10.78.0.1');
});
