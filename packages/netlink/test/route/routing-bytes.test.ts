// Routes and rules as bytes: what iproute2 sends, what comes back, and what is cut off.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { walkAttributes } from '../../src/codec/attribute.ts';
import { ByteWriter, copyOf, windowOf } from '../../src/codec/bytes.ts';
import { DecodeError } from '../../src/errors.ts';
import { decodeAddress } from '../../src/route/address.ts';
import { changeRequest } from '../../src/route/change.ts';
import { decodeRoutingEvents } from '../../src/route/event.ts';
import { decodeRoute, writeRoute } from '../../src/route/ip-route.ts';
import { decodeRule, writeRule } from '../../src/route/ip-rule.ts';
import { decodeRouteBytes, decodeRuleBytes, encodeRouteBytes, encodeRuleBytes } from '../../src/route/keep.ts';
import type { NewAddress, RouteChange } from '../../src/route/model.ts';
import type { RoutePlace } from '../../src/route/routing-model.ts';
import { bytesOf, hexOf } from '../hex.ts';
import { anyRoute, anyRule } from './arbitrary-routing.ts';
import { recorded } from './recorded.ts';

const RTA_TABLE = 15;
const NLM_F_REPLACE = 0x100;

// Attributes in order of their numbers, without the bit that says nested, which iproute2 leaves out.
const sorted = (payload: Uint8Array, headerLength: number, without: (type: number) => boolean): readonly string[] => {
  const window = windowOf(payload);
  const found: string[] = [];
  walkAttributes({ ...window, start: headerLength }, (type, _flags, value) => {
    // `from all` of iproute2 is an attribute without payload: the length in the header says all.
    if (!without(type) && value.end > value.start)
      found.push(`${type} ${nestedSorted(type, headerLength, copyOf(value))}`);
  });
  return found.sort();
};

// Metrics (RTA_METRICS) and tunnels (RTA_ENCAP) are attributes again, in any order; a closing NUL of a name may be missing.
const nestedSorted = (type: number, headerLength: number, value: Uint8Array): string => {
  if (headerLength === 0 && type === 16) return hexOf(value).replace(/00$/, '');
  const isNested = (type === 8 || type === 22) && headerLength === 12 && value.length > 4;
  return isNested ? sorted(value, 0, () => false).join(' ') : hexOf(value);
};

const written = (change: RouteChange): Uint8Array => {
  const writer = new ByteWriter(64);
  changeRequest(change).payload(writer);
  return writer.written();
};

const placeOf = (flags: number): RoutePlace => {
  if ((flags & 0x800) !== 0) return 'append';
  return (flags & 0x200) !== 0 ? 'add' : 'prepend';
};

const changeOf = (type: number, flags: number, payload: Uint8Array): RouteChange => {
  const window = windowOf(payload);
  if (type === 20) {
    const address = decodeAddress(window);
    if (address === undefined) throw new Error('no address');
    const { flags: bits, validLifetime: _, ...rest } = address;
    const has = (bit: number): boolean => (bits & bit) !== 0;
    const asked: NewAddress = {
      ...rest,
      ...{ noDad: has(0x02), home: has(0x10), manageTemporary: has(0x100), noPrefixRoute: has(0x200) },
      autoJoin: has(0x400),
    };
    return { kind: 'add-address', address: asked };
  }
  if (type === 24) {
    const route = decodeRoute(window);
    if (route === undefined) throw new Error('no route');
    return { kind: 'add-route', route, place: placeOf(flags) };
  }
  const rule = decodeRule(window);
  if (rule === undefined) throw new Error('no rule');
  return { kind: 'add-rule', rule };
};

