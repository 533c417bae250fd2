// drain_on_remove: who is taken out of the file leaves with the last connection, or when the time is over.
import { describe, expect, test } from '@jest/globals';
import type { VirtualServer } from '@vipward/config';
import { departuresFromJson, departuresToJson } from '../../src/machine/departure-json.ts';
import { rs, sorryServer, vs } from '../fixture.ts';
import { kernelBench } from './kernel-bench.ts';

const drains = (servers: readonly number[], more: Partial<VirtualServer> = {}): VirtualServer =>
  vs(
    servers.map((n) => rs(n, { weight: 100 })),
    { drainOnRemove: 60_000, ...more },
  );
const key = { kind: 'address', protocol: 6, address: drains([12]).realServers[0]?.address, port: 80 } as const;
const service = { ...key, address: { family: 4, bytes: Uint8Array.of(192, 168, 33, 188) } } as const;
const twelve = { address: rs(12).address, port: 80 };

const busy = (active: number, inactive = 0) => ({ activeConnections: active, inactiveConnections: inactive });
const weights = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => {
    const [, last, weight] = /-r 192\.168\.33\.(\d+):80 .*-w (\d+)/.exec(line) ?? [];
    return last === undefined ? [] : [`${last} w${weight}`];
  });

describe('a real server that is no longer written', () => {
  test('has weight 0 until its connections have ended, active and inactive ones', async () => {
    const { clock, health, kernel, lines, log } = kernelBench([drains([12, 13])], () => ({ ok: true }));
    await clock.run(5000);
    kernel.setDestinationState(service, twelve, busy(2));
    health.reload([drains([13])]);
    await clock.run(10_000);
    expect(weights(await lines())).toEqual(['12 w0', '13 w100']);
    expect(health.report()[0]?.leaving).toEqual([{ server: '192.168.33.12:80', left: 50 }]);
    kernel.setDestinationState(service, twelve, busy(0, 1));
    await clock.run(10_000);
    expect(weights(await lines())).toEqual(['12 w0', '13 w100']);
    kernel.setDestinationState(service, twelve, busy(0));
    await clock.run(2000);
    expect(weights(await lines())).toEqual(['13 w100']);
    expect(log.slice(-3)).toEqual([
      'Removing service [192.168.33.12]:tcp:80 from VS [192.168.33.188]:tcp:80',
      'Draining 192.168.33.12:80 of tcp 192.168.33.188:80, which is no longer written: it goes with its last connection, after 60 s at most',
      'Removing 192.168.33.12:80 of tcp 192.168.33.188:80: its connections have ended',
    ]);
    expect(health.report()[0]?.leaving).toBeUndefined();
  });

  test('goes when its time is over, with what is left', async () => {
    const { clock, health, kernel, lines, log } = kernelBench([drains([12, 13])], () => ({ ok: true }));
    await clock.run(5000);
    kernel.setDestinationState(service, twelve, busy(3, 4));
    health.reload([drains([13], { persistenceTimeout: 60 })]);
    await clock.run(59_000);
    expect(weights(await lines())).toEqual(['12 w0', '13 w100']);
    await clock.run(3000);
    expect(weights(await lines())).toEqual(['13 w100']);
    expect(log.at(-2)).toContain('net.ipv4.vs.expire_quiescent_template');
    expect(log.at(-1)).toContain('with 7 connections left; net.ipv4.vs.expire_nodest_conn');
  });

  test('behind a mark, where the table has no port, drains as well', async () => {
    const marked = (servers: readonly number[]) => drains(servers, { target: { kind: 'fwmark', mark: 7 } });
    const { clock, health, kernel, lines } = kernelBench([marked([12, 13])], () => ({ ok: true }));
    await clock.run(5000);
    kernel.setDestinationState({ kind: 'fwmark', mark: 7, family: 4 }, { ...twelve, port: 0 }, busy(1));
    health.reload([marked([13])]);
    await clock.run(5000);
    expect((await lines()).filter((line) => line.includes('-r'))).toEqual([
      '-a -f 7 -r 192.168.33.12:0 -g -w 0',
      '-a -f 7 -r 192.168.33.13:0 -g -w 100',
    ]);
  });

  test('gets its weight back when it is written again', async () => {
    const { clock, health, kernel, lines } = kernelBench([drains([12, 13])], () => ({ ok: true }));
    await clock.run(5000);
    kernel.setDestinationState(service, twelve, busy(1));
    health.reload([drains([13])]);
    await clock.run(5000);
    health.reload([drains([12, 13])]);
    await clock.run(100);
    expect(weights(await lines())).toEqual(['12 w100', '13 w100']);
    await clock.run(100_000);
    expect(weights(await lines())).toEqual(['12 w100', '13 w100']);
  });

  test('goes on leaving after a restart, with the time that it has left', async () => {
    const first = kernelBench([drains([12, 13])], () => ({ ok: true }));
    await first.clock.run(5000);
    first.kernel.setDestinationState(service, twelve, busy(1));
    first.health.reload([drains([13])]);
    await first.clock.run(20_000);
    const previous: unknown = JSON.parse(JSON.stringify(first.health.toJson()));
    const second = kernelBench([drains([13])], () => ({ ok: true }), { previous, clock: first.clock }, first.kernel);
    await first.clock.run(10_000);
    expect(weights(await second.lines())).toEqual(['12 w0', '13 w100']);
    await first.clock.run(35_000);
    expect(weights(await second.lines())).toEqual(['13 w100']);
  });

  test('taken out while nobody ran: what a crash left in the kernel drains, but for the sorry server', async () => {
    const before = { ...drains([12, 13]), sorryServer };
    const first = kernelBench([before], () => ({ ok: true }));
    await first.clock.run(5000);
    first.kernel.setDestinationState(service, twelve, busy(1));
    const previous: unknown = JSON.parse(JSON.stringify(first.health.toJson()));
    const sorry = { address: sorryServer.address, port: sorryServer.port };
    const left = first.health.table().map(({ service: of, destinations }) => ({
      service: of,
      destinations: [...destinations, ...destinations.slice(0, 1).map((one) => ({ ...one, key: sorry }))],
    }));
    const more = { previous, left, clock: first.clock };
    const second = kernelBench(
      [{ ...before, realServers: before.realServers.slice(1) }],
      () => ({ ok: true }),
      more,
      first.kernel,
    );
    await first.clock.run(10_000);
    expect(weights(await second.lines())).toEqual(['12 w0', '13 w100']);
    expect(second.health.report()[0]?.leaving).toEqual([{ server: '192.168.33.12:80', left: 50 }]);
    first.kernel.setDestinationState(service, twelve, busy(0));
    await first.clock.run(2000);
    expect(weights(await second.lines())).toEqual(['13 w100']);
  });

  const undrained = ({ drainOnRemove: _, ...rest }: VirtualServer): VirtualServer => rest;

  test.each<[string, VirtualServer]>([
    ['of UDP', drains([12, 13], { protocol: 'UDP' })],
    ['where drain_on_remove is off again', undrained(drains([12, 13]))],
    ['with one-packet scheduling', drains([12, 13], { onePacket: true })],
  ])('%s goes at once', async (_, settings) => {
    const { clock, health, lines } = kernelBench([settings], () => ({ ok: true }));
    await clock.run(5000);
    health.reload([{ ...settings, realServers: settings.realServers.slice(1) }]);
    await clock.run(100);
    expect(weights(await lines())).toEqual(['13 w100']);
  });

  test('goes at once with its whole service, and a sorry server does not linger', async () => {
    const { clock, health, lines } = kernelBench([drains([12, 13], { sorryServer })], () => ({ ok: true }));
    await clock.run(5000);
    health.reload([drains([12, 13])]);
    await clock.run(100);
    expect(weights(await lines())).toEqual(['12 w100', '13 w100']);
    health.reload([]);
    await clock.run(100);
    expect(await lines()).toEqual([]);
  });
});

test('what a file says of departures is read back, and nonsense is nothing', () => {
  const one = {
    service: 'tcp 192.168.33.188:80',
    destination: {
      key: twelve,
      forwarding: 'tunnel',
      weight: 0,
      upperThreshold: 7,
      lowerThreshold: 3,
      tunnel: { type: 'gue', port: 6080, checksum: 'csum' },
    },
    until: 12_345.5,
  } as const;
  expect(departuresFromJson(JSON.parse(JSON.stringify(departuresToJson([one]))))).toEqual([one]);
  expect(departuresFromJson([7, null, {}, { service: 'x', address: '1.2.3.4', port: -1 }, { service: 'x' }])).toEqual(
    [],
  );
  expect(departuresFromJson('x')).toEqual([]);
});
