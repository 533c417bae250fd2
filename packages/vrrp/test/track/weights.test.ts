// The weights of what is tracked: of the line, or of the object that it names; and those of files in sync groups.
import { expect, test } from '@jest/globals';
import type { TrackFile, VrrpSyncGroup } from '@vipward/config';
import { withTrackedWeights } from '../../src/index.ts';
import { instance } from '../runtime/fake-edges.ts';
import { trackProcess } from './make.ts';

const at = { file: 'k.conf', line: 9, column: 1 };
const file = (name: string, weight: number, reverse = false): TrackFile => ({
  name,
  file: `/run/${name}`,
  weight,
  reverse,
  at,
});
const item = (name: string, weight?: number) => ({ name, at, ...(weight === undefined ? {} : { weight }) });
const trackFiles = [file('f', 2, true), file('g', 3)];
const group = (trackingWeight: boolean): VrrpSyncGroup => ({
  name: 'G1',
  members: ['VI_1'],
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [item('f')],
  trackProcesses: [],
  trackBfds: [],
  trackingWeight,
  at,
});

test('a line without a weight takes weight and direction of the object', () => {
  const { instances } = withTrackedWeights({
    vrrpInstances: [instance({ trackFiles: [item('f'), item('g', 7)], trackProcesses: [item('p')] })],
    trackFiles,
    trackProcesses: [trackProcess({ weight: -3, reverse: true })],
  });
  expect(instances[0]?.trackFiles).toEqual([{ ...item('f', 2), reverse: true }, item('g', 7)]);
  expect(instances[0]?.trackProcesses).toEqual([{ ...item('p', -3), reverse: true }]);
});

// keepalived 2.2.7: "ignoring weight from tracked file f due to SYNC group", "ignoring tracked file g with weight 7".
test('in a group the weight of a file counts as 0, and a line with a weight of its own is left out', () => {
  const member = instance({ trackFiles: [item('f'), item('g', 7)] });
  const { instances, groups } = withTrackedWeights({ vrrpInstances: [member], syncGroups: [group(false)], trackFiles });
  expect(instances[0]?.trackFiles).toEqual([item('f', 0)]);
  expect(groups[0]?.trackFiles).toEqual([{ ...item('f', 2), reverse: true }]);
  const weighing = withTrackedWeights({ vrrpInstances: [member], syncGroups: [group(true)], trackFiles });
  expect(weighing.instances[0]?.trackFiles).toEqual([{ ...item('f', 2), reverse: true }, item('g', 7)]);
});
