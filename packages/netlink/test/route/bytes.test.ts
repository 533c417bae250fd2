// rtnetlink messages as bytes, derived by hand from linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h.

import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import fc from 'fast-check';
import { ByteWriter, windowOf } from '../../src/codec/bytes.ts';
import { DecodeError } from '../../src/errors.ts';
import { decodeAddress, writeAddress } from '../../src/route/address.ts';
import { decodeEvents } from '../../src/route/event.ts';
import { decodeLink } from '../../src/route/link.ts';
import { decodeNeighbour } from '../../src/route/neighbour.ts';
import { bytesOf, hexOf } from '../hex.ts';
import { anyAddress } from '../ipvs/arbitrary.ts';

const ip = (text: string) => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};

const linkBytes = (family = '00') => `
  ${family} 00 0100 05000000 43100100 00000000
  0900 0300 6574683000 000000
  0800 0400 dc050000
  0a00 0100 020000000001 0000
  1000 1280 0900 0100 7665746800 000000`;

const link = {
  index: 5,
  name: 'eth0',
  up: true,
  running: true,
  loopback: false,
  multicast: true,
  noArp: false,
  mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
  mtu: 1500,
  kind: 'veth',
};

const addressBytes = `
  02 18 80 00 05000000
  0800 0100 0a000001  0800 0200 0a000002  0800 0400 0a0000ff
  0900 0300 6574683000 000000
  0800 0800 80020000  0500 0b00 12 000000`;

const address = {
  ifIndex: 5,
  address: ip('10.0.0.2'),
  prefixLength: 24,
  scope: 0,
  flags: 0x280,
  label: 'eth0',
  broadcast: ip('10.0.0.255'),
  peer: ip('10.0.0.1'),
  protocol: 18,
};

describe('reading', () => {
  test('a link', () => {
    expect(decodeLink(windowOf(bytesOf(linkBytes())))).toEqual(link);
  });

  test('a link without attributes has no name, no address and no kind', () => {
    const bare = '00 00 0403 01000000 49000000 00000000';
    expect(decodeLink(windowOf(bytesOf(bare)))).toMatchObject({
      index: 1,
      name: '',
      kind: '',
      loopback: true,
      up: true,
    });
  });

  test('an address: IFA_LOCAL is ours, IFA_FLAGS has all bits', () => {
    expect(decodeAddress(windowOf(bytesOf(addressBytes)))).toEqual(address);
  });

  test('an IPv6 address without IFA_LOCAL, flags from the header', () => {
    const bytes = '0a 40 c0 fd 05000000 1400 0100 fe800000000000000000000000000001';
    expect(decodeAddress(windowOf(bytesOf(bytes)))).toEqual({
      ifIndex: 5,
      address: ip('fe80::1'),
      prefixLength: 64,
      scope: 253,
      flags: 0xc0,
      protocol: 0,
    });
  });

  test('a neighbour, and no bridge entry', () => {
    const entry = (family: string) =>
      `${family} 00 0000 05000000 0200 00 01 0800 0100 0a000009 0a00 0200 020000000009 0000`;
    expect(decodeNeighbour(windowOf(bytesOf(entry('02'))))).toEqual({
      ifIndex: 5,
      address: ip('10.0.0.9'),
      mac: Uint8Array.of(2, 0, 0, 0, 0, 9),
      state: 2,
    });
    expect(decodeNeighbour(windowOf(bytesOf(entry('07'))))).toBeUndefined();
  });

  test.each([
    ['a link', decodeLink, linkBytes()],
    ['an address', decodeAddress, addressBytes],
    ['a neighbour', decodeNeighbour, '02 00 0000 05000000 0200 00 01 0800 0100 0a000009 0a00 0200 020000000009'],
  ])('%s cut at any length is a DecodeError, or has lost whole attributes', (_what, decode, hex) => {
    const full = bytesOf(hex);
    let errors = 0;
    for (let length = 0; length < full.length; length++) {
      try {
        decode(windowOf(full.subarray(0, length)));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
        errors++;
      }
    }
    expect(errors).toBeGreaterThan(full.length / 2);
  });
});

describe('writing', () => {
  test('an IPv4 address with label and origin', () => {
    const added = { ifIndex: 5, address: ip('10.0.0.2'), prefixLength: 32, scope: 253, label: 'eth0:1', protocol: 18 };
    expect(written(added)).toBe(
      hexOf(
        bytesOf(`02 20 00 fd 05000000
          0800 0100 0a000002  0800 0200 0a000002
          0b00 0300 657468303a3100 00  0500 0b00 12 000000`),
      ),
    );
  });

  test('an IPv6 address without duplicate address detection has no label', () => {
    const added = { ifIndex: 5, address: ip('2001:db8::1'), prefixLength: 128, label: 'eth0:1', noDad: true };
    expect(written(added)).toBe(
      hexOf(
        bytesOf(`0a 80 02 00 05000000
          1400 0100 20010db8000000000000000000000001
          1400 0200 20010db8000000000000000000000001`),
      ),
    );
  });

  test('what is written is read again', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat({ max: 32 }), fc.integer({ min: 1, max: 255 }), (ours, prefixLength, protocol) => {
        const added = { ifIndex: 7, address: ours, prefixLength, scope: 0, protocol };
        expect(decodeAddress(windowOf(bytesOf(written(added))))).toEqual({ ...added, flags: 0 });
      }),
    );
  });
});

describe('events', () => {
  test('of a link and an address, both ways', () => {
    const datagram = bytesOf(
      [
        message(16, linkBytes()),
        message(17, linkBytes()),
        message(20, addressBytes),
        message(21, addressBytes),
        message(24, '00'),
      ].join(''),
    );
    expect(decodeEvents(datagram)).toEqual([
      { kind: 'link', link },
      { kind: 'link-removed', index: 5, name: 'eth0' },
      { kind: 'address', address },
      { kind: 'address-removed', address },
    ]);
  });

  test('a link that leaves its bridge (AF_BRIDGE) has not gone', () => {
    expect(decodeEvents(bytesOf(message(17, linkBytes('07'))))).toEqual([]);
  });
});

const written = (added: Parameters<typeof writeAddress>[1]): string => {
  const writer = new ByteWriter(8);
  writeAddress(writer, added);
  return hexOf(writer.written());
};

const message = (type: number, payload: string): string => {
  const bytes = bytesOf(payload);
  const header = new Uint8Array(16);
  new DataView(header.buffer).setUint32(0, 16 + bytes.length, true);
  new DataView(header.buffer).setUint16(4, type, true);
  return hexOf(header) + hexOf(bytes) + '00'.repeat((4 - (bytes.length % 4)) % 4);
};
