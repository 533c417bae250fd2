// drain, maintenance, slow_start and panic_threshold as the runtime carries them through reload and restart.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { formatIp } from '@vipward/config/address';
import type { Probe } from '../../src/machine/checks.ts';
import type { OrderAction } from '../../src/machine/order.ts';
import { type CheckResult, failure } from '../../src/machine/result.ts';
import { ip, rs, sorryServer, tcp, vs } from '../fixture.ts';
import { bench, shown } from './bench.ts';

const ok: CheckResult = { ok: true };
const refused = failure('refused', 'connection refused');
const server = (n: number, more: Parameters<typeof rs>[1] = {}) =>
  rs(n, { weight: 100, checkers: [tcp({ connectIp: ip(`192.168.33.${n}`) })], ...more });
const host = (checker: Probe): string => formatIp(checker.connectIp);
const service = 'tcp 192.168.33.188:80';
const say = (action: OrderAction, n = 12) => ({ action, service, server: `192.168.33.${n}:80` });
const pair = vs([server(12), server(13)]);

describe('an order', () => {
  test('drains a server and lets it in again', async () => {
    const { clock, health, changes, log } = bench([pair], () => ok);
    await clock.run(5000);
    expect(health.order(say('drain'))).toEqual({
      ok: true,
      service,
      server: '192.168.33.12:80',
      changed: true,
      condition: 'drain',
      notes: [],
    });
    expect(health.order(say('drain'))).toMatchObject({ changed: false });
    await clock.run(10);
    expect(changes.at(-1)?.table).toEqual(['12 w0', '13 w100']);
    expect(health.report()[0]?.realServers[0]).toMatchObject({ alive: true, condition: 'drain' });
    health.order(say('undrain'));
    await clock.run(10);
    expect(changes.at(-1)?.table).toEqual(['12 w100', '13 w100']);
    expect(log.slice(-2)).toEqual([
      'Draining service [192.168.33.12]:tcp:80 of VS [192.168.33.188]:tcp:80: its connections stay, new ones go elsewhere',
      'End of drain of service [192.168.33.12]:tcp:80 of VS [192.168.33.188]:tcp:80',
    ]);
  });

  test('names a server behind a mark as the table and the status do, or as the file does', async () => {
    const { clock, health } = bench([{ ...pair, target: { kind: 'fwmark', mark: 7 } }], () => ok);
    await clock.run(5000);
    const shownAs = health.report()[0]?.realServers[0]?.server ?? '';
    expect(shownAs).toBe('192.168.33.12:0');
    for (const name of [shownAs, '192.168.33.12:80', '192.168.33.12'])
      expect(health.order({ action: 'drain', service: 'fwmark 7', server: name })).toMatchObject({ server: shownAs });
  });

  test('is kept over a reload and a restart', async () => {
    const first = bench([pair], () => ok);
    await first.clock.run(5000);
    first.health.order(say('drain', 12));
    first.health.order(say('maintenance-on', 13));
    first.health.reload([{ ...pair, scheduler: 'rr' }]);
    await first.clock.run(10);
    expect(first.changes.at(-1)?.table).toEqual(['12 w0']);
    const previous: unknown = JSON.parse(JSON.stringify(first.health.toJson()));
    const second = bench([pair], () => ok, { previous });
    await second.clock.run(10);
    expect(second.changes.at(-1)?.table).toEqual(['12 w0']);
    second.health.order(say('maintenance-off', 13));
    await second.clock.run(10);
    expect(second.changes.at(-1)?.table).toEqual(['12 w0', '13 w100']);
  });

  test('outlives an orderly end, where nothing else is kept', async () => {
    const alpha = vs([server(12), server(13, { checkers: [tcp({ alpha: true })] })]);
    const first = bench([alpha], () => ok);
    await first.clock.run(5000);
    expect(first.health.wordsToJson()).toBeUndefined();
    first.health.order(say('drain', 12));
    first.health.stop();
    const previous: unknown = JSON.parse(JSON.stringify(first.health.wordsToJson()));
    const second = bench([alpha], () => ok, { previous });
    await second.clock.run(10);
    expect(second.changes.at(-1)?.table).toEqual(['12 w0']);
    await second.clock.run(5000);
    expect(second.changes.at(-1)?.table).toEqual(['12 w0', '13 w100']);
  });

  test('about what is not there says what is', () => {
    const { health } = bench([pair], () => ok);
    expect(health.order({ ...say('drain'), service: 'udp 192.168.33.188:80' })).toEqual({
      ok: false,
      code: 'ORDER_UNKNOWN_SERVICE',
      message: 'no virtual server udp 192.168.33.188:80; there is tcp 192.168.33.188:80',
    });
    expect(health.order(say('drain', 99))).toEqual({
      ok: false,
      code: 'ORDER_UNKNOWN_SERVER',
      message: 'no real server 192.168.33.99:80 in tcp 192.168.33.188:80; there is 192.168.33.12:80, 192.168.33.13:80',
    });
  });

  test('may leave out the protocol and the port where that is clear', () => {
    const udp = { ...pair, protocol: 'UDP' as const };
    const { health } = bench([pair, udp], () => ok);
    const short = { action: 'drain', service: '192.168.33.188:80', server: '192.168.33.12' } as const;
    expect(health.order(short)).toMatchObject({ code: 'ORDER_AMBIGUOUS' });
    expect(health.order({ ...short, service: 'udp 192.168.33.188:80' })).toMatchObject({ ok: true });
  });

  test('that costs the quorum says so', () => {
    const { health } = bench([vs([server(12)], { sorryServer, persistenceTimeout: 60 })], () => ok);
    const answer = health.order(say('maintenance-on'));
    expect(answer).toMatchObject({
      notes: [
        'the service has no quorum now: its sorry server takes the traffic',
        expect.stringContaining('net.ipv4.vs.expire_quiescent_template'),
      ],
    });
  });
});

