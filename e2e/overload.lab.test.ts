// More checks than this host can make: they begin late, and no server that answers is taken out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { configText, type Daemon, openSite, type Site } from './bench/checks-site.ts';
import { until } from './lib/director.ts';

jest.setTimeout(180_000);

describeWith(needs('lab', 'ipvs', 'cc'), 'a director that is too slow for its checks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overload-'));
  const servers = 2000;
  let site: Site;
  let daemon: Daemon;

  beforeAll(async () => {
    const program = join(folder, 'checks-server');
    const source = fileURLToPath(new URL('./bench/checks-server.c', import.meta.url));
    expect(spawnSync('cc', ['-O2', '-o', program, source]).status).toBe(0);
    site = openSite(folder, program, 'tcp');
    // Two thousand a second, where the guest makes about one: connected at once, and heard within a second only if answers come first.
    daemon = site.start('vipward', configText(servers, 'tcp', { loop: 1, timeout: 1, retries: 0, pause: 1 }));
    await until('the whole table', () => site.destinations() === servers, { timeout: 60_000 });
    await until('checks', () => site.accepted() > 0, { timeout: 60_000 });
  });
  afterAll(() => {
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('keeps every server that answers', async () => {
    for (let seen = 0; seen < 50; seen += 1) {
      expect(site.destinations()).toBe(servers);
      await sleep(100);
    }
    // Each has been asked by now, and is asked again and again.
    await until('two rounds', () => site.accepted() > 2 * servers, { timeout: 60_000 });
    expect(site.destinations()).toBe(servers);
  });

  test('may have as many connections under way as its servers could make wait', () => {
    expect(readFileSync(`/proc/${daemon.checker}/limits`, 'utf8')).toMatch(/^Max open files +49152 /m);
  });

  test('takes out those that do not', async () => {
    site.refuse();
    await until('an empty table', () => site.destinations() === 0, { timeout: 60_000 });
  });
});
