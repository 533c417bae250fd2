// What the kernel shows of a process after each setting, what its children have, and that all of it can be taken back.
import { expect, jest, test } from '@jest/globals';
import { runProgram } from './run-program.ts';

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

const ordinary = [0, 0, 0];

test('all threads are realtime, nice and pinned, a child is not, and signal 36 is heard', async () => {
  const { stdout, stderr, status } = await runProgram('scheduling');
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const lines = stdout.trim().split('\n');
  expect(lines.slice(-2)).toEqual(['signal 36', 'end']);
  const [before, nice, realtime, child, afterwards, last, leisure, back] = lines
    .slice(0, -2)
    .map((line): Shown => JSON.parse(line));
  expect(before).toMatchObject({ step: 'before', limit: -1 });
  expect(nice).toMatchObject({ cpus: '0', limit: 25_000 });
  expect(new Set(nice?.threads.map(String))).toEqual(new Set([String([-5, 0, 0])]));
  expect(new Set(realtime?.threads.map(([, ...rest]) => String(rest)))).toEqual(new Set(['7,2']));
  expect(child).toMatchObject({ threads: [ordinary], cpus: before?.cpus });
  expect(afterwards).toEqual({ ...realtime, step: 'afterwards', threads: expect.anything() });
  expect(last).toMatchObject({ cpus: before?.cpus, limit: -1 });
  expect(new Set(last?.threads.map(String))).toEqual(new Set([String(ordinary)]));
  expect(new Set(leisure?.threads.map(String))).toEqual(new Set([String([19, 0, 0])]));
  expect(new Set(back?.threads.map(String))).toEqual(new Set([String(ordinary)]));
});

interface Shown {
  readonly step: string;
  readonly threads: readonly (readonly number[])[];
  readonly cpus: string;
  readonly limit?: number;
}
