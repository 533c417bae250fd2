// Sync groups: members of one group on a host of objects, and what belonging to one changes about a configuration.
import { describe, expect, test } from '@jest/globals';
import type { VrrpScript, VrrpSyncGroup } from '@vipward/config';
import { settle } from '@vipward/testkit';
import type { VrrpOptions } from '../../src/index.ts';
import { withGroup } from '../../src/sync/members.ts';
import { ip } from '../advert/golden.ts';
import { vip } from '../machine/make.ts';
import { FakeKernel, instance, running } from '../runtime/fake-edges.ts';

const at = { file: 'k.conf', line: 1, column: 1 };

const group = (change: Partial<VrrpSyncGroup> = {}): VrrpSyncGroup => ({
  name: 'G1',
  members: ['A', 'B'],
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfds: [],
  trackingWeight: false,
  at,
  ...change,
});

const chk: VrrpScript = {
  ...{ name: 'chk', script: { argv: ['/bin/chk'] }, interval: 1000, weight: 0, reverse: false, at },
};
const a = instance({ name: 'A', virtualRouterId: 51, virtualAddresses: [vip('10.0.0.100')] });
const b = instance({ name: 'B', virtualRouterId: 52, virtualAddresses: [vip('10.0.0.200')] });

const pair = async (options: Partial<VrrpOptions> = {}, kernel = new FakeKernel()) => {
  const told: string[] = [];
  const vrrp = await running(
    {
      instances: [a, { ...b, trackScripts: [{ name: 'chk', at }] }],
      scripts: [chk],
      groups: [group()],
      onEvent: ({ kind, name, state, priority }) =>
        void told.push(kind === 'GROUP' ? `${kind} ${name} ${state} ${priority}` : `${name} ${state}`),
      ...options,
    },
    kernel,
  );
  /** A better master of B alone. */
  const betterForB = (priority = 200): void => vrrp.hear({ vrid: 52, priority, addresses: [ip('10.0.0.200')] });
  return { ...vrrp, told, betterForB };
};

const roles = ({ runtime }: Awaited<ReturnType<typeof pair>>): readonly string[] =>
  runtime.states().map(({ role }) => role);

describe('two members', () => {
  test('begin after their group, become master together, and then the group is told after them', async () => {
    const vrrp = await pair();
    await vrrp.clock.run(3700);
    expect(vrrp.told).toEqual([
      'GROUP G1 BACKUP 0',
      'A BACKUP',
      'B BACKUP',
      'A MASTER',
      'B MASTER',
      'GROUP G1 MASTER 0',
    ]);
    expect(vrrp.lines).toContain('VRRP_Group(G1) Syncing instances to MASTER state');
    await settle();
    expect(vrrp.kernel.writes.toSorted()).toEqual(['add 10.0.0.100/32', 'add 10.0.0.200/32']);
  });

  test('stay backup as long as one of them hears a better master', async () => {
    const vrrp = await pair();
    for (let second = 0; second < 12; second++) {
      vrrp.betterForB();
      await vrrp.clock.run(1000);
    }
    expect(roles(vrrp)).toEqual(['backup', 'backup']);
    expect(vrrp.sent).toEqual([]);
    // Silence at last: the other has wanted it all the time.
    await vrrp.clock.run(5000);
    expect(roles(vrrp)).toEqual(['master', 'master']);
  });

  test('go to backup together when one meets a better master', async () => {
    const vrrp = await pair();
    await vrrp.clock.run(3700);
    const sent = vrrp.sent.length;
    vrrp.betterForB();
    expect(roles(vrrp)).toEqual(['backup', 'backup']);
    expect(vrrp.told.slice(-3)).toEqual(['B BACKUP', 'A BACKUP', 'GROUP G1 BACKUP 0']);
    expect(vrrp.lines).toContain('VRRP_Group(G1) Syncing instances to BACKUP state');
    // As to a better master, without a word on the wire.
    expect(vrrp.sent.length).toBe(sent);
  });

  test('go to fault with one, say priority 0, and come back together', async () => {
    const vrrp = await pair();
    await vrrp.clock.run(3700);
    vrrp.runtime.setScript('chk', false);
    expect(roles(vrrp)).toEqual(['fault', 'fault']);
    expect(vrrp.lines.filter((line) => line.includes('FAULT'))).toEqual([
      '(B) Entering FAULT STATE',
      'VRRP_Group(G1) Syncing instances to FAULT state',
      '(A) Entering FAULT STATE',
    ]);
    expect(vrrp.told.slice(-3)).toEqual(['B FAULT', 'A FAULT', 'GROUP G1 FAULT 0']);
    expect(vrrp.sent.slice(-2)).toEqual([0, 0]);
    const before = vrrp.lines.length;
    vrrp.runtime.setScript('chk', true);
    expect(vrrp.told.slice(-3)).toEqual(['B BACKUP', 'A BACKUP', 'GROUP G1 BACKUP 0']);
    // In the order of keepalived's lines.
    expect(vrrp.lines.slice(before).filter((line) => line.includes('BACKUP'))).toEqual([
      '(B) Entering BACKUP STATE',
      'VRRP_Group(G1) Syncing instances to BACKUP state',
      '(A) Entering BACKUP STATE',
    ]);
  });

  test('begin in fault when one has one, though the other has none', async () => {
    const kernel = new FakeKernel();
    const vrrp = await pair({ instances: [a, { ...b, trackScripts: [{ name: 'chk', reverse: true, at }] }] }, kernel);
    expect(roles(vrrp)).toEqual(['fault', 'fault']);
  });

  test('owners of their addresses wait for each other', async () => {
    const vrrp = await pair({
      instances: [
        { ...a, priority: 255 },
        { ...b, priority: 255 },
      ],
    });
    await vrrp.clock.run(10);
    expect(roles(vrrp)).toEqual(['master', 'master']);
  });

  test('end with STOP, the group last', async () => {
    const vrrp = await pair();
    await vrrp.clock.run(3700);
    await vrrp.runtime.stop();
    expect(vrrp.told.slice(-3)).toEqual(['A STOP', 'B STOP', 'GROUP G1 STOP 0']);
  });
});