describe('maintenance', () => {
  test('goes on checking and tells nobody; at its end scripts hear what is other than before', async () => {
    const { clock, health, changes, checks } = bench([pair], (checker, seconds) =>
      host(checker) === '192.168.33.12' && seconds >= 10 ? refused : ok,
    );
    await clock.run(5000);
    health.order(say('maintenance-on'));
    await clock.run(10_000);
    expect(changes.at(-1)?.table).toEqual(['13 w100']);
    expect(changes.flatMap(({ events }) => events)).toEqual(['quorum-gained', 'out']);
    expect(
      checks.filter(({ checker, seconds }) => host(checker) === '192.168.33.12' && seconds > 5).length,
    ).toBeGreaterThan(3);
    health.order(say('maintenance-off'));
    await clock.run(10);
    expect(changes.at(-1)).toEqual({ table: ['13 w100'], events: ['out', 'real-server-down'] });
  });

  test('by inhibit_on_failure is weight 0', async () => {
    const { clock, health, changes } = bench([vs([server(12, { inhibitOnFailure: true }), server(13)])], () => ok);
    health.order(say('maintenance-on'));
    await clock.run(10);
    expect(changes.at(-1)?.table).toEqual(['12 w0', '13 w100']);
  });
});

describe('maintenance_file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vw-maintenance-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const until = async (clock: { run(ms: number): Promise<void> }, isSo: () => boolean): Promise<void> => {
    // inotify is told by the kernel, in its own time.
    for (let tries = 0; tries < 200 && !isSo(); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await clock.run(1);
    }
    expect(isSo()).toBe(true);
  };

  test('takes the server out as long as it exists, from the start, and a command cannot end it', async () => {
    const path = join(directory, '12');
    writeFileSync(path, '');
    const { clock, health, changes } = bench([vs([server(12, { maintenanceFile: path }), server(13)])], () => ok);
    await clock.run(10);
    expect(changes).toEqual([{ table: ['13 w100'], events: ['quorum-gained'] }]);
    expect(health.order(say('maintenance-off'))).toMatchObject({ ok: true, condition: 'maintenance, by file' });
    rmSync(path);
    await until(clock, () => changes.at(-1)?.table.length === 2);
    writeFileSync(path, '');
    await until(clock, () => changes.at(-1)?.table.length === 1);
    health.stop();
  });
});

describe('slow_start', () => {
  test('lets the weight of a server that came up grow; a reload in between goes on', async () => {
    const growing = vs([server(12, { slowStart: 10_000 }), server(13, { slowStart: 10_000 })]);
    const { clock, health, changes } = bench([growing], (checker, seconds) =>
      host(checker) === '192.168.33.12' && seconds >= 3 && seconds < 8 ? refused : ok,
    );
    await clock.run(13_500);
    health.reload([{ ...growing, scheduler: 'rr' }]);
    await clock.run(20_000);
    const weights = changes.map(({ table }) => table.find((line) => line.startsWith('12')) ?? 'out');
    const distinct = weights.filter((weight, i) => weight !== weights[i - 1]);
    expect(distinct).toEqual(['12 w100', 'out', ...[10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((w) => `12 w${w}`)]);
  });

  test('is no matter of a start: what is adopted has its weight', async () => {
    const { clock, changes } = bench([vs([server(12, { slowStart: 10_000 })])], () => ok);
    await clock.run(20_000);
    expect(changes.map(({ table }) => table)).toEqual([['12 w100']]);
  });
});

describe('panic_threshold', () => {
  test('is said once, and loudly', async () => {
    const warnings: string[] = [];
    const log = { info: () => undefined, warning: (text: string) => void warnings.push(text) };
    const { clock, health } = bench(
      [vs([server(12), server(13), server(14)], { panicThreshold: 60 })],
      (_, seconds) => (seconds > 4 ? refused : ok),
      { log },
    );
    await clock.run(30_000);
    expect(shown(health.table())).toEqual(['12 w100', '13 w100', '14 w100']);
    expect(warnings).toEqual([expect.stringContaining('PANIC')]);
    expect(health.report()[0]).toMatchObject({ panic: true });
  });
});
