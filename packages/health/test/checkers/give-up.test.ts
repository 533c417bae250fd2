// Deadlines of attempts: what has arrived while this process was held up counts before them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkDns } from '../../src/checkers/dns.ts';
import { giveUpAt } from '../../src/checkers/give-up.ts';
import { checkMisc } from '../../src/checkers/misc.ts';
import { checkSmtp } from '../../src/checkers/smtp.ts';
import { checkUdp } from '../../src/checkers/udp.ts';
import { dns, misc, smtp, udp } from '../fixture.ts';
import { hasEnded, heldUp, lateTimeout, outside } from './held-up.ts';
import { context } from './peer.ts';

const { clock } = context();
const impatient = { connectTimeout: lateTimeout };

describe('a deadline', () => {
  test('comes once, and not before its time', async () => {
    const deadline = clock.now() + 5;
    const at = await new Promise<number>((resolve) => giveUpAt(clock, deadline, () => resolve(clock.now())));
    expect(at).toBeGreaterThanOrEqual(deadline);
  });

  test('that is cancelled in the turn in which it is due does not come', async () => {
    let expired = false;
    let due = (): void => {};
    const at = (_: number, fn: () => void): (() => void) => {
      due = fn;
      return () => {};
    };
    const cancel = giveUpAt({ now: clock.now, at }, 0, () => {
      expired = true;
    });
    due();
    cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(expired).toBe(false);
  });
});

describe('an answer that has come while this process was held up beyond the deadline is heard:', () => {
  test('a datagram of UDP_CHECK', async () => {
    await using peer = await outside('echo');
    const checker = udp({ ...peer, ...impatient, requireReply: true });
    expect(await checkUdp(checker, heldUp(1, peer.answered))).toEqual({ ok: true });
  });

  test('one of DNS_CHECK', async () => {
    await using peer = await outside('echo');
    expect(await checkDns(dns({ ...peer, ...impatient }), heldUp(1, peer.answered))).toEqual({ ok: true });
  });

  test('a line of SMTP_CHECK', async () => {
    await using peer = await outside('mail');
    expect(await checkSmtp(smtp({ ...peer, ...impatient }), heldUp(2, peer.answered))).toEqual({ ok: true });
  });

  test('the exit of a script of MISC_CHECK', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vipward-held-'));
    try {
      const pid = join(folder, 'pid');
      const checker = misc(['/bin/sh', '-c', `echo $$ > ${pid}`], { timeout: lateTimeout });
      expect(
        await checkMisc(
          checker,
          heldUp(1, () => hasEnded(pid)),
        ),
      ).toEqual({ ok: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
