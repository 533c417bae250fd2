// IPVS messages as bytes, derived by hand from linux/ip_vs.h, and back.

import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import fc from 'fast-check';
import { readAttributes, writeAttributes } from '../../src/codec/attribute.ts';
import { ByteWriter, windowOf } from '../../src/codec/bytes.ts';
import { DecodeError } from '../../src/errors.ts';
import { commandTable, destinationTable, serviceTable } from '../../src/ipvs/command.ts';
import { decodeDestination, encodeDestination, encodeDestinationKey } from '../../src/ipvs/destination.ts';
import type { Destination, IpvsOperation, Service, ServiceKey } from '../../src/ipvs/model.ts';
import { describeOperation, operationRequest } from '../../src/ipvs/operation.ts';
import { decodeService, encodeService } from '../../src/ipvs/service.ts';
import { bytesOf, hexOf } from '../hex.ts';
import { anyDestination, anyService } from './arbitrary.ts';

const ip = (text: string) => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};
const web: ServiceKey = { kind: 'address', protocol: 6, address: ip('10.0.0.1'), port: 80 };
const dns6: ServiceKey = { kind: 'address', protocol: 17, address: ip('2001:db8::1'), port: 53 };
const marked: ServiceKey = { kind: 'fwmark', mark: 1, family: 6 };
const service: Service = {
  key: web,
  scheduler: 'wrr',
  persistent: true,
  onePacket: false,
  schedFlags: 0,
  timeout: 300,
  netmask: 0xffffff00,
  engine: '',
};
const destination: Destination = {
  key: { address: ip('10.1.0.1'), port: 8080 },
  forwarding: 'route',
  weight: 100,
  upperThreshold: 0,
  lowerThreshold: 0,
};

const webKey =
  '3000 0180 0600 0100 0200 0000 0600 0200 0600 0000 1400 0300 0a000001 000000000000000000000000 0600 0400 0050 0000';
