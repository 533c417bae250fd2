// Names in orders: whole, short, ambiguous, and none; an error always says what there is.
import { describe, expect, test } from '@jest/globals';
import { findOrdered } from '../../src/machine/order.ts';

const services = [
  { service: 'tcp 10.0.0.1:80', servers: ['10.1.0.1:80', '10.1.0.2:80', '10.1.0.2:81'] },
  { service: 'udp 10.0.0.1:80', servers: ['10.1.0.1:80'] },
  { service: 'tcp [2001:db8::1]:443', servers: ['[2001:db8::2]:443'] },
  { service: 'fwmark 1 ipv4', servers: ['10.1.0.1:0'] },
  { service: 'fwmark 1 ipv6', servers: ['[2001:db8::2]:0'] },
  { service: 'fwmark 11 ipv4', servers: ['10.1.0.1:0'] },
];

describe('an order finds', () => {
  test.each([
    ['tcp 10.0.0.1:80', '10.1.0.2:81', 0, 2],
    ['tcp 10.0.0.1:80', '10.1.0.1', 0, 0],
    ['[2001:db8::1]:443', '[2001:db8::2]', 2, 0],
    ['fwmark 1 ipv6', '[2001:db8::2]', 4, 0],
    ['fwmark 11', '10.1.0.1', 5, 0],
    // As the file has it: behind a mark the table has port 0.
    ['fwmark 11', '10.1.0.1:80', 5, 0],
    ['fwmark 1 ipv6', '[2001:db8::2]:80', 4, 0],
  ])('%s, %s', (service, server, at, place) => {
    expect(findOrdered(services, { service, server })).toEqual({ ok: true, service: at, server: place });
  });
});

describe('an order is refused', () => {
  test.each([
    ['10.0.0.1:80', '10.1.0.1', 'ORDER_AMBIGUOUS', '10.0.0.1:80 may be tcp 10.0.0.1:80 or udp 10.0.0.1:80: say which'],
    ['fwmark 1', '10.1.0.1', 'ORDER_AMBIGUOUS', 'fwmark 1 may be fwmark 1 ipv4 or fwmark 1 ipv6: say which'],
    ['tcp 10.0.0.1:80', '10.1.0.2', 'ORDER_AMBIGUOUS', '10.1.0.2 in tcp 10.0.0.1:80 may be 10.1.0.2:80 or 10.1.0.2:81'],
    ['udp 10.0.0.1:80', '10.1.0.9', 'ORDER_UNKNOWN_SERVER', 'there is 10.1.0.1:80'],
    ['ipv4', '10.1.0.9', 'ORDER_UNKNOWN_SERVICE', 'there is tcp 10.0.0.1:80, udp 10.0.0.1:80'],
  ])('%s, %s', (service, server, code, message) => {
    expect(findOrdered(services, { service, server })).toEqual({
      ok: false,
      code,
      message: expect.stringContaining(message),
    });
  });

  test('with a short list where there is much', () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ service: `tcp 10.0.0.1:${i + 1}`, servers: [] }));
    const found = findOrdered(many, { service: 'tcp 1.1.1.1:1', server: 'x' });
    expect(found).toMatchObject({ message: expect.stringMatching(/ and 488 more$/) });
    expect(findOrdered([], { service: 'x', server: 'y' })).toMatchObject({
      message: 'no virtual server x; there is none',
    });
  });
});
