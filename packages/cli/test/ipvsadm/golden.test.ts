// Every recorded command of the real ipvsadm, replayed against a table in memory: output and exit status byte for byte.
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { memorySetup } from './memory.ts';
import { createShell } from './shell.ts';
import { goldenCases, readGolden, showStep } from './transcript.ts';

// Their listings show what packets did.
const needTraffic = ['19-statistics', '20-connections', '21-sip-persistence', '24-large-counters'];
// What is not ipvsadm is left to the lab.
const otherProgram = /^(?:cat|sleep|ip) /;

describeWith(needs('reference'), 'the golden transcripts', () => {
  test('there are 25 of them', () => {
    expect(goldenCases()).toHaveLength(25);
  });

  test.each(goldenCases().filter((name) => !needTraffic.includes(name)))(
    '%s is the same byte for byte',
    async (name) => {
      const setup = memorySetup();
      const shell = createShell({
        ipvsadm: (args, stdin, streams) => runIpvsadm(args, setup.io(streams, stdin)),
      });
      const replayed: string[] = [];
      const wanted: string[] = [];
      for (const step of readGolden(name)) {
        if (otherProgram.test(step.command)) continue;
        const result = await shell.run(step.command);
        wanted.push(showStep(step));
        replayed.push(result ? showStep({ command: step.command, ...result }) : `cannot run ${step.command}\n`);
      }
      expect(replayed.join('')).toBe(wanted.join(''));
    },
  );
});
