// Taking a real server out without hurting anybody: a connection that is held goes on, new ones go elsewhere.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Logged } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { ask, tally } from './lib/client.ts';
import { type Director, startDirector, until } from './lib/director.ts';
import { ipvsadm, vipward } from './lib/program.ts';
import { seedFile, shorten } from './lib/seed.ts';
import { openSite, type Site, vip } from './lib/site.ts';

jest.setTimeout(180_000);

const holder = fileURLToPath(new URL('./fixtures/holder.mjs', import.meta.url));
const maintenanceFile = '/tmp/vw-draining-12';

const config = shorten(seedFile('director-a.conf'))
  .replace('protocol TCP', 'protocol TCP\n    @vipward drain_on_remove 60')
  .replace(/real_server 192\.168\.33\.12 80 \{/, `$&\n        @vipward maintenance_file ${maintenanceFile}`);
const without = (last: number): string =>
  config.replace(new RegExp(`real_server 192\\.168\\.33\\.${last} 80 \\{[^{]*\\{[^}]*\\}\\s*\\}`), '');

describeWith(needs('lab', 'reference', 'ipvs', 'ipvsadm', 'curl'), 'a director with a connection that is held', () => {
  let site: Site;
  let director: Director;
  let held: Logged;

  const weights = async (): Promise<string> =>
    Array.from(
      (await site.net.hosts.a.exec(ipvsadm, ['-Sn'])).matchAll(/-r 192\.168\.33\.(\d+):80 .*-w (\d+)/g),
      ([, last, weight]) => `${last} w${weight}`,
    )
      .toSorted()
      .join(', ');
  const becomes = (wanted: string): Promise<void> =>
    until(wanted, async () => (await weights()) === wanted, { timeout: 60_000, every: 200 });
  const operate = (...words: readonly string[]): Promise<string> =>
    site.net.hosts.a.exec(vipward, [...words, '--socket', join(director.folder, 'main.sock')]);
  /** Ends the request that is held, and gives what the answer is: the name of the server at the other end. */
  const answerAtLast = async (): Promise<string> => {
    held.kill('SIGUSR1');
    const log = await held.waitFor(/body .*|lost/, { timeout: 30_000 });
    return /body (\w+)/.exec(log)?.[1] ?? 'lost';
  };

  beforeAll(async () => {
    site = await openSite('dn');
    // What has ended is forgotten after three seconds, not after two minutes.
    await site.net.hosts.a.exec(ipvsadm, ['--set', '900', '3', '300']);
    director = startDirector({ host: site.net.hosts.a, program: 'vipward', config });
    await director.waitFor('Entering MASTER STATE', 60_000);
    await becomes('12 w100, 13 w100');
  });
  afterAll(async () => {
    await director?.terminate();
    await site?.[Symbol.asyncDispose]();
    rmSync(maintenanceFile, { force: true });
  });
  beforeEach(async () => {
    await becomes('12 w100, 13 w100');
    held = site.net.hosts.client.spawn(process.execPath, [holder, vip]);
    await held.waitFor('port ', { timeout: 30_000 });
    await sleep(300);
  });
  afterEach(async () => {
    held.kill('SIGKILL');
    await held.ended;
    for (const last of [12, 13]) await operate('undrain', `${vip}:80`, `192.168.33.${last}`).catch(() => undefined);
  });

  /** The real server that the held connection leads to, and the other one. */
  const sides = async (): Promise<{ readonly mine: number; readonly other: number }> => {
    const port = /port (\d+)/.exec(held.log())?.[1];
    const connections = await site.net.hosts.a.exec(ipvsadm, ['-Lnc']);
    const mine = Number(new RegExp(`:${port} +\\S+ +192\\.168\\.33\\.(\\d+):80`).exec(connections)?.[1]);
    return { mine, other: mine === 12 ? 13 : 12 };
  };
  const drained = (last: number): string => [12, 13].map((n) => `${n} w${n === last ? 0 : 100}`).join(', ');

  test('drain: the connection goes on, new ones go to the other, and undrain shares them again', async () => {
    const { mine, other } = await sides();
    const said = await operate('drain', '-t', `${vip}:80`, '-r', `192.168.33.${mine}:80`);
    expect(said).toBe(`192.168.33.${mine}:80 of tcp ${vip}:80: drain\n`);
    await becomes(drained(mine));
    expect(tally(await ask(site.net.hosts.client, vip, 6))).toEqual({ [`rs${other}`]: 6 });
    expect(await operate('status')).toMatch(new RegExp(`192\\.168\\.33\\.${mine}:80 +up, drain +100`));

    director.reload(`${config}\n# another one\n`);
    await director.waitFor('Reload finished', 60_000);
    expect(await weights()).toBe(drained(mine));

    expect(await answerAtLast()).toBe(`rs${mine}`);
    await operate('undrain', `${vip}:80`, `192.168.33.${mine}`);
    await becomes('12 w100, 13 w100');
    expect(Object.keys(tally(await ask(site.net.hosts.client, vip, 6))).toSorted()).toEqual(['rs12', 'rs13']);
  });

  test('a word outlives the death of the daemon', async () => {
    await operate('drain', `${vip}:80`, '192.168.33.13:80');
    await becomes('12 w100, 13 w0');
    await director.killAll();
    director = director.startAgain();
    await director.waitFor('Entering MASTER STATE', 60_000);
    await until('an answer', async () => (await operate('status').catch(() => '')).includes('up, drain'), {
      timeout: 60_000,
    });
    expect(await weights()).toBe('12 w100, 13 w0');
  });

  test('maintenance by file: out while the file is there, and in again without it', async () => {
    writeFileSync(maintenanceFile, '');
    await becomes('13 w100');
    expect(tally(await ask(site.net.hosts.client, vip, 4))).toEqual({ rs13: 4 });
    expect(await operate('maintenance', 'off', `${vip}:80`, '192.168.33.12:80')).toContain('maintenance, by file');
    expect(director.log()).toContain(`for ${maintenanceFile}`);
    rmSync(maintenanceFile);
    expect(existsSync(maintenanceFile)).toBe(false);
    await becomes('12 w100, 13 w100');
  });

  test('drain_on_remove: out of the file it keeps its connection, and goes with it', async () => {
    const { mine, other } = await sides();
    director.reload(without(mine));
    await becomes(drained(mine));
    expect(tally(await ask(site.net.hosts.client, vip, 4))).toEqual({ [`rs${other}`]: 4 });
    expect(await operate('status')).toMatch(new RegExp(`192\\.168\\.33\\.${mine}:80 +leaves`));

    director.reload(config);
    await becomes('12 w100, 13 w100');
    director.reload(without(mine));
    await becomes(drained(mine));
    expect(await answerAtLast()).toBe(`rs${mine}`);
    await until('gone', async () => (await weights()) === `${other} w100`, { timeout: 50_000, every: 500 });
    expect(director.log()).toMatch(
      new RegExp(`Removing 192\\.168\\.33\\.${mine}:80 of tcp ${vip}:80: its connections have ended`),
    );
    director.reload(config);
  });
});
