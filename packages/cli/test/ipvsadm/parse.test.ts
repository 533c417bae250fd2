// The parser: what a command line means, and that no words at all upset it.
import { describe, expect, test } from '@jest/globals';
import { parseIp } from '@vipward/config/address';
import fc from 'fast-check';
import { parseIpvsadm } from '../../src/ipvsadm/parse.ts';
import type { KnownNames } from '../../src/ipvsadm/values.ts';
import { anyWords } from './commands.ts';

const parse = (line: string, names?: KnownNames) => parseIpvsadm(line === '' ? [] : line.split(' '), names);
const ip = (text: string) => {
  const address = parseIp(text);
  if (!address) throw new Error(text);
  return address;
};

test('no words throw, and a refusal always says something', () => {
  fc.assert(
    fc.property(anyWords, (words) => {
      const outcome = parseIpvsadm(words);
      if (outcome.kind !== 'refusal') return;
      expect(outcome.message).toMatch(/^[\s\S]+\n$/);
      expect([2, 255]).toContain(outcome.exit);
    }),
    { numRuns: 5000 },
  );
});

test('the command line of the seed means what it says', () => {
  expect(parse('-a -t 192.168.33.188:80 -r 192.168.33.101:80 -m -w 2')).toEqual({
    kind: 'change',
    operation: {
      kind: 'add-destination',
      service: { kind: 'address', protocol: 6, address: ip('192.168.33.188'), port: 80 },
      destination: {
        key: { address: ip('192.168.33.101'), port: 80 },
        forwarding: 'masq',
        weight: 2,
        upperThreshold: 0,
        lowerThreshold: 0,
      },
    },
  });
});

describe('-p', () => {
  const timeout = (line: string): unknown => {
    const outcome = parse(line);
    return outcome.kind === 'change' && outcome.operation.kind === 'add-service' && outcome.operation.service.timeout;
  };

  test('without a value is 360 s, also before another option', () => {
    expect(timeout('-A -t 10.0.0.1:80 -p')).toBe(360);
    expect(timeout('-A -t 10.0.0.1:80 -p -s rr')).toBe(360);
  });

  test.each(['-p 90', '-p90', '-p=90', '--persistent 90', '--persistent=90'])('takes its value as %s', (option) => {
    expect(timeout(`-A -t 10.0.0.1:80 ${option}`)).toBe(90);
  });
});

describe('names', () => {
  test('are asked for one at a time, the host before the port', () => {
    const hosts = new Map();
    const ports = new Map();
    const line = '-A -t web:http -s rr';
    expect(parse(line, { hosts, ports })).toEqual({ kind: 'host-needed', host: 'web' });
    hosts.set('web', ip('10.0.0.1'));
    expect(parse(line, { hosts, ports })).toEqual({ kind: 'port-needed', service: 'http', protocol: 'tcp' });
    ports.set('http/tcp', 80);
    expect(parse(line, { hosts, ports })).toEqual(parse('-A -t 10.0.0.1:80 -s rr'));
  });

  test('that do not exist are refused', () => {
    const names = { hosts: new Map([['web', undefined]]), ports: new Map() };
    expect(parse('-D -t web:80', names)).toMatchObject({
      kind: 'refusal',
      message: 'illegal virtual server address[:port] specified\n',
      exit: 2,
    });
  });

  test('are never asked for when everything is a number', () => {
    const asked = fc.sample(fc.ipV4(), 50).map((address) => parse(`-d -t ${address}:80 -r ${address}:8080`).kind);
    expect(new Set(asked)).toEqual(new Set(['change']));
  });
});
