// Lines reach /dev/log as datagrams, also after the syslog was started again; without one nothing is lost but the line.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AF_UNIX, type OwnedSocket, openSocket, SOCK_DGRAM, sockaddrUn } from '@vipward/sockets';
import { syslogSink } from '../../src/log/syslog.ts';

let folder: string;
let path: string;
let server: OwnedSocket | undefined;
let lines: string[];
const listen = (): void => {
  server = openSocket(AF_UNIX, SOCK_DGRAM, 0);
  server.bind(sockaddrUn(path));
  server.listen({ onDatagram: ({ data }) => lines.push(Buffer.from(data).toString()), onError: () => undefined });
};
const end = (): void => {
  server?.close();
  server = undefined;
  rmSync(path, { force: true });
};
const arrived = async (count: number): Promise<readonly string[]> => {
  for (let i = 0; i < 200 && lines.length < count; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  return lines;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipward-syslog-'));
  path = join(folder, 'log');
  lines = [];
});
afterEach(() => {
  end();
  rmSync(folder, { recursive: true });
});

const sinkAt = (now: () => number) =>
  syslogSink({ path, facility: 3, ident: 'Keepalived', pid: 42, wallClock: () => new Date(now()) });

test('a line arrives with priority, name and pid', async () => {
  listen();
  sinkAt(() => 0).write('info', '(VI_1) Entering MASTER STATE');
  expect(await arrived(1)).toEqual([
    expect.stringMatching(/^<30>\w{3} [ \d]\d [\d:]{8} Keepalived\[42\]: \(VI_1\) Entering MASTER STATE$/),
  ]);
});

test('a syslog that was started again gets the next line', async () => {
  listen();
  const sink = sinkAt(() => 0);
  sink.write('info', 'one');
  await arrived(1);
  end();
  listen();
  sink.write('error', 'two');
  expect(await arrived(2)).toEqual([expect.stringContaining(': one'), expect.stringMatching(/^<27>.*: two$/)]);
});

test('without a syslog it keeps quiet for five seconds, then tries again', async () => {
  let now = 0;
  const sink = sinkAt(() => now);
  sink.write('info', 'lost');
  listen();
  now = 4999;
  sink.write('info', 'still quiet');
  now = 5000;
  sink.write('info', 'heard');
  expect(await arrived(1)).toEqual([expect.stringContaining(': heard')]);
});
