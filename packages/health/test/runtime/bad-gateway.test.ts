// The case that brought HTTP checks: a server that accepts every connection but answers 502, over real sockets.
import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import type { Checker } from '@vipward/config';
import { systemClock } from '@vipward/sockets';
import { startHealth } from '../../src/runtime/start.ts';
import { http, ip, rs, tcp, vs } from '../fixture.ts';
import { shown } from './bench.ts';

/** Runs one checker against a server on 127.0.0.1 that answers `status()`; `until` waits for a table. */
const watch = async (checkerOf: (port: number) => Checker, status: () => number) => {
  const requests: string[] = [];
  const web = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(status()).end('<html>');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const address = web.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const log: string[] = [];
  const wake = new Set<() => void>();
  const health = startHealth({
    virtualServers: [vs([rs(4, { weight: 100, checkers: [checkerOf(address.port)] })])],
    clock: systemClock,
    random: () => 0,
    log: { info: (text) => void log.push(text) },
    onChange: () => {
      for (const go of wake) go();
    },
  });
  return {
    requests,
    log,
    table: () => shown(health.table()),
    checks: () => health.lateness().checks,
    /** Waits until the table is `rows`. */
    until: (rows: readonly string[]) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (JSON.stringify(shown(health.table())) === JSON.stringify(rows)) resolve();
        };
        wake.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      health.stop();
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
    },
  };
};

const quick = { connectIp: ip('127.0.0.1'), delayLoop: 20, retry: 2, delayBeforeRetry: 10, connectTimeout: 5000 };

test('with HTTP_GET on /monitor/warn.jsp it leaves, and returns when it answers 200 again', async () => {
  let status = 200;
  await using watched = await watch(
    (connectPort) => http({ ...quick, connectPort }),
    () => status,
  );
  await watched.until(['4 w100']);
  status = 502;
  await watched.until([]);
  expect(watched.log).toContain(
    'HTTP status code error to server [192.168.33.4]:tcp:80. url(/monitor/warn.jsp) status 502, wanted 200',
  );
  expect(watched.log.at(-1)).toBe('Lost quorum 1-0=1 > 0 for VS [192.168.33.188]:tcp:80');
  status = 200;
  await watched.until(['4 w100']);
  expect(new Set(watched.requests)).toEqual(new Set(['/monitor/warn.jsp']));
});

test('with TCP_CHECK it stays, for its port is open', async () => {
  await using watched = await watch(
    (connectPort) => tcp({ ...quick, connectPort }),
    () => 502,
  );
  while (watched.checks() < 5) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(watched.table()).toEqual(['4 w100']);
  expect(watched.log.filter((line) => /failed|Removing/.test(line))).toEqual([]);
});
