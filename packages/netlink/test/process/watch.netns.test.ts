// The process connector of this kernel: a process that is started, renamed and ended. It speaks in the first network namespace alone.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type ProcessEvent, watchProcesses } from '../../src/index.ts';

describeWith(needs('root'), 'news of processes', () => {
  test('begin, another program, end', async () => {
    const events: ProcessEvent[] = [];
    const stop = watchProcesses({
      onEvent: (event) => void events.push(event),
      onOverrun: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    });
    try {
      const child = spawn('/bin/sleep', ['0.05']);
      await new Promise((ended) => child.on('exit', ended));
      const { pid = 0 } = child;
      const of = () =>
        events
          .filter((event) => (event.kind === 'fork' ? event.child === pid : event.pid === pid))
          .map(({ kind }) => kind);
      for (let waited = 0; waited < 5000 && !of().includes('exit'); waited += 10) await sleep(10);
      expect(of()).toEqual(expect.arrayContaining(['fork', 'exec', 'exit']));
      expect(of().at(-1)).toBe('exit');
    } finally {
      stop();
    }
  });
});
