// The seed's direct-routing site on a real kernel: the table, the traffic, a failing real server, reload, crash and end.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { ask, failed, stream, tally } from './lib/client.ts';
import { type Director, kernelWrites, owns, pidIn, startDirector, until } from './lib/director.ts';
import { ipvsadm, vipward } from './lib/program.ts';
import { seedFile, shorten } from './lib/seed.ts';
import { openSite, type Site, vip } from './lib/site.ts';

jest.setTimeout(180_000);

describeWith(needs('lab', 'reference', 'ipvs', 'ipvsadm', 'curl'), "the seed's director A", () => {
  const config = shorten(seedFile('director-a.conf'));
  let site: Site;
  let director: Director;
  const lines = async (): Promise<string> => (await site.net.hosts.a.exec(ipvsadm, ['-Sn'])).trimEnd();
  const inTable = async (server: string): Promise<boolean> => (await lines()).includes(` ${server}:80 `);

  beforeAll(async () => {
    site = await openSite('dr');
    director = startDirector({ host: site.net.hosts.a, program: 'vipward', config, env: { NLDEBUG: '1' } });
    await director.waitFor('Entering MASTER STATE', 60_000);
    await until('the virtual address', () => owns(site.net.hosts.a, vip));
    await until('both real servers', async () => (await inTable('192.168.33.12')) && (await inTable('192.168.33.13')));
  });
  afterAll(async () => {
    await site?.[Symbol.asyncDispose]();
  });

  test('its table is what the file says', async () => {
    expect(await lines()).toBe(
      [
        '-A -t 192.168.33.188:80 -s wrr',
        '-a -t 192.168.33.188:80 -r 192.168.33.12:80 -g -w 100',
        '-a -t 192.168.33.188:80 -r 192.168.33.13:80 -g -w 100',
      ].join('\n'),
    );
  });

  test('the requests of a client alternate between the real servers', async () => {
    const answers = await ask(site.net.hosts.client, vip, 20);
    expect(tally(answers)).toEqual({ rs12: 10, rs13: 10 });
    expect(answers[0]).not.toBe(answers[1]);
  });

  test('vipward ipvsadm -Ln prints what ipvsadm -Ln prints, byte for byte, while requests come in', async () => {
    const requests = ask(site.net.hosts.client, vip, 30);
    const { a } = site.net.hosts;
    await until(
      'ours between two equal listings of the original',
      async () => {
        const before = await a.exec(ipvsadm, ['-Ln']);
        const ours = await a.exec(vipward, ['ipvsadm', '-Ln']);
        const after = await a.exec(ipvsadm, ['-Ln']);
        if (before !== after || !/[1-9]\d* +$/m.test(before)) return false;
        expect(ours).toBe(before);
        return true;
      },
      { timeout: 60_000 },
    );
    await requests;
  });

  test('a reload of the same file writes nothing to the kernel', async () => {
    const from = director.log().length;
    director.reload(config);
    await director.process.waitFor('Reload finished', { from, timeout: 20_000 });
    // Long enough for several checks, and for anything that would follow the reload.
    await sleep(3000);
    expect(kernelWrites(director.log().slice(from))).toEqual([]);
  });

  test('a reload with another weight writes only that', async () => {
    const from = director.log().length;
    director.reload(config.replace('weight 100', 'weight 50'));
    await until('the new weight', async () => (await lines()).includes('192.168.33.12:80 -g -w 50'));
    expect(kernelWrites(director.log().slice(from))).toEqual([expect.stringMatching(/^> \w*[dD]est\w* .*"weight":50/)]);
    director.reload(config);
    await until('the old weight', async () => (await lines()).includes('192.168.33.12:80 -g -w 100'));
  });

  test('a broken file on reload leaves the running configuration and names file, line and column', async () => {
    const before = await lines();
    const from = director.log().length;
    director.reload(`${config}\nvirtual_server 10.0.0.300 80 {\n  protocol TCP\n  real_server 10.0.0.1 80 {\n  }\n}\n`);
    await director.process.waitFor('the running configuration stays', { from, timeout: 20_000 });
    const line = config.split('\n').length + 1;
    expect(director.log().slice(from)).toMatch(new RegExp(`keepalived\\.conf:${line}:\\d+: error: .*10\\.0\\.0\\.300`));
    expect(await lines()).toBe(before);
    const test = await site.net.hosts.a.tryExec(vipward, [
      'keepalived',
      '-t',
      '-f',
      `${director.folder}/keepalived.conf`,
    ]);
    expect(test.code).toBe(5);
    expect(test.stderr).toMatch(new RegExp(`keepalived\\.conf:${line}:\\d+: error`));
    director.reload(config);
    await director.process.waitFor('Reload finished', { from, timeout: 20_000 });
  });

  test('a real server that dies goes out within its retries, and comes back; clients see nothing after that', async () => {
    const died = Date.now();
    await site.servers.rs13.stop();
    await until('rs13 out', async () => !(await inTable('192.168.33.13')));
    // delay_loop 1 s + a refused connection at once + delay_before_retry 1 s + a refused connection; the rest is the slow guest.
    expect(Date.now() - died).toBeLessThan(2000 + 2 * 1500 + 2000);
    expect(tally(await ask(site.net.hosts.client, vip, 6))).toEqual({ rs12: 6 });

    // What people ask the running daemon meanwhile, over its control socket.
    const { a } = site.net.hosts;
    const socket = ['--socket', `${director.folder}/main.sock`];
    const told = await a.exec(vipward, ['status', ...socket]);
    expect(told).toMatch(/192\.168\.33\.12:80 +up +100 *$/m);
    expect(told).toMatch(/192\.168\.33\.13:80 +DOWN +100 +\w+: .*connection refused/);
    expect(told).toMatch(/VI_1 +MASTER .*this host/);
    const listed = await a.exec(vipward, ['ipvs', 'list', '--json', ...socket]);
    const [service] = JSON.parse(listed).services;
    expect(service.service).toBe('tcp 192.168.33.188:80');
    expect(service.servers).toMatchObject([
      { server: '192.168.33.12:80', inTable: true, health: { state: 'up' } },
      {
        server: '192.168.33.13:80',
        inTable: false,
        health: { state: 'down', reason: expect.stringMatching(/connection refused/) },
      },
    ]);

    await site.replaceServer('rs13');
    await until('rs13 in', () => inTable('192.168.33.13'));
    await until('status to say so', async () =>
      /192\.168\.33\.13:80 +up /.test(await a.exec(vipward, ['status', ...socket])),
    );
    expect(tally(await ask(site.net.hosts.client, vip, 10))).toEqual({ rs12: 5, rs13: 5 });
  });

  test('someone else removes a real server: it is put back and said; a service of theirs stays', async () => {
    const { a } = site.net.hosts;
    await a.exec(ipvsadm, ['-A', '-t', '192.168.33.188:8080', '-s', 'rr']);
    await a.exec(ipvsadm, ['-d', '-t', '192.168.33.188:80', '-r', '192.168.33.12:80']);
    await until('rs12 back', () => inTable('192.168.33.12'), { timeout: 30_000 });
    expect(director.log()).toContain('Repaired');
    expect(await lines()).toContain('-A -t 192.168.33.188:8080 -s rr');
    await a.exec(ipvsadm, ['-D', '-t', '192.168.33.188:8080']);
  });

  test('a checker worker that is killed comes back and adopts the table', async () => {
    const from = director.log().length;
    const before = pidIn(director, 'checkers.pid');
    process.kill(before, 'SIGKILL');
    await director.process.waitFor(/Starting Healthcheck child process/, { from, timeout: 30_000 });
    await until('a new worker', () => pidIn(director, 'checkers.pid') !== before);
    await until('its first table', () => director.log().slice(from).includes('Activating healthchecker'));
    expect(kernelWrites(director.log().slice(from))).toEqual([]);
  });

  test('the daemon is killed and started again under traffic: no request fails, nothing is written', async () => {
    const { client } = site.net.hosts;
    // It goes on as master where it is back before a partner would have taken over: with the seed's own advert interval that is
    // 15 s, which a slow machine needs for a start.
    director.reload(shorten(seedFile('director-a.conf'), { advert: 5 }));
    const state = join(director.folder, 'vrrp.state');
    await until('the state that says so', () => /"masterDownInterval":15\d{3}/.test(readFileSync(state, 'utf8')));
    const requests = await stream(client, vip, { every: 100, timeout: 5000 });
    await director.killAll();
    director = director.startAgain();
    await director.waitFor('Activating healthchecker', 60_000);
    await director.waitFor('Entering MASTER STATE', 60_000);
    await sleep(3000);
    const outcomes = await requests.end();
    expect(failed(outcomes)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(20);
    expect(kernelWrites(director.log())).toEqual([]);
  });

  test('SIGTERM takes back the virtual address, the service and every file it made', async () => {
    const { a } = site.net.hosts;
    expect(await director.terminate()).toBe(0);
    expect(await owns(a, vip)).toBe(false);
    expect(await lines()).toBe('');
    expect((await a.exec('ls', [director.folder])).trim()).toBe('keepalived.conf');
  });
});
