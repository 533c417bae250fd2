// Random command lines: right ones, nearly right ones, and words that are none.
import fc from 'fast-check';

const pick = (words: string): fc.Arbitrary<string> => fc.constantFrom(...words.split(' '));

const hostPort = fc.oneof(
  pick('10.0.0.1:80 10.0.0.2:80 10.0.0.1:53 10.0.0.1 [2001:db8::1]:80 2001:db8::1 [2001:db8::1] 10.0.0.1:http 10.1'),
  pick(
    '10.0.0.1:0 0x7f.1:5 1.2.3.4.5:80 300.1.1.1:80 10.0.0.1:65536 [::]:80 [10.0.0.1]:80 vip1:80 nosuch:80 10.0.0.1:',
  ),
);
const server = fc.oneof(
  pick('10.1.0.1 10.1.0.2:80 10.1.0.1:8080 10.1.0.3:0 [2001:db8:1::1]:80 2001:db8:1::2 rs1.example.net:http 127.0.0.1'),
  pick('10.1.0.4:99999 224.0.0.1 0.0.0.0 255.255.255.255 [fe80::1]:80 [ff02::1]:80 10.9.9.1'),
);
const number = fc.constantFrom(
  '0',
  '1',
  '5',
  '100',
  '65536',
  '2147483647',
  '2147483648',
  '-1',
  'abc',
  '',
  ' 7',
  '+3',
  '1.5',
);

const withValue = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  value.map((text) => [name, text]);
const alone = (names: string): fc.Arbitrary<string[]> => pick(names).map((name) => [name]);

const service = fc.oneof(
  withValue('-t', hostPort),
  withValue('-u', hostPort),
  withValue('--sctp-service', hostPort),
  withValue('-f', number),
  number.map((mark) => ['-f', mark, '-6']),
);
const serviceOption = fc.oneof(
  withValue('-s', fc.constantFrom('rr', 'wlc', 'sh', 'mh', 'nosuch', '')),
  withValue('-b', fc.constantFrom('sh-port', 'sh-fallback', 'flag-1', 'flag-3', 'flag-1,flag-2', 'bogus', '')),
  fc.oneof(alone('-p'), withValue('-p', number)),
  withValue('-M', fc.constantFrom('255.255.255.0', '24', '64', '129', '255.255', '')),
  withValue('--pe', fc.constantFrom('sip', 'nosuch', '')),
  alone('-o'),
);
const serverOption = fc.oneof(
  alone('-g -i -i -m --gatewaying --ipip --masquerading --tun-nocsum --tun-csum --tun-remcsum'),
  withValue('--tun-type', pick('ipip gue gre x')),
  withValue('--tun-port', number),
  withValue('-w', number),
  withValue('-x', number),
  withValue('-y', number),
);
const otherOption = fc.oneof(
  alone('-n -c --timeout --daemon --stats --rate --thresholds --persistent-conn --tun-info --exact --sort --nosort'),
  alone('--bogus -Q extra -- - -6 --stats=1'),
  withValue('--syncid', number),
  withValue('--mcast-ttl', number),
  withValue('--mcast-group', pick('224.0.0.90 10.0.0.1 ff02::5 fe80::1 x')),
);

const words = (...parts: fc.Arbitrary<string[]>[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts).map((lists) => lists.flat());
const some = (option: fc.Arbitrary<string[]>, maxLength = 3): fc.Arbitrary<string[]> =>
  fc.array(option, { maxLength }).map((lists) => lists.flat());

/** Mostly sensible, with a mistake here and there. */
export const commandLine: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 4, arbitrary: words(alone('-A -A -E'), service, some(serviceOption)) },
  { weight: 4, arbitrary: words(alone('-a -a -e'), service, withValue('-r', server), some(serverOption)) },
  { weight: 1, arbitrary: words(alone('-D -Z'), service) },
  { weight: 1, arbitrary: words(alone('-d'), service, withValue('-r', server)) },
  { weight: 1, arbitrary: words(alone('-L -S -Z -Ln -lnc --list'), some(otherOption)) },
  {
    weight: 2,
    arbitrary: words(
      alone('-A -E -D -a -e -d -L -S -Z --start-daemon=master --stop-daemon=backup --set'),
      some(fc.oneof(service, serviceOption, serverOption, otherOption, withValue('-r', server)), 5),
    ),
  },
);

/** Any words at all, with pieces of command lines among them. */
export const anyWords: fc.Arbitrary<string[]> = fc.oneof(
  commandLine,
  fc.array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      pick('-A -Ln -t= --set -p -6 -b --tun-port'),
      hostPort,
      number,
    ),
  ),
);