describe('what ip(8) sends', () => {
  test.each(recorded)('ip %s is sent by us as well', (_command, type, flags, hex) => {
    const payload = bytesOf(hex);
    const change = changeOf(type, flags, payload);
    const request = changeRequest(change);
    expect([request.type, request.flags]).toEqual([type, flags]);
    const headerLength = type === 20 ? 8 : 12;
    const ours = written(change);
    // The table is an attribute of ours always, and in the header as far as it fits there.
    const skip = (attribute: number): boolean => headerLength === 12 && attribute === RTA_TABLE;
    expect(sorted(ours, headerLength, skip)).toEqual(sorted(payload, headerLength, skip));
    // iproute2 leaves the table of a rule that looks up none at main, and a large one at unspecified; nobody reads it then.
    // IFA_FLAGS has all flags of an address, whatever its header says.
    const ignored = type === 20 ? 2 : 4;
    const header = (bytes: Uint8Array): string =>
      hexOf(bytes.subarray(0, headerLength).map((b, i) => (i === ignored ? 0 : b)));
    expect(header(ours)).toBe(header(payload));
  });

  test('is read as what it says', () => {
    const find = (start: string) => {
      const [, type = 0, flags = 0, hex = ''] = recorded.find(([command]) => command.startsWith(start)) ?? [];
      return changeOf(type, flags, bytesOf(hex));
    };
    expect(find('route add 10.9.4.0/24')).toMatchObject({
      place: 'add',
      route: {
        table: 254,
        protocol: 3,
        hops: [
          { ifIndex: 3, weight: 3, onlink: false },
          { ifIndex: 3, weight: 1, onlink: true, flow: 4 },
        ],
      },
    });
    expect(find('route add 10.9.5.0/24')).toMatchObject({
      route: {
        flow: 3 * 65_536 + 5,
        ttlPropagate: true,
        metrics: {
          ...{
            lock: (1 << 2) | (1 << 7) | (1 << 13) | (1 << 16),
            mtu: 1300,
            rtt: 2400,
            rttvar: 400,
            rtoMin: 250,
            features: 1,
          },
          ...{ congestion: 'cubic', quickAck: 1, fastopenNoCookie: 1, hoplimit: 33 },
        },
      },
    });
    expect(find('route add 10.9.8.0/24')).toMatchObject({
      route: { hops: [{ encap: { kind: 'mpls', labels: [100, 200], ttl: 5 } }] },
    });
    expect(find('route add fd00:6::/64')).toMatchObject({
      route: { hops: [{ encap: { kind: 'ila', locator: 0x0001000200030004n, checksumMode: 2 } }] },
    });
    expect(find('rule add from 10.1')).toMatchObject({
      rule: {
        ...{ priority: 100, action: { kind: 'table', table: 77 }, iif: 'd0', oif: 'd1', tos: 16, ipProtocol: 6 },
        ...{ fwmark: { mark: 1, mask: 2 }, uids: { from: 1, to: 2 }, tunnelId: 5n, protocol: 18 },
        ...{ sourcePorts: { from: 1, to: 2 }, destinationPorts: { from: 3, to: 4 } },
      },
    });
    expect(find('rule add not from')).toMatchObject({
      rule: { invert: true, action: { kind: 'goto', priority: 200 } },
    });
  });
});

test('any route that is written is read again', () => {
  fc.assert(fc.property(anyRoute, (route) => expect(decodeRouteBytes(encodeRouteBytes(route))).toEqual(route)));
});

test('any rule that is written is read again', () => {
  fc.assert(fc.property(anyRule, (rule) => expect(decodeRuleBytes(encodeRuleBytes(rule))).toEqual(rule)));
});

test('bytes that are cut, or that anybody made up, are a DecodeError or something that can be read', () => {
  const harmless = (bytes: Uint8Array): void => {
    for (const decode of [decodeRoute, decodeRule]) {
      try {
        decode(windowOf(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
  };
  fc.assert(
    fc.property(
      fc.oneof(anyRoute.map(encodeRouteBytes), anyRule.map(encodeRuleBytes)),
      fc.nat(),
      fc.nat(),
      (bytes, cut, at) => {
        harmless(bytes.subarray(0, cut % (bytes.length + 1)));
        const changed = Uint8Array.from(bytes);
        changed[at % bytes.length] = cut & 0xff;
        harmless(changed);
      },
    ),
  );
});

test('changes of routes and rules come as events with who asked for them; of routes only those of the protocol wanted', () => {
  const [route] = fc.sample(anyRoute, { numRuns: 1, seed: 1 });
  const [rule] = fc.sample(anyRule, { numRuns: 1, seed: 1 });
  if (route === undefined || rule === undefined) throw new Error('no samples');
  const message = (type: number, write: (writer: ByteWriter) => void, flags = 0): Uint8Array => {
    const writer = new ByteWriter(64);
    writer.zeros(16);
    write(writer);
    writer.patchU32(0, writer.length);
    writer.patchU16(4, type);
    writer.patchU16(6, flags);
    writer.patchU32(12, 4711);
    writer.align();
    return Uint8Array.from(writer.written());
  };
  const datagram = new Uint8Array(
    Buffer.concat([
      message(24, (writer) => writeRoute(writer, { ...route, protocol: 18 })),
      message(25, (writer) => writeRoute(writer, { ...route, protocol: 4 })),
      message(25, (writer) => writeRoute(writer, { ...route, protocol: 18 })),
      message(24, (writer) => writeRoute(writer, { ...route, protocol: 4 }), NLM_F_REPLACE),
      message(32, (writer) => writeRule(writer, rule)),
      message(33, (writer) => writeRule(writer, rule)),
    ]),
  );
  expect(decodeRoutingEvents(datagram, 18)).toEqual([
    { kind: 'route', route: { ...route, protocol: 18 } },
    { kind: 'route-removed', route: { ...route, protocol: 18 }, by: 4711 },
    { kind: 'route-replaced', route: { ...route, protocol: 4 }, by: 4711 },
    { kind: 'rule', rule },
    { kind: 'rule-removed', rule, by: 4711 },
  ]);
  expect(decodeRoutingEvents(datagram)).toHaveLength(6);
});
