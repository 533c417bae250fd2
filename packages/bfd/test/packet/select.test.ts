// Which session takes a packet, and what keeps it from doing so: discriminators, addresses, ports and TTL.
import { describe, expect, test } from '@jest/globals';
import { type Arrival, describeRejection, selectSession, type Target } from '../../src/index.ts';
import { ip } from './golden.ts';

const session = (change: Partial<Target> & { readonly name: string }) => ({
  discriminator: 7,
  neighbor: ip('10.9.0.2'),
  multihop: false,
  ttl: 255,
  maxHops: 0,
  ...change,
});

const arrival = (change: Partial<Arrival> = {}): Arrival => ({
  from: ip('10.9.0.2'),
  to: ip('10.9.0.1'),
  port: 3784,
  ttl: 255,
  ...change,
});

const one = session({ name: 'one' });
const other = session({ name: 'other', discriminator: 8, neighbor: ip('10.9.0.3') });
const far = session({ name: 'far', discriminator: 9, multihop: true, ttl: 64, maxHops: 3 });
const six = session({ name: 'six', discriminator: 10, neighbor: ip('fd00::2'), ttl: 64 });
const all = [one, other, far, six];

const chosen = (yourDiscriminator: number, change: Partial<Arrival> = {}) => {
  const result = selectSession(all, { yourDiscriminator }, arrival(change));
  return 'session' in result ? result.session.name : result.rejected;
};

describe('a session is found', () => {
  test('by its discriminator', () => {
    expect(chosen(7)).toBe('one');
    expect(chosen(8, { from: ip('10.9.0.3') })).toBe('other');
  });

  test('by the addresses, as long as the neighbour does not know the discriminator', () => {
    expect(chosen(0, { from: ip('10.9.0.3') })).toBe('other');
    expect(chosen(0, { from: ip('fd00::2'), to: ip('fd00::1'), ttl: 64 })).toBe('six');
    expect(chosen(0, { port: 4784, ttl: 61 })).toBe('far');
    const bound = [session({ name: 'bound', source: ip('10.9.0.1') })];
    expect(selectSession(bound, { yourDiscriminator: 0 }, arrival())).toHaveProperty('session');
    expect(selectSession(bound, { yourDiscriminator: 0 }, arrival({ to: ip('10.9.0.9') }))).toHaveProperty('rejected');
  });
});

describe('a packet is refused', () => {
  test('that names a session which is not here', () => {
    expect(chosen(99)).toEqual({ kind: 'no-session', yourDiscriminator: 99 });
    expect(describeRejection({ kind: 'no-session', yourDiscriminator: 99 }, '[10.9.0.2]:50000')).toEqual([
      'Discarding packet from [10.9.0.2]:50000 (session is not found - your discriminator field is 0x00000063)',
    ]);
  });

  test('of a stranger who knows the discriminator', () => {
    expect(chosen(7, { from: ip('10.9.0.66') })).toEqual({ kind: 'source' });
  });

  test('on the port of the other kind of session', () => {
    expect(chosen(7, { port: 4784 })).toEqual({ kind: 'port', received: 4784, expected: 3784 });
  });

  test('that came from further away than one hop (RFC 5881 section 5)', () => {
    expect(chosen(7, { ttl: 254 })).toEqual({ kind: 'ttl', received: 254, least: 255 });
    expect(describeRejection({ kind: 'ttl', received: 254, least: 255 }, '')).toEqual([
      'Packet ttl(254) < 255 - discarding',
    ]);
  });

  test('below ttl less max_hops, where keepalived 2.2.7 draws the line', () => {
    expect([64, 61, 255].map((ttl) => chosen(9, { port: 4784, ttl }))).toEqual(['far', 'far', 'far']);
    expect(chosen(9, { port: 4784, ttl: 60 })).toEqual({ kind: 'ttl', received: 60, least: 61 });
  });

  test('of any TTL by nobody when max_hops is 255', () => {
    const open = [session({ name: 'open', maxHops: 255 })];
    expect(selectSession(open, { yourDiscriminator: 7 }, arrival({ ttl: 1 }))).toHaveProperty('session');
  });
});
