// Server lines read from bytes mean what the parser of words says, or are left to it.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseIpvsadm } from '../../src/ipvsadm/parse.ts';
import { wordsOf } from '../../src/ipvsadm/restore.ts';
import { ServerLineReader } from '../../src/ipvsadm/server-line.ts';
import { commandLine } from './commands.ts';

const read = (line: string, reader = new ServerLineReader()) => {
  const before = new TextEncoder().encode('-a ');
  const bytes = new TextEncoder().encode(line);
  // Within a larger buffer, as lines are.
  const around = Uint8Array.from([...before, ...bytes, ...new TextEncoder().encode(' -w 7\n')]);
  return reader.read(around, before.length, before.length + bytes.length);
};

const byWords = (line: string): unknown => {
  const outcome = parseIpvsadm(wordsOf(line));
  return outcome.kind === 'change' ? outcome.operation : outcome;
};

const part = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.constantFrom('', '00', '01', 'x', '1000'));
const port = fc.oneof(fc.integer({ min: 0, max: 70_000 }).map(String), fc.constantFrom('', '080', 'http', '000080'));
const endpoint = fc
  .tuple(fc.array(part, { minLength: 3, maxLength: 5 }), port)
  .map(([parts, number]) => `${parts.join('.')}:${number}`);
const goodEndpoint = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 65_535 })).map(([ip, number]) => `${ip}:${number}`);
const number = fc.oneof(fc.nat().map(String), fc.constantFrom('-1', '007', '2147483648', '99999999999', 'x', ''));
const option = fc.oneof(
  fc.constantFrom('-g', '-m', '-i', '-n', '-gm', 'ipvsadm', '-6'),
  fc.tuple(fc.constantFrom('-w ', '-x ', '-y ', '-w', '-w\t'), number).map((two) => two.join('')),
);
const likely = <T>(value: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
const blank = likely(' ', fc.constantFrom('  ', '\t'));
const line = fc
  .tuple(
    likely('-a', fc.constantFrom('-e', '-A', '-aa', 'ipvsadm -a', ' -a')),
    fc.oneof(fc.constantFrom('-t', '-u'), likely('-t', fc.constantFrom('-f', '-r'))),
    fc.oneof({ weight: 9, arbitrary: goodEndpoint }, endpoint),
    fc.oneof({ weight: 9, arbitrary: goodEndpoint }, endpoint),
    fc.oneof(fc.subarray(['-g', '-w 5', '-x 070', '-y 10', '-m']), fc.array(option, { maxLength: 4 })),
    blank,
    likely('', fc.constantFrom(' ', '\r', '\0', ' x')),
  )
  .map(
    ([command, kind, service, server, options, gap, end]) =>
      [command, kind, service, '-r', server, ...options].join(gap) + end,
  );

describe('a server line', () => {
  test('is read from its bytes', () => {
    expect(read('-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -g -w 100')).toEqual({
      kind: 'add-destination',
      service: {
        kind: 'address',
        protocol: 6,
        address: { family: 4, bytes: Uint8Array.of(10, 0, 0, 1) },
        port: 80,
      },
      destination: {
        key: { address: { family: 4, bytes: Uint8Array.of(10, 1, 0, 1) }, port: 80 },
        forwarding: 'route',
        weight: 100,
        upperThreshold: 0,
        lowerThreshold: 0,
      },
    });
    expect(read('-a -u 10.0.0.1:53 -r 10.1.0.1:5353 -m -x 9 -y 3')).toMatchObject({
      destination: { key: { port: 5353 }, forwarding: 'masq', weight: 1, upperThreshold: 9, lowerThreshold: 3 },
    });
  });

  test.each([
    '',
    '-a',
    '-a -t 10.0.0.1:80',
    '-a -t 10.0.0.1:80 -r 10.1.0.1',
    '-a -t 10.0.0.1:80 -r 10.1.0.01:80',
    '-a -t 10.0.0.1:80 -r 10.1.0.256:80',
    '-a -t 10.0.0.1:80 -r 10.1.0.1:65536',
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -i',
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -w',
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -m',
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -w 1 -w 1',
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 x',
    '-a -f 1 -r 10.1.0.1:80 -m',
  ])('of another form is left to the parser of words: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test('means what the parser of words makes of it', () => {
    const reader = new ServerLineReader();
    let understood = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          line,
          commandLine.map((words) => words.join(' ')),
        ),
        (text) => {
          const operation = read(text, reader);
          if (operation === undefined) return;
          understood += 1;
          expect(operation).toEqual(byWords(text));
        },
      ),
      { numRuns: 3000 },
    );
    expect(understood).toBeGreaterThan(100);
  });
});
