// The runtime on real links: what others do to its addresses, links and process, and what a reload or a restart changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { arpFrames, directors, now, saidAt, vrrpFrames } from './directors.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const vip = '10.78.0.100';
const base = '10.78.0.1/24';

describeWith(needs('root', 'netns'), 'a director', () => {
  test.concurrent('a backup that is held up past its deadline hears the waiting adverts before it speaks', async () => {
    await using lab = await directors();
    await lab.ours('b', [{ vips: [vip], priority: 110 }]);
    await lab.hasAddress('b', `${vip}/32`);
    const a = await lab.ours('a', [{ vips: [vip] }]);
    await wait(1200);
    for (const length of [3700, 4300, 6000]) {
      const from = a.log().length;
      a.write(`stall ${length}`);
      await a.waitFor('stalled', { from });
      await wait(1500);
    }
    expect(a.log()).not.toContain('MASTER');
    expect(vrrpFrames(lab.frames()).filter(({ hex }) => hex.slice(52, 60) === '0a4e0001')).toEqual([]);
  }, 60_000);

  test.concurrent('puts back an address that someone removes, stays master and says so', async () => {
    await using lab = await directors();
    const router = await lab.ours('a', [{ vips: [vip] }]);
    await lab.hasAddress('a', `${vip}/32`);
    await lab.net.hosts.a.ip(`addr del ${vip}/32 dev eth0`);
    // ip(8) may have ended already: then it has no name.
    await router.waitFor(new RegExp(`address ${vip} was removed by (ip \\()?process \\d+\\)?, putting it back`));
    await lab.hasAddress('a', `${vip}/32`);
    await wait(200);
    expect(router.log().match(/notify VI_1 (BACKUP|MASTER) /g)).toHaveLength(2);
    expect(vrrpFrames(lab.frames()).filter(({ hex }) => hex.slice(72, 74) === '00')).toEqual([]);
    // Five when it became master, five more for the address that came back.
    expect(arpFrames(lab.frames()).length).toBeGreaterThanOrEqual(10);
  }, 60_000);

  test.concurrent('goes into fault with its link or its primary address, and listens when it is back', async () => {
    await using lab = await directors();
    const router = await lab.ours('a', [{ vips: [vip] }]);
    await lab.hasAddress('a', `${vip}/32`);
    await lab.net.unplug('a');
    await router.waitFor('Entering FAULT STATE');
    await wait(300);
    expect(await lab.addresses('a')).toEqual([base]);
    const back = router.log().length;
    await lab.net.plug('a');
    await router.waitFor('Entering BACKUP STATE', { from: back });
    await router.waitFor('Entering MASTER STATE', { from: back, timeout: 15_000 });
    const waited = saidAt(router, /Entering MASTER/, back) - saidAt(router, /Entering BACKUP/, back);
    expect(waited).toBeGreaterThan(3600);

    const before = router.log().length;
    await lab.net.hosts.a.ip(`addr del ${base} dev eth0`);
    await router.waitFor('fault: no IPv4 address to send from', { from: before });
    // The farewell still goes out from the address that it had.
    await wait(300);
    expect(vrrpFrames(lab.frames()).at(-1)?.hex).toMatch(/^.{52}0a4e0001e00000122133(00)/);
    expect(await lab.addresses('a')).toEqual([]);
    await lab.net.hosts.a.ip(`addr add ${base} dev eth0`);
    await router.waitFor('Entering BACKUP STATE', { from: before });
  }, 60_000);

  test.concurrent('killed and started again goes on as master: nothing is written, and the backup notices nothing', async () => {
    await using lab = await directors();
    const state = join(lab.directory, 'state.json');
    const first = await lab.ours('a', [{ vips: [vip] }], state);
    const other = await lab.ours('b', [{ vips: [vip], priority: 90 }]);
    await lab.hasAddress('a', `${vip}/32`);
    // A busy machine may take longer than three seconds for a start: with rarer adverts it has half a minute.
    const rare = { vips: [vip], advertInterval: 10_000 };
    other.write(`reload ${JSON.stringify([{ ...rare, priority: 90 }])}`);
    first.write(`reload ${JSON.stringify([rare])}`);
    await Promise.all([other.waitFor('reloaded'), first.waitFor('reloaded')]);
    while (!readFileSync(state, 'utf8').includes('"masterDownInterval":30')) await wait(50);
    const monitor = lab.net.hosts.a.spawn('ip', ['-o', 'monitor', 'address']);
    await wait(200);
    first.killAll('SIGKILL');
    await first.ended;
    const second = await lab.ours('a', [{ vips: [vip] }], state);
    expect(second.log()).toMatch(/notify VI_1 MASTER 100 resumed/);
    const often = { vips: [vip] };
    second.write(`reload ${JSON.stringify([often])}`);
    await second.waitFor('reloaded');
    other.write(`reload ${JSON.stringify([{ ...often, priority: 90 }])}`);
    await wait(4500);
    expect(other.log()).not.toContain('MASTER');
    expect(monitor.log()).not.toContain('10.78.0');
    second.write('writes');
    await second.waitFor(/ writes 0$/m);
    await second.stop();
    expect(await lab.addresses('a')).toEqual([base]);
  }, 60_000);

  test.concurrent('killed for longer than the master-down interval begins as backup, without the addresses', async () => {
    await using lab = await directors();
    const state = join(lab.directory, 'state.json');
    const first = await lab.ours('a', [{ vips: [vip, '10.78.0.101'] }], state);
    await lab.hasAddress('a', '10.78.0.101/32');
    await wait(200);
    first.killAll('SIGKILL');
    await wait(3700);
    // One of the two is no longer configured: it goes all the same.
    const second = await lab.ours('a', [{ vips: [vip] }], state);
    await second.waitFor('Entering BACKUP STATE (init)');
    await wait(200);
    expect(await lab.addresses('a')).toEqual([base]);
    expect(second.log()).toContain('removing 10.78.0.101/32, left by an earlier run and no longer configured');
  }, 60_000);

  test.concurrent('a state file that is nonsense is no state file', async () => {
    await using lab = await directors();
    const state = join(lab.directory, 'state.json');
    writeFileSync(state, '{"bootId":"x","instances":[{"name":7}]}');
    const router = await lab.ours('a', [{ vips: [vip] }], state);
    expect(router.log()).toContain('Entering BACKUP STATE (init)');
  }, 60_000);

  test.concurrent('a reload changes only what differs, and a file that cannot work changes nothing', async () => {
    await using lab = await directors();
    const two = [vip, '10.78.0.101'];
    const router = await lab.ours('a', [{ vips: two }]);
    await lab.hasAddress('a', '10.78.0.101/32');
    await wait(200);
    const reload = async (plans: readonly object[]): Promise<string> => {
      const from = router.log().length;
      router.write(`reload ${JSON.stringify(plans)}`);
      return router.waitFor(/(reloaded|refused).*\n/, { from });
    };
    expect(await reload([{ vips: two }])).toContain('reloaded writes 2');
    expect(await reload([{ vips: [vip, '10.78.0.102'], priority: 120 }])).toContain('reloaded writes 4');
    expect(await lab.addresses('a')).toEqual([base, `${vip}/32`, '10.78.0.102/32']);
    expect(router.log()).toContain('(VI_1) Changing effective priority from 100 to 120');
    expect(await reload([{ vips: [vip], interfaceName: 'eth7' }])).toMatch(
      /refused VRRP_INTERFACE_MISSING \(VI_1\) interface eth7 does not exist; there is lo, eth0 \(test\.conf:3\)/,
    );
    expect(await lab.addresses('a')).toEqual([base, `${vip}/32`, '10.78.0.102/32']);
    expect(router.log().match(/notify VI_1 (BACKUP|MASTER) /g)).toHaveLength(2);

    // Another VRID is another virtual router: the old one says good-bye.
    await reload([{ vips: [vip], virtualRouterId: 52 }]);
    expect(await lab.addresses('a')).toEqual([base]);
    const vrids = vrrpFrames(lab.frames()).map(({ hex }) => hex.slice(70, 74));
    expect(vrids.at(-1)).toBe('3300');
    await reload([]);
    expect(router.log().trimEnd().split('\n').at(-2)).toContain('notify VI_1 FAULT');
  }, 60_000);

  test.concurrent('held up for longer than the master-down interval does not fight for what another has taken', async () => {
    await using lab = await directors();
    const a = await lab.ours('a', [{ vips: [vip] }]);
    await lab.hasAddress('a', `${vip}/32`);
    const b = await lab.ours('b', [{ vips: [vip], priority: 90, nopreempt: true }]);
    await wait(1200);
    a.kill('SIGSTOP');
    await lab.hasAddress('b', `${vip}/32`);
    await wait(1500);
    const woken = now();
    a.kill('SIGCONT');
    // It hears the other at once from its socket, or listens first; with the higher priority it may answer, as keepalived does.
    await b.waitFor('Entering BACKUP STATE\n', { timeout: 15_000 });
    await wait(1000);
    expect(await lab.addresses('a')).toEqual([base, `${vip}/32`]);
    expect(await lab.addresses('b')).toEqual(['10.78.0.2/24']);
    // Nothing of a's was heard while it slept, and both agreed in the end.
    expect(saidAt(b, /Entering BACKUP STATE$/)).toBeGreaterThan(woken);
  }, 60_000);

  test.concurrent('an address that is there already is adopted, one on lo is said', async () => {
    await using lab = await directors();
    await lab.net.hosts.a.ip(`addr add ${vip}/32 dev lo`);
    const router = await lab.ours('a', [{ vips: [vip] }]);
    expect(router.log()).toContain(
      `log warning VRRP_ADDRESS_IN_USE (VI_1) ${vip} for eth0 is on lo of this host already`,
    );
    await wait(1000);
    await lab.net.hosts.a.ip(`addr add ${vip}/32 dev eth0`);
    await router.waitFor('Entering MASTER STATE', { timeout: 15_000 });
    router.write('writes');
    await router.waitFor(/ writes 0$/m);
    await router.stop();
    expect(await lab.addresses('a')).toEqual([base]);
    expect(await lab.addresses('a', 'lo')).toContain(`${vip}/32`);
  }, 60_000);

  test.concurrent('without its interface it does not start, and says which, for whom and where', async () => {
    await using lab = await directors();
    await expect(lab.ours('a', [{ vips: [vip], interfaceName: 'eth9' }])).rejects.toThrow(
      /failed VRRP_INTERFACE_MISSING \(VI_1\) interface eth9 does not exist; there is lo, eth0 \(test\.conf:3\)/,
    );
    expect(await lab.addresses('a')).toEqual([base]);
  }, 60_000);

  test.concurrent('an interface that is made anew under its name is used again', async () => {
    await using lab = await directors();
    await lab.net.hosts.a.ip('link add extra0 type veth peer name extra1');
    await lab.net.hosts.a.ip('link set extra1 up');
    await lab.net.hosts.a.ip('link set extra0 up');
    await lab.net.hosts.a.ip('addr add 10.79.0.1/24 dev extra0');
    const router = await lab.ours('a', [{ vips: ['10.79.0.100'], interfaceName: 'extra0' }]);
    await router.waitFor('Entering MASTER STATE', { timeout: 15_000 });
    await lab.net.hosts.a.ip('link del extra0');
    await router.waitFor('Entering FAULT STATE');
    const from = router.log().length;
    await lab.net.hosts.a.ip('link add extra0 type veth peer name extra1');
    await lab.net.hosts.a.ip('link set extra1 up');
    await lab.net.hosts.a.ip('link set extra0 up');
    await lab.net.hosts.a.ip('addr add 10.79.0.1/24 dev extra0');
    await router.waitFor('Entering MASTER STATE', { from, timeout: 15_000 });
    await wait(300);
    expect(await lab.addresses('a', 'extra0')).toEqual(['10.79.0.1/24', '10.79.0.100/32']);
    expect(router.log().slice(from)).not.toContain('log error');
  }, 60_000);

  test.concurrent('a tracked interface with weight changes the priority that is sent', async () => {
    await using lab = await directors();
    await lab.net.hosts.a.ip('link add extra0 type veth peer name extra1');
    await lab.net.hosts.a.ip('link set extra0 up');
    await lab.net.hosts.a.ip('link set extra1 up');
    const trackInterfaces = [{ name: 'extra0', weight: -30, at: { file: 'test.conf', line: 9, column: 1 } }];
    const router = await lab.ours('a', [{ vips: [vip], trackInterfaces }]);
    await lab.hasAddress('a', `${vip}/32`);
    await lab.net.hosts.a.ip('link set extra0 down');
    await router.waitFor('(VI_1) Changing effective priority from 100 to 70');
    await wait(1200);
    expect(vrrpFrames(lab.frames()).at(-1)?.hex.slice(72, 74)).toBe((70).toString(16));
  }, 60_000);
});
