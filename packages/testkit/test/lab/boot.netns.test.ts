// The lab from outside: its exit status, what it leaves on the host, and what it says when it cannot run.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type Outcome, tryRun } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';

const script = join(import.meta.dirname, '../../../../scripts/lab.mjs');
const out = mkdtempSync(join(tmpdir(), 'vipward-lab-test-'));
afterAll(() => rmSync(out, { recursive: true }));

const lab = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  tryRun(process.execPath, [script, ...args], { env: { ...process.env, LAB_OUT: out, ...env }, timeout: 100_000 });

const guests = (): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${guestHome}`);
    } catch {
      return false; // ended meanwhile
    }
  });
let guestHome = 'nobody';

describeWith(needs('program:linux.uml'), 'the lab from outside', () => {
  test('streams both outputs, exits as the command does, and leaves only the results', async () => {
    const secret = `/etc/vipward-lab-${process.pid}`;
    const words = `echo said; echo complained >&2; cat /proc/net/ip_vs >$LAB_OUT/table; echo x >${secret}; cat ${secret}; exit 7`;
    const { code, stdout, stderr } = await lab(['--quiet', '--mem', '512M', '--', 'sh', '-c', words]);
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: 'said\nx\n', stderr: 'complained\n' });
    expect(readFileSync(join(out, 'table'), 'utf8')).toContain('IP Virtual Server version');
    expect(existsSync(secret)).toBe(false);
  }, 120_000);

  test('passes words on as they are', async () => {
    const words = ["it's", '$HOME', 'two words', '"', '\\', '*', ''];
    const { stdout } = await lab(['--quiet', '--mem', '512M', '--', 'printf', '<%s>', ...words]);
    expect(stdout).toBe(words.map((word) => `<${word}>`).join(''));
  }, 120_000);

  test('ends a guest that runs out of time, with all its processes', async () => {
    const { code, stdout, stderr } = await lab([
      ...['--quiet', '--mem', '512M', '--timeout', '8', '--', 'sh', '-c', 'echo $LAB_JOB; sleep 600 & sleep 600'],
    ]);
    expect({ code, stderr }).toEqual({ code: 124, stderr: 'lab: stopped after 8 s\n' });
    // A guest too slow to get that far has said nothing, and there is nothing to look for but the default.
    guestHome = stdout.trim() || guestHome;
    expect(guests()).toEqual([]);
  }, 120_000);
});

describeWith(needs(), 'the lab that cannot run', () => {
  test('says in one line that its kernel is not there', async () => {
    const { code, stderr } = await lab(['--', 'true'], { LAB_KERNEL: '/nonexistent/linux' });
    expect({ code, stderr }).toEqual({ code: 125, stderr: 'lab: LAB_KERNEL=/nonexistent/linux: no such file\n' });
  });

  test('says in one line that a file is no kernel', async () => {
    const { code, stderr } = await lab(['--', 'true'], { LAB_KERNEL: '/bin/true' });
    expect({ code, stderr }).toEqual({ code: 125, stderr: 'lab: /bin/true is not a User Mode Linux kernel\n' });
  });

  test('shows its usage to who calls it otherwise', async () => {
    for (const args of [[], ['true'], ['--mem', 'much', '--', 'true'], ['--']]) {
      expect(await lab(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^usage: /) });
    }
  });
});
