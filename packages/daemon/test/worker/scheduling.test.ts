// What each worker asks of the kernel's scheduler, by the keywords of its own.
import { describe, expect, test } from '@jest/globals';
import { wantedScheduling } from '../../src/worker/scheduling.ts';
import { globals } from '../configured.ts';

const untouched = { nice: undefined, realtime: undefined, cpus: undefined, realtimeLimit: undefined };

describe.each(['vrrp', 'checker', 'bfd'] as const)('of the %s worker', (role) => {
  const others = (['vrrp', 'checker', 'bfd'] as const).filter((other) => other !== role);

  test.each([
    ['priority -5', { nice: -5 }],
    ['rt_priority 7', { realtime: 7 }],
    ['cpu_affinity 0 2', { cpus: [0, 2] }],
    // Half of it is the soft limit, at which the kernel sends SIGXCPU.
    ['rlimit_rttime 5000', { realtimeLimit: 2500 }],
  ])(`${role}_%s`, (words, expected) => {
    const global = globals(`${role}_${words}`);
    expect(wantedScheduling(role, global)).toEqual({ ...untouched, ...expected });
    for (const other of others) expect(wantedScheduling(other, global)).toEqual(untouched);
  });

  test('a realtime priority is instead of the nice value', () => {
    const global = globals(`${role}_priority -5`, `${role}_rt_priority 7`);
    expect(wantedScheduling(role, global)).toEqual({ ...untouched, realtime: 7 });
  });
});
