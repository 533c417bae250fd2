// The seed's troubleshooting case: a real server that accepts TCP and answers 502.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { ask, tally } from './lib/client.ts';
import { type Director, startDirector, until } from './lib/director.ts';
import { ipvsadm } from './lib/program.ts';
import { seedFile, shorten, withHttpCheck } from './lib/seed.ts';
import { openSite, type Site, vip } from './lib/site.ts';

jest.setTimeout(120_000);

describeWith(
  needs('lab', 'reference', 'ipvs', 'ipvsadm', 'curl'),
  'a real server that accepts TCP but answers 502',
  () => {
    const tcp = seedFile('director-a.conf');
    let site: Site;
    let director: Director;
    const inTable = async (): Promise<boolean> =>
      (await site.net.hosts.a.exec(ipvsadm, ['-Sn'])).includes(' 192.168.33.13:80 ');

    beforeAll(async () => {
      site = await openSite('bg');
      director = startDirector({ host: site.net.hosts.a, program: 'vipward', config: shorten(tcp) });
      await director.waitFor('Entering MASTER STATE', 60_000);
      await until('rs13 in', inTable);
    });
    afterAll(async () => {
      await director?.terminate();
      await site?.[Symbol.asyncDispose]();
    });

    test('TCP_CHECK keeps it, and half of the users get errors', async () => {
      await site.servers.rs13.setMode(502);
      const seen = director.log().length;
      await sleep(4000);
      expect(await inTable()).toBe(true);
      expect(director.log().slice(seen)).not.toContain('Removing');
      expect(tally(await ask(site.net.hosts.client, vip, 10))).toEqual({ rs12: 5, 'error 502': 5 });
    });

    test('HTTP_GET on /monitor/warn.jsp with status_code 200 takes it out after a reload', async () => {
      director.reload(shorten(withHttpCheck(tcp)));
      await until('rs13 out', async () => !(await inTable()), { timeout: 40_000 });
      expect(director.log()).toMatch(/HTTP status code error to server \[192\.168\.33\.13\]:tcp:80.*502/);
      expect(tally(await ask(site.net.hosts.client, vip, 6))).toEqual({ rs12: 6 });
    });

    test('and brings it back when it answers 200 again', async () => {
      await site.servers.rs13.setMode('ok');
      await until('rs13 in', inTable, { timeout: 40_000 });
      expect(tally(await ask(site.net.hosts.client, vip, 6))).toEqual({ rs12: 3, rs13: 3 });
      expect(site.servers.rs13.process.log()).toContain('GET /monitor/warn.jsp');
    });
  },
);
