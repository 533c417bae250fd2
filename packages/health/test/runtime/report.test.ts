// What a running health says of its servers when it is asked.
import { describe, expect, test } from '@jest/globals';
import { failure } from '../../src/machine/result.ts';
import { http, rs, sorryServer, tcp, vs } from '../fixture.ts';
import { bench } from './bench.ts';

describe('the report', () => {
  test('names the check that fails and why, until it passes again', async () => {
    const both = vs([rs(12, { checkers: [tcp(), http()] }), rs(13, {})], { sorryServer });
    const { clock, health } = bench([both], (checker, seconds) =>
      checker.kind === 'HTTP_GET' && seconds < 6 ? failure('status', 'status 502, wanted 200') : { ok: true },
    );
    const down = (): unknown => health.report()[0]?.realServers.map(({ server, alive }) => [server, alive]);
    await clock.run(3000);
    expect(health.report()).toMatchObject([
      {
        service: 'tcp 192.168.33.188:80',
        name: '[192.168.33.188]:tcp:80',
        quorum: 'up',
        sorryServer: { inUse: false },
      },
    ]);
    expect(down()).toEqual([
      ['192.168.33.12:80', false],
      ['192.168.33.13:80', true],
    ]);
    expect(health.report()[0]?.realServers[0]?.checks).toEqual([
      { kind: 'TCP_CHECK', verdict: 'up', tried: true, failures: 0, lastFailure: undefined },
      {
        kind: 'HTTP_GET',
        verdict: 'down',
        tried: true,
        failures: 0,
        lastFailure: 'url(/monitor/warn.jsp) status 502, wanted 200',
      },
    ]);
    await clock.run(20_000);
    expect(health.report()[0]?.realServers[0]).toMatchObject({
      alive: true,
      checks: [{ verdict: 'up' }, { verdict: 'up', lastFailure: undefined }],
    });
    expect(down()).toEqual([
      ['192.168.33.12:80', true],
      ['192.168.33.13:80', true],
    ]);
  });
});
