// BFD sessions that instances and groups track: what each weighs, and what it means to be up, down or not yet told of.
import { describe, expect, test } from '@jest/globals';
import type { BfdInstance, VrrpSyncGroup } from '@vipward/config';
import { withTrackedWeights } from '../../src/index.ts';
import { withGroup } from '../../src/sync/members.ts';
import { ip } from '../advert/golden.ts';
import { instance, running } from '../runtime/fake-edges.ts';

const at = { file: 'k.conf', line: 9, column: 1 };

const session = (name: string, weight = 0, reverse = false): BfdInstance => ({
  name,
  neighbor: ip('10.0.0.2'),
  minRx: 10,
  minTx: 10,
  idleTx: 1000,
  multiplier: 5,
  passive: false,
  ttl: 255,
  maxHops: 0,
  multihop: false,
  weight,
  reverse,
  reportTo: { vrrp: true, checker: true },
  at,
});

const group = (change: Partial<VrrpSyncGroup>): VrrpSyncGroup => ({
  name: 'G1',
  members: ['VI_1'],
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfds: [],
  trackingWeight: false,
  at,
  ...change,
});

const track = (name: string, weight?: number, reverse?: boolean) => ({
  name,
  at,
  ...(weight === undefined ? {} : { weight }),
  ...(reverse === undefined ? {} : { reverse }),
});

describe('a tracked session weighs', () => {
  const bfdInstances = [session('B1', 20, true), session('B2')];
  const weigh = (trackBfds: VrrpSyncGroup['trackBfds']) =>
    withTrackedWeights({
      vrrpInstances: [instance({ trackBfds })],
      syncGroups: [group({ trackBfds })],
      bfdInstances,
    });

  test('what its bfd_instance says, when nothing is written beside its name', () => {
    const { instances, groups } = weigh([track('B1'), track('B2')]);
    const expected = [
      { name: 'B1', weight: 20, reverse: true, at },
      { name: 'B2', weight: 0, reverse: false, at },
    ];
    expect(instances[0]?.trackBfds).toEqual(expected);
    expect(groups[0]?.trackBfds).toEqual(expected);
  });

  test('what is written beside its name, with the direction written there', () => {
    expect(weigh([track('B1', -5)]).instances[0]?.trackBfds).toEqual([{ name: 'B1', weight: -5, at }]);
  });

  test('nothing to members of a group that track it themselves, unless sync_group_tracking_weight is given', () => {
    const own = instance({ trackBfds: [track('B1', 20)] });
    const tracking = { trackBfds: [track('B2', 9)] };
    expect(withGroup(own, [group(tracking)], []).trackBfds).toEqual([track('B2', 9)]);
    expect(withGroup(own, [group({ ...tracking, trackingWeight: true })], []).trackBfds).toEqual([
      track('B1', 20),
      track('B2', 9),
    ]);
  });
});

describe('an instance', () => {
  test('is in FAULT until a session without weight is up, and again when it is down', async () => {
    const { clock, runtime, lines, events } = await running({ instances: [instance({ trackBfds: [track('B1')] })] });
    await clock.run(5000);
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    runtime.setBfd('B1', true);
    await clock.run(5000);
    expect(runtime.states()).toMatchObject([{ role: 'master' }]);
    runtime.setBfd('B1', false);
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    expect(events).toEqual(['FAULT', 'BACKUP', 'MASTER', 'FAULT']);
    expect(lines.filter((line) => line.includes('BFD'))).toEqual([
      'VRRP_Instance(VI_1) Tracked BFD instance B1 is UP',
      'VRRP_Instance(VI_1) Tracked BFD instance B1 is DOWN',
    ]);
  });

  test.each([
    [20, false, 100, 120],
    [-20, false, 80, 100],
    [20, true, 100, 80],
    [-20, true, 120, 100],
  ])(
    'with weight %d (reverse: %s) has priority %d while it is down and %d while it is up',
    async (weight, reverse, down, up) => {
      const { runtime, lines } = await running({
        instances: [instance({ trackBfds: [track('B1', weight, reverse)] })],
      });
      expect(runtime.states()).toMatchObject([{ priority: down, role: 'backup' }]);
      runtime.setBfd('B1', true);
      expect(runtime.states()).toMatchObject([{ priority: up, role: 'backup' }]);
      expect(lines).toContain(`(VI_1) Changing effective priority from ${down} to ${up}`);
      runtime.setBfd('B1', false);
      expect(runtime.states()).toMatchObject([{ priority: down }]);
    },
  );

  test('with reverse and no weight is in FAULT while the session is up', async () => {
    const { runtime } = await running({ instances: [instance({ trackBfds: [track('B1', 0, true)] })] });
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
    runtime.setBfd('B1', true);
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
  });

  test('begins with what is known of the sessions, and is told nothing twice', async () => {
    const { runtime, lines } = await running({
      instances: [instance({ trackBfds: [track('B1')] })],
      bfdsUp: ['B1', 'other'],
    });
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
    runtime.setBfd('B1', true);
    runtime.setBfd('other', false);
    expect(lines.filter((line) => line.includes('BFD'))).toEqual([]);
  });

  test('learns by a reload what was told of a session that it did not track', async () => {
    const { runtime } = await running({ instances: [instance()] });
    runtime.setBfd('B1', true);
    await runtime.reload([instance({ trackBfds: [track('B1'), track('B2', -30)] })]);
    expect(runtime.states()).toMatchObject([{ role: 'backup', priority: 70 }]);
  });
});
