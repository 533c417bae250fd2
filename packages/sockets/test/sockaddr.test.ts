// Socket addresses: the bytes that C would lay out, and back.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  deviceName,
  ETH_P_ARP,
  ipMreqn,
  ipv6Mreq,
  networkOrder16,
  parseSockaddr,
  sockaddrIn,
  sockaddrIn6,
  sockaddrLl,
  sockaddrNl,
  sockaddrUn,
} from '../src/index.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const uint32 = fc.nat({ max: 0xffffffff });
const port = fc.nat({ max: 0xffff });

// Written down from C on x86-64 (little endian, as is every Node on arm64).
describe('the bytes', () => {
  test('of sockaddr_in', () => {
    expect(hex(sockaddrIn(Uint8Array.of(10, 0, 0, 1), 80))).toBe('020000500a0000010000000000000000');
  });
  test('of sockaddr_in6', () => {
    const address = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    expect(hex(sockaddrIn6(address, 443, 3, 5))).toBe('0a0001bb00000005fe80000000000000000000000000000103000000');
  });
  test('of sockaddr_ll', () => {
    const broadcast = new Uint8Array(6).fill(0xff);
    expect(hex(sockaddrLl({ ifIndex: 2, protocol: ETH_P_ARP, address: broadcast }))).toBe(
      '1100080602000000000000' + '06ffffffffffff0000',
    );
  });
  test('of sockaddr_nl', () => {
    expect(hex(sockaddrNl(258, 0x11))).toBe('100000000201000011000000');
  });
  test('of sockaddr_un, a path and an abstract name', () => {
    expect(hex(sockaddrUn('/dev/log'))).toBe(`0100${Buffer.from('/dev/log\0').toString('hex')}`);
    expect(hex(sockaddrUn('@x'))).toBe('01000078');
    expect(hex(sockaddrUn('\0x'))).toBe('01000078');
  });
  test('of ip_mreqn and ipv6_mreq', () => {
    expect(hex(ipMreqn(Uint8Array.of(224, 0, 0, 18), undefined, 7))).toBe('e00000120000000007000000');
    expect(hex(ipMreqn(Uint8Array.of(224, 0, 0, 18), Uint8Array.of(10, 0, 0, 1)))).toBe('e00000120a00000100000000');
    expect(hex(ipv6Mreq(new Uint8Array(16).fill(0xff), 7))).toBe(`${'ff'.repeat(16)}07000000`);
  });
  test('of an interface name', () => {
    expect(hex(deviceName('eth0'))).toBe('6574683000');
    expect(hex(deviceName(''))).toBe('00');
  });
});

describe('a round trip keeps', () => {
  test('sockaddr_in', () => {
    fc.assert(
      fc.property(bytesOf(4), port, (address, number) => {
        expect(parseSockaddr(sockaddrIn(address, number))).toEqual({ family: 'inet', address, port: number });
      }),
    );
  });
  test('sockaddr_in6', () => {
    fc.assert(
      fc.property(bytesOf(16), port, uint32, uint32, (address, number, scopeId, flowInfo) => {
        expect(parseSockaddr(sockaddrIn6(address, number, scopeId, flowInfo))).toEqual({
          family: 'inet6',
          address,
          port: number,
          scopeId,
          flowInfo,
        });
      }),
    );
  });
  test('sockaddr_ll', () => {
    const link = fc.record({
      ifIndex: fc.nat(),
      protocol: port,
      address: fc.uint8Array({ maxLength: 8 }),
      hardwareType: port,
      packetType: fc.nat({ max: 255 }),
    });
    fc.assert(
      fc.property(link, (value) => {
        expect(parseSockaddr(sockaddrLl(value))).toEqual({ family: 'packet', ...value });
      }),
    );
  });
  test('sockaddr_nl', () => {
    fc.assert(
      fc.property(uint32, uint32, (portId, groups) => {
        expect(parseSockaddr(sockaddrNl(portId, groups))).toEqual({ family: 'netlink', portId, groups });
      }),
    );
  });
  test('sockaddr_un', () => {
    const name = fc.stringMatching(/^[@/][a-z/.]{1,100}$/);
    fc.assert(fc.property(name, (path) => expect(parseSockaddr(sockaddrUn(path))).toEqual({ family: 'unix', path })));
    expect(parseSockaddr(Uint8Array.of(1, 0))).toEqual({ family: 'unix', path: '' });
  });
  test('a 16-bit number through network order', () => {
    fc.assert(fc.property(port, (value) => expect(networkOrder16(networkOrder16(value))).toBe(value)));
    expect(networkOrder16(ETH_P_ARP)).toBe(0x0608);
  });
});

describe('what is wrong', () => {
  test('is refused when it is built', () => {
    expect(() => sockaddrIn(new Uint8Array(3))).toThrow('an IPv4 address has 4 bytes, not 3');
    expect(() => sockaddrIn6(new Uint8Array(4))).toThrow('an IPv6 address has 16 bytes, not 4');
    expect(() => sockaddrIn(new Uint8Array(4), 65536)).toThrow('a port is 0 to 65535');
    expect(() => sockaddrLl({ ifIndex: 1, protocol: 0, address: new Uint8Array(9) })).toThrow('at most 8 bytes');
    expect(() => sockaddrUn('')).toThrow('1 to 107 bytes');
    expect(() => sockaddrUn(`/${'x'.repeat(107)}`)).toThrow('1 to 107 bytes');
    expect(() => deviceName('a-name-of-16-chr')).toThrow('at most 15 bytes');
    expect(() => ipMreqn(new Uint8Array(16))).toThrow('an IPv4 group');
    expect(() => ipv6Mreq(new Uint8Array(4), 1)).toThrow('an IPv6 group');
  });

  test('is undefined when it is read, cut at any length', () => {
    const whole = [
      sockaddrIn(new Uint8Array(4)).slice(0, 8),
      sockaddrIn6(new Uint8Array(16)),
      sockaddrLl({ ifIndex: 1, protocol: 1, address: new Uint8Array(8) }),
      sockaddrNl(),
    ];
    for (const bytes of whole) {
      expect(parseSockaddr(bytes)).toBeDefined();
      for (let length = 0; length < bytes.length; length++) {
        expect(parseSockaddr(bytes.subarray(0, length))).toBeUndefined();
      }
    }
  });

  test('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 10, 16, 17, 99), fc.uint8Array({ maxLength: 130 }), (family, rest) => {
        parseSockaddr(Uint8Array.of(family, 0, ...rest));
        parseSockaddr(rest);
      }),
    );
  });
});