describe('a reload', () => {
  test('that makes a group of a master and a backup makes both backups', async () => {
    const vrrp = await pair({ groups: [] });
    for (let second = 0; second < 5; second++) {
      vrrp.betterForB();
      await vrrp.clock.run(1000);
    }
    expect(roles(vrrp)).toEqual(['master', 'backup']);
    await vrrp.runtime.reload([a, b], [], [group()]);
    expect(roles(vrrp)).toEqual(['backup', 'backup']);
  });

  test('that takes the group away lets a member go its own way', async () => {
    const vrrp = await pair();
    for (let second = 0; second < 5; second++) {
      vrrp.betterForB();
      await vrrp.clock.run(1000);
    }
    await vrrp.runtime.reload([a, b], [], []);
    await vrrp.clock.run(4000);
    expect(roles(vrrp)[0]).toBe('master');
  });
});

describe('what a group tracks', () => {
  const weighted = { ...chk, name: 'weighted', weight: -20 };
  const item = (name: string, weight?: number) => ({ name, at, ...(weight === undefined ? {} : { weight }) });
  const own = {
    ...a,
    trackScripts: [item('weighted'), item('plain', 0)],
    trackInterfaces: [item('eth1', 5)],
    trackFiles: [item('f1', 3)],
    trackProcesses: [item('p1', -11)],
    trackBfds: [item('b1', -13)],
  };
  const tracking = {
    trackScripts: [item('chk', 20)],
    trackInterfaces: [item('eth2', 7)],
    trackFiles: [item('f2', 1)],
    trackProcesses: [item('p2', -10)],
    trackBfds: [item('b2', -12)],
  };

  // keepalived 2.2.7 says "ignoring eth1 tracked interface weight due to SYNC group", and counts it all the same.
  test('its members track too, with its weights; of their own weights those of interfaces and processes count', () => {
    const merged = withGroup(own, [group(tracking)], [chk, weighted]);
    expect(merged).toMatchObject({
      trackScripts: [item('plain', 0), item('chk', 20)],
      trackInterfaces: [item('eth1', 5), item('eth2', 7)],
      trackProcesses: [item('p1', -11), item('p2', -10)],
      trackBfds: [item('b2', -12)],
    });
  });

  test('with sync_group_tracking_weight all weights count', () => {
    const merged = withGroup(own, [group({ ...tracking, trackingWeight: true })], [chk, weighted]);
    expect(merged).toMatchObject({
      trackScripts: [item('weighted'), item('plain', 0), item('chk', 20)],
      trackFiles: [item('f1', 3), item('f2', 1)],
      trackBfds: [item('b1', -13), item('b2', -12)],
    });
  });

  test('what both track is tracked once, as the member has it', () => {
    const merged = withGroup(own, [group({ trackInterfaces: [item('eth1', 9)] })], [chk, weighted]);
    expect(merged.trackInterfaces).toEqual([item('eth1', 5)]);
  });

  test('is nothing to others', () => {
    expect(withGroup({ ...own, name: 'C' }, [group(tracking)], [chk])).toEqual({ ...own, name: 'C' });
  });
});
