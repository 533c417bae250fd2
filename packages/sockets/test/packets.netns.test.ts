// Packet, raw, notification and marked sockets on real links, each in a fresh network namespace (needs root and ip).
import { expect, jest, test } from '@jest/globals';
import { type Outcome, runProgram } from './run-program.ts';

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

const inNamespace = (name: string): Promise<Outcome> => runProgram(name, [], ['unshare', '--net']);
const saying = (...lines: string[]): unknown => ({
  status: 0,
  signal: null,
  stderr: '',
  stdout: `${lines.join('\n')}\n`,
});

test('a packet socket reports ENETDOWN when its link goes down, and works again after the flap', async () => {
  expect(await inNamespace('link-flap')).toEqual(saying('so-a got 1', 'so-a ENETDOWN', 'so-a got 2'));
});

test('a notification socket reports ENOBUFS when it is overrun, and later notifications come', async () => {
  expect(await inNamespace('notification-overrun')).toEqual(
    saying('ENOBUFS, some arrived: true', 'notifications go on', `forced buffer: ${8 << 20}`),
  );
});

test('VRRP packets go out to the group and come in with TTL, addresses and checksum', async () => {
  expect(await inNamespace('vrrp-packets')).toEqual(
    saying(
      'ttl 255 protocol 112 payload 33,1,100 from 10.9.0.1',
      'hop limit 255',
      'arrived at the group true on so-a true',
      'from fe80::a true',
      'checksum filled true',
    ),
  );
});

test('a socket of another network namespace is there, and the process is where it was', async () => {
  const outcome = await runProgram('open-in-namespace', [String(process.pid)], ['unshare', '--net']);
  expect(outcome).toEqual(saying('elsewhere true', 'back true', 'again true', 'ENOENT', 'EINVAL', 'still back true'));
});

test('a TCP descriptor carries its mark, device and source address into the connection', async () => {
  expect(await inNamespace('marked-tcp')).toEqual(saying('mark 4294967280', 'device lo', 'connected from 127.0.0.3'));
});
