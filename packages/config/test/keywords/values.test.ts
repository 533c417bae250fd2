// Values: what each kind of argument takes and refuses.
import { describe, expect, test } from '@jest/globals';
import {
  flag,
  type Grammar,
  int,
  ip,
  milliseconds,
  script,
  seconds,
  uint,
  weight,
} from '../../src/keywords/grammar.ts';
import { readValue } from '../../src/keywords/read-value.ts';
import { splitWords } from '../../src/source/words.ts';

const read = (grammar: Grammar, text: string): unknown => {
  const line = { text: `key ${text}`, file: 'f', line: 1, columns: 1 };
  const [keyword, ...args] = splitWords(line).words;
  if (keyword === undefined) throw new Error('no keyword');
  const codes: string[] = [];
  const value = readValue(grammar, { keyword, args, line, report: (_severity, code) => codes.push(code) });
  return codes.length === 0 ? value : [value, ...codes];
};
const number = (value: number): unknown => ({ kind: 'number', value });
const forwarding = (value: unknown): unknown => ({ kind: 'forwarding', forwarding: value });
const gue = { kind: 'TUN', tunnel: 'gue', port: 5 };

describe('values', () => {
  test.each<[string, Grammar, string, unknown]>([
    ['a number', uint(1, 255), '51', number(51)],
    ['a leading zero is decimal', uint(1, 255), '010', number(10)],
    ['a plus sign', uint(1, 255), '+5', number(5)],
    ['hexadecimal is no number', uint(1, 255), '0x10', [undefined, 'bad-number']],
    ['a tail of letters', uint(1, 255), '10abc', [undefined, 'bad-number']],
    ['below the range', uint(1, 255), '0', [undefined, 'out-of-range']],
    ['a minus sign where only positive counts', uint(0, 255), '-1', [undefined, 'out-of-range']],
    ['above the range', uint(1, 255), '256', [undefined, 'out-of-range']],
    ['no number', uint(1, 255), '', [undefined, 'missing-parameter']],
    ['no number where one may be left out', uint(1, 900, { absent: 360 }), '', number(360)],
    ['a negative number', int(-20, 19), '-20', number(-20)],
    ['a weight', weight(253), '-5 reverse', { kind: 'number', value: -5, option: 'reverse' }],
    ['a weight with another word', weight(253), '5 x', [number(5), 'bad-value']],
    ['seconds', seconds(0.000001), '6', number(6000)],
    ['microseconds', seconds(0.000001), '0.000001', number(0.001)],
    ['a fraction without a whole part', seconds(0), '.5', number(500)],
    ['too many places', seconds(0.000001), '5.1234567', [number(5123.457), 'too-many-decimals']],
    ['a lone point', seconds(0), '.', [undefined, 'bad-number']],
    ['no time at all', seconds(0.000001), '0', [undefined, 'out-of-range']],
    ['milliseconds', milliseconds(1, 9999), '10.5', number(10.5)],
    ['a switch without word', { kind: 'bool' }, '', { kind: 'bool', value: true }],
    ['a switch turned off', { kind: 'bool' }, 'no', { kind: 'bool', value: false }],
    ['a switch in capitals', { kind: 'bool' }, 'ON', [undefined, 'bad-value']],
    ['a flag', flag, 'x', { kind: 'flag' }],
    ['an interface name', { kind: 'text', label: 'IFNAME', maxLength: 15 }, 'eth0', { kind: 'text', text: 'eth0' }],
    [
      'a name that is too long',
      { kind: 'text', label: 'IFNAME', maxLength: 15 },
      'a234567890123456',
      [undefined, 'too-long'],
    ],
    [
      'one word of several',
      { kind: 'choice', words: ['MASTER', 'BACKUP'] },
      'MASTER',
      { kind: 'text', text: 'MASTER' },
    ],
    ['the wrong case', { kind: 'choice', words: ['MASTER', 'BACKUP'] }, 'master', [undefined, 'bad-value']],
    ['any case', { kind: 'choice', words: ['TCP'], anyCase: true }, 'tcp', { kind: 'text', text: 'TCP' }],
    ['an address that is none', ip, '10.0.0.300', [undefined, 'bad-address']],
    [
      'a host and its port',
      { kind: 'host-port', defaultPort: 25 },
      'mx 587',
      { kind: 'host-port', host: 'mx', port: 587 },
    ],
    ['a host alone', { kind: 'host-port', defaultPort: 25 }, 'mx', { kind: 'host-port', host: 'mx', port: 25 }],
    ['a firewall mark', { kind: 'service' }, 'fwmark 7', { kind: 'service', target: { kind: 'fwmark', mark: 7 } }],
    ['a mark that is none', { kind: 'service' }, 'fwmark x', [undefined, 'bad-number']],
    ['a group', { kind: 'service' }, 'group G', { kind: 'service', target: { kind: 'group', name: 'G' } }],
    ['a port out of range', { kind: 'service' }, '10.0.0.1 65536', [undefined, 'bad-port']],
    ['NAT', { kind: 'forwarding' }, 'NAT', forwarding({ kind: 'NAT' })],
    ['a plain tunnel', { kind: 'forwarding' }, 'TUN', forwarding({ kind: 'TUN', tunnel: 'ipip' })],
    ['a gue tunnel', { kind: 'forwarding' }, 'TUN type gue port 5', forwarding({ ...gue, checksum: 'nocsum' })],
    [
      'a gue tunnel with checksum',
      { kind: 'forwarding' },
      'TUN type gue port 5 remcsum',
      forwarding({ ...gue, checksum: 'remcsum' }),
    ],
    ['a gue tunnel without port', { kind: 'forwarding' }, 'TUN type gue', [undefined, 'bad-value']],
    [
      'a gre tunnel',
      { kind: 'forwarding' },
      'TUN type gre csum',
      forwarding({ kind: 'TUN', tunnel: 'gre', checksum: 'csum' }),
    ],
    ['a gre tunnel with what it lacks', { kind: 'forwarding' }, 'TUN type gre remcsum', [undefined, 'bad-value']],
    ['a method that is none', { kind: 'forwarding' }, 'FOO', [undefined, 'bad-value']],
    [
      'a mask',
      { kind: 'persistence-mask' },
      '255.255.255.0',
      { kind: 'persistence-mask', family: 4, mask: 0xffffff00 },
    ],
    [
      'the longest mask',
      { kind: 'persistence-mask' },
      '255.255.255.255',
      { kind: 'persistence-mask', family: 4, mask: 0xffffffff },
    ],
    ['a mask with a hole', { kind: 'persistence-mask' }, '255.0.255.0', [undefined, 'bad-value']],
    ['a prefix', { kind: 'persistence-mask' }, '64', { kind: 'persistence-mask', family: 6, mask: 64 }],
    [
      'status codes',
      { kind: 'status-codes' },
      '200 300-302',
      {
        kind: 'status-codes',
        ranges: [
          { from: 200, to: 200 },
          { from: 300, to: 302 },
        ],
      },
    ],
    ['a range backwards', { kind: 'status-codes' }, '302-300', [undefined, 'bad-value']],
    ['a digest', { kind: 'digest' }, 'AB'.repeat(16), { kind: 'text', text: 'ab'.repeat(16) }],
    ['a digest that is too short', { kind: 'digest' }, 'ab', [undefined, 'bad-value']],
    ['an account', { kind: 'account' }, 'me :them', { kind: 'account', account: { user: 'me', group: 'them' } }],
    ['an account with a lone colon', { kind: 'account' }, 'me :', { kind: 'account', account: { user: 'me' } }],
    ['a script', script, '"/a b" root', { kind: 'script', script: { argv: ['/a', 'b'], user: { user: 'root' } } }],
    ['a script with an open quote', script, "'/a", [undefined, 'unterminated-quote']],
    ['no script', script, '', [undefined, 'missing-parameter']],
  ])('%s', (_name, grammar, text, expected) => {
    expect(read(grammar, text)).toEqual(expected);
  });
});
