// The lab itself: a kernel with IPVS, every scheduler, and the host's files out of reach.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });

describe('the lab', () => {
  test('has IPVS in its kernel', () => {
    expect(readFileSync('/proc/net/ip_vs', 'utf8')).toMatch(/^IP Virtual Server version \d+\.\d+\.\d+/);
  });

  test.each(['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh'])(
    'schedules by %s',
    (scheduler) => {
      run('ipvsadm', '-A', '-t', '10.1.1.1:80', '-s', scheduler);
      try {
        expect(run('ipvsadm', '-Ln')).toContain(`TCP  10.1.1.1:80 ${scheduler}`);
      } finally {
        run('ipvsadm', '-D', '-t', '10.1.1.1:80');
      }
    },
  );

  test('throws away what the command changes, for its root is an overlay', () => {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    expect(mounts[0]).toMatch(/^overlay \/ overlay .*lowerdir=\/,upperdir=\/run\//);
    writeFileSync('/etc/vipward-lab-was-here', 'only inside');
  });

  test('passes the results directory through to the host', () => {
    const out = process.env.LAB_OUT ?? '';
    expect(readFileSync('/proc/mounts', 'utf8')).toContain(` ${out} hostfs rw`);
  });
});