const vectors: readonly (readonly [IpvsOperation, string])[] = [
  [
    { kind: 'add-service', service },
    `01 01 0000
     5400 0180
       0600 0100 0200 0000
       0600 0200 0600 0000
       1400 0300 0a000001 000000000000000000000000
       0600 0400 0050 0000
       0800 0600 77727200
       0c00 0700 01000000 ffffffff
       0800 0800 2c010000
       0800 0900 ffffff00`,
  ],
  [
    {
      kind: 'edit-service',
      service: {
        ...service,
        key: dns6,
        scheduler: 'sh',
        onePacket: true,
        schedFlags: 3,
        timeout: 0,
        netmask: 64,
        engine: 'sip',
      },
    },
    `02 01 0000
     5c00 0180
       0600 0100 0a00 0000
       0600 0200 1100 0000
       1400 0300 20010db8000000000000000000000001
       0600 0400 0035 0000
       0700 0600 736800 00
       0c00 0700 1d000000 ffffffff
       0800 0800 00000000
       0800 0900 40000000
       0800 0b00 73697000`,
  ],
  [
    { kind: 'delete-service', service: marked },
    `03 01 0000
     1400 0180
       0600 0100 0a00 0000
       0800 0500 01000000`,
  ],
  [
    { kind: 'add-destination', service: web, destination },
    `05 01 0000
     ${webKey}
     4800 0280
       1400 0100 0a010001 000000000000000000000000
       0600 0200 1f90 0000
       0800 0300 03000000
       0800 0400 64000000
       0800 0500 00000000
       0800 0600 00000000
       0600 0b00 0200 0000`,
  ],
  [
    {
      kind: 'edit-destination',
      service: web,
      destination: { ...destination, forwarding: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' } },
    },
    `06 01 0000
     ${webKey}
     6000 0280
       1400 0100 0a010001 000000000000000000000000
       0600 0200 1f90 0000
       0800 0300 02000000
       0800 0400 64000000
       0800 0500 00000000
       0800 0600 00000000
       0600 0b00 0200 0000
       0500 0d00 01 000000
       0600 0e00 17c0 0000
       0600 0f00 0200 0000`,
  ],
  [
    { kind: 'delete-destination', service: web, destination: { address: ip('2001:db8::9'), port: 80 } },
    `07 01 0000
     ${webKey}
     2800 0280
       1400 0100 20010db8000000000000000000000009
       0600 0200 0050 0000
       0600 0b00 0a00 0000`,
  ],
  [{ kind: 'zero', service: web }, `10 01 0000 ${webKey}`],
  [{ kind: 'zero' }, '10 01 0000'],
  [{ kind: 'flush' }, '11 01 0000'],
];

describe('operations as bytes', () => {
  test.each(vectors.map(([operation, hex]) => [describeOperation(operation), operation, hex] as const))(
    '%s',
    (words, operation, hex) => {
      const request = operationRequest(0x1c, operation);
      const writer = new ByteWriter(8);
      request.payload(writer);
      expect(hexOf(writer.written())).toBe(hexOf(bytesOf(hex)));
      expect(request.type).toBe(0x1c);
      expect(request.operation()).toBe(words);
    },
  );
});

describe('what the kernel reports', () => {
  test('a service with its 64-bit counters', () => {
    const reply = `
      0600 0100 0200 0000  0600 0200 0600 0000  1400 0300 0a000001 000000000000000000000000  0600 0400 0050 0000
      0700 0600 727200 00  0c00 0700 02000000 ffffffff  0800 0800 00000000  0800 0900 ffffffff
      5c00 0a80 ${stats32}
      8000 0c80 ${stats64}`;
    expect(decodeService(readAttributes(serviceTable, windowOf(bytesOf(reply))))).toEqual({
      key: web,
      scheduler: 'rr',
      persistent: false,
      onePacket: false,
      schedFlags: 0,
      timeout: 0,
      netmask: 0xffffffff,
      engine: '',
      stats: statsOf(64n),
    });
  });

  test('counters of a kernel that has only the 32-bit ones', () => {
    const reply = `
      0600 0100 0a00 0000  0800 0500 07000000
      0c00 0700 02000000 ffffffff  0800 0900 80000000
      5c00 0a80 ${stats32}`;
    const decoded = decodeService(readAttributes(serviceTable, windowOf(bytesOf(reply))));
    expect(decoded.stats).toEqual(statsOf(32n));
    expect([decoded.key, decoded.netmask]).toEqual([{ kind: 'fwmark', mark: 7, family: 6 }, 128]);
  });

  test('a destination without a family has that of its service, and without tunnel attributes IPIP', () => {
    const reply =
      '1400 0100 0a010001 000000000000000000000000 0600 0200 0050 0000 0800 0300 82010000 0800 0400 01000000';
    expect(decodeDestination(readAttributes(destinationTable, windowOf(bytesOf(reply))), 4)).toMatchObject({
      key: { address: ip('10.1.0.1'), port: 80 },
      forwarding: 'tunnel',
      tunnel: { type: 'ipip' },
      weight: 1,
    });
  });

  test.each([
    ['no address', '0600 0100 0200 0000 0600 0200 0600 0000 0c00 0700 02000000 ffffffff 0800 0900 ffffffff'],
    [
      'a short address',
      '0600 0100 0a00 0000 0600 0200 0600 0000 0800 0300 0a000001 0c00 0700 02000000 ffffffff 0800 0900 ffffffff',
    ],
    ['a foreign family', '0600 0100 0700 0000 0800 0500 07000000'],
    ['a foreign protocol', '0600 0100 0200 0000 0600 0200 0100 0000 1400 0300 0a000001 000000000000000000000000'],
    ['no flags', '0600 0100 0200 0000 0800 0500 07000000 0800 0900 ffffffff'],
    ['short flags', '0600 0100 0200 0000 0800 0500 07000000 0600 0700 0200 0000 0800 0900 ffffffff'],
  ])('a service with %s is a DecodeError', (_what, hex) => {
    expect(() => decodeService(readAttributes(serviceTable, windowOf(bytesOf(hex))))).toThrow(DecodeError);
  });
});

describe('there and back', () => {
  test('a service is the same', () => {
    fc.assert(
      fc.property(anyService, (wanted) => {
        const { stats: _, ...read } = decodeService(throughBytes({ service: encodeService(wanted) }).service ?? {});
        expect(read).toEqual(wanted);
      }),
    );
  });

  test('a destination is the same', () => {
    fc.assert(
      fc.property(anyDestination, (wanted) => {
        const bytes = throughBytes({ destination: encodeDestination(wanted) });
        expect(decodeDestination(bytes.destination ?? {}, 4)).toMatchObject(wanted);
        expect('tunnel' in decodeDestination(bytes.destination ?? {}, 4)).toBe('tunnel' in wanted);
      }),
    );
  });

  test('a destination is named by address, port and family alone', () => {
    expect(Object.keys(encodeDestinationKey(destination.key))).toEqual(['address', 'port', 'family']);
  });
});

const throughBytes = (values: Parameters<typeof writeAttributes<typeof commandTable>>[2]) => {
  const writer = new ByteWriter();
  writeAttributes(writer, commandTable, values);
  return readAttributes(commandTable, windowOf(writer.written()));
};

const little = (value: number, bytes: number): string =>
  Array.from({ length: bytes }, (_, i) => ((i < 4 ? value >>> (8 * i) : 0) & 0xff).toString(16).padStart(2, '0')).join(
    '',
  );
const stats32 = Array.from({ length: 10 }, (_, i) => {
  const bytes = i === 3 || i === 4 ? 8 : 4;
  return `${little(4 + bytes, 2)} ${little(i + 1, 2)} ${little(32 + i, bytes)}`;
}).join(' ');
// IPVS_STATS_ATTR_PAD (11) keeps 64-bit values aligned on some machines.
const stats64 = `0400 0b00 ${Array.from({ length: 10 }, (_, i) => `0c00 ${little(i + 1, 2)} ${little(64 + i, 8)}`).join(' ')}`;
const statsOf = (first: bigint) => ({
  connections: first,
  inPackets: first + 1n,
  outPackets: first + 2n,
  inBytes: first + 3n,
  outBytes: first + 4n,
  cps: first + 5n,
  inPps: first + 6n,
  outPps: first + 7n,
  inBps: first + 8n,
  outBps: first + 9n,
});
