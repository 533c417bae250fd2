// Two vipwards where keepalived 2.2.7 cannot be the peer: unicast without an interface, auth_hmac, and restarts with AH; and
// one file for both where the settings of global_defs matter.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { directors, vrrpFrames } from './directors.ts';
import type { Plan } from './router.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const vip = '10.78.0.100/32';

/** Master and backup, fail-over by SIGKILL, and fail-back; each plan with its own priority. */
const takesOver = async (a: Plan, b: Plan): Promise<void> => {
  await using lab = await directors();
  const best = await lab.ours('a', [{ ...a, priority: 110 }]);
  await lab.hasAddress('a', vip);
  const other = await lab.ours('b', [{ ...b, priority: 100 }]);
  await wait(1500);
  expect(await lab.addresses('b')).not.toContain(vip);
  best.killAll('SIGKILL');
  await lab.hasAddress('b', vip);
  await lab.ours('a', [{ ...a, priority: 110 }]);
  await other.waitFor('with higher priority 110, ours 100', { timeout: 20_000 });
  await lab.hasAddress('a', vip);
  await wait(300);
  expect(await lab.addresses('b')).not.toContain(vip);
  expect(other.log()).not.toMatch(/HMAC|IPSEC|mismatch|[Ii]nvalid/);
};

describeWith(needs('root', 'netns'), 'two vipwards', () => {
  const alone = (own: number, peer: number): Plan => ({
    ...{ interfaceName: '', version: 3, advertInterval: 200, vips: [{ address: '10.78.0.100', dev: 'eth0' }] },
    ...{ sourceIp: `10.78.0.${own}`, peers: [`10.78.0.${peer}`] },
  });

  test.concurrent('speak unicast without an interface, over IPv4', () => takesOver(alone(1, 2), alone(2, 1)), 60_000);

  test.concurrent('speak unicast without an interface, over IPv6', async () => {
    const six = (own: number, peer: number): Plan => ({
      ...{ interfaceName: '', version: 3, advertInterval: 200, vips: [{ address: 'fd00:78::100/128', dev: 'eth0' }] },
      ...{ sourceIp: `fd00:78::${own}`, peers: [`fd00:78::${peer}`] },
    });
    await using lab = await directors();
    const best = await lab.ours('a', [{ ...six(1, 2), priority: 110 }]);
    await lab.hasAddress('a', 'fd00:78::100/128');
    const other = await lab.ours('b', [{ ...six(2, 1), priority: 100 }]);
    await wait(1500);
    expect(other.log()).not.toContain('Entering MASTER STATE');
    best.killAll('SIGKILL');
    await lab.hasAddress('b', 'fd00:78::100/128');
  }, 60_000);

  test.concurrent('sign their adverts, in both versions', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'vipward-key-'));
    const path = join(directory, 'key');
    writeFileSync(path, `hex:${'5e'.repeat(32)}\n`, { mode: 0o600 });
    const authHmac: Plan['authHmac'] = {
      ...{ keys: [{ id: 7, secret: { kind: 'file', path } }], activeKey: 7, antiReplay: 'time', mode: 'enforce' },
    };
    try {
      const vips = ['10.78.0.100'];
      const unicast = { version: 3, advertInterval: 200, authHmac, vips } as const;
      const plans = [
        [{ version: 2, authHmac, vips }],
        [{ version: 3, advertInterval: 200, authHmac, vips }],
        [
          { ...unicast, peers: ['10.78.0.2'], sourceIp: '10.78.0.1' },
          { ...unicast, peers: ['10.78.0.1'], sourceIp: '10.78.0.2' },
        ],
      ] as const;
      await Promise.all(plans.map(([a, b = a]) => takesOver(a, b)));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 120_000);

  test.concurrent('restart with AH: the sequence numbers go on above the last, so the backup notices nothing', async () => {
    await using lab = await directors();
    const plan: Plan = { vips: ['10.78.0.100'], authentication: { type: 'AH', pass: '1111' } };
    const state = join(lab.directory, 'state.json');
    const first = await lab.ours('a', [plan], state);
    const other = await lab.ours('b', [{ ...plan, priority: 90 }]);
    await lab.hasAddress('a', vip);
    await wait(2200);
    first.killAll('SIGKILL');
    await first.ended;
    const second = await lab.ours('a', [plan], state);
    expect(second.log()).toMatch(/notify VI_1 MASTER 100 resumed/);
    await wait(5000);
    expect(other.log()).not.toMatch(/MASTER|IPSEC/);
    const numbers = vrrpFrames(lab.frames()).map(({ hex }) => Number.parseInt(hex.slice(84, 92), 16));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(numbers.length).toBeGreaterThan(4);
  }, 60_000);
});

describeWith(needs('root', 'netns', 'keepalived'), 'one file', () => {
  const file = (priority: number, more: string): string => `global_defs {
    vrrp_mcast_group4 224.0.0.99
    vrrp_version 3
    vrrp_strict
    vrrp_skip_check_adv_addr
  }
  vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority ${priority}
    advert_int 0.2
    ${more}
    virtual_ipaddress {
      10.78.0.100
    }
  }
`;

  test.concurrent.each(['', 'preempt_delay 1', 'higher_prio_send_advert on\ndown_timer_adverts 9'])(
    'in strict mode, to a group of its own, with %j: who has it takes over, and yields',
    async (more) => {
      await using lab = await directors();
      const write = (name: string, priority: number): string => {
        const path = join(lab.directory, name);
        writeFileSync(path, file(priority, more));
        return path;
      };
      const script = join(import.meta.dirname, 'configured.ts');
      const ours = lab.net.hosts.a.spawn(process.execPath, ['--no-warnings', script, write('a.conf', 100)]);
      await lab.hasAddress('a', vip);
      const pids = ['-p', join(lab.directory, 'p'), '-r', join(lab.directory, 'r')];
      const theirs = lab.net.hosts.b.spawn('keepalived', ['-nlDP', '-f', write('b.conf', 110), ...pids]);
      await lab.hasAddress('b', vip);
      await ours.waitFor('with higher priority 110, ours 100');
      await wait(300);
      expect(await lab.addresses('a')).not.toContain(vip);
      theirs.killAll('SIGKILL');
      await lab.hasAddress('a', vip);
      const destinations = vrrpFrames(lab.frames()).map(({ hex }) => hex.slice(60, 68));
      expect(new Set(destinations)).toEqual(new Set(['e0000063']));
    },
    60_000,
  );
});
