// The seed's two directors with table and traffic: the master dies, and clients are served by the other; beside real keepalived too.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { ask, failed, stream, tally } from './lib/client.ts';
import { owns, startDirector, until } from './lib/director.ts';
import { ipvsadm, type Program } from './lib/program.ts';
import { partnerOf, seedFile, shorten } from './lib/seed.ts';
import { openSite, vip } from './lib/site.ts';

jest.setTimeout(180_000);

describeWith(needs('lab', 'reference', 'ipvs', 'ipvsadm', 'curl', 'keepalived'), 'two directors with traffic', () => {
  const config = shorten(seedFile('director-a.conf'));
  /** Three adverts of a second and the skew of priority 90; then a request must come through on this slow machine. */
  const outageMs = 3000 + 650 + 2000;
  const pairs: readonly (readonly [Program, Program])[] = [
    ['vipward', 'vipward'],
    ['vipward', 'keepalived'],
    ['keepalived', 'vipward'],
  ];
  for (const [master, backup] of pairs) {
    test(`${master} dies with its host, and clients are served by ${backup}`, async () => {
      await using site = await openSite('sf');
      const { a, b, client } = site.net.hosts;
      const first = startDirector({ host: a, program: master, config });
      await until('a has the address', () => owns(a, vip), { timeout: 60_000 });
      const second = startDirector({ host: b, program: backup, config: partnerOf(config) });
      await second.waitFor('Entering BACKUP STATE', 60_000);
      await until('the table of b', async () => (await b.exec(ipvsadm, ['-Sn'])).split('\n').length === 4);
      expect(await b.exec(ipvsadm, ['-Sn'])).toBe(await a.exec(ipvsadm, ['-Sn']));

      const requests = await stream(client, vip, { every: 100, timeout: 1000 });
      await sleep(1000);
      await site.net.unplug('a');
      await first.killAll();
      await until('b has the address', () => owns(b, vip), { timeout: 30_000 });
      await sleep(2500);
      const outcomes = (await requests.end()).toSorted((x, y) => x.at - y.at);
      const lost = failed(outcomes);
      const from = lost.at(0)?.at ?? 0;
      const last = lost.at(-1)?.at ?? 0;
      expect(lost.length).toBeGreaterThan(0);
      expect(last - from).toBeLessThan(outageMs);
      expect(tally(await ask(client, vip, 10))).toEqual({ rs12: 5, rs13: 5 });
    });
  }
});
