// MISC_CHECK with real scripts.
import { describe, expect, test } from '@jest/globals';
import type { CheckContext } from '../../src/checkers/check.ts';
import { checkMisc } from '../../src/checkers/misc.ts';
import { misc } from '../fixture.ts';
import { context } from './peer.ts';

const sh = (text: string): readonly string[] => ['/bin/sh', '-c', text];

describe('MISC_CHECK', () => {
  test('exit status 0 passes, 1 fails with the status', async () => {
    expect(await checkMisc(misc(sh('exit 0')), context())).toEqual({ ok: true });
    expect(await checkMisc(misc(sh('exit 1')), context())).toEqual({
      ok: false,
      reason: 'script',
      detail: 'exited with status 1',
    });
  });

  test('misc_dynamic takes a status of 2 and more as weight + 2', async () => {
    expect(await checkMisc(misc(sh('exit 12'), { dynamic: true }), context())).toEqual({ ok: true, weight: 10 });
    expect(await checkMisc(misc(sh('exit 12')), context())).toMatchObject({ ok: false, reason: 'script' });
    expect(await checkMisc(misc(sh('exit 1'), { dynamic: true }), context())).toMatchObject({ ok: false });
  });

  test('a script that takes too long is ended', async () => {
    const result = await checkMisc(misc(['/bin/sleep', '600'], { timeout: 50 }), context());
    expect(result).toEqual({ ok: false, reason: 'script-timeout', detail: 'still running after 0.05 s' });
  });

  test('a script that ends by a signal fails', async () => {
    const result = await checkMisc(misc(sh('kill -9 $$')), context());
    expect(result).toEqual({ ok: false, reason: 'script', detail: 'due to signal 9' });
  });

  test('a script that is not there fails; one without its user says nothing of the server', async () => {
    expect(await checkMisc(misc(['/nonexistent/probe']), context())).toMatchObject({ ok: false, reason: 'script' });
    const script = { argv: sh('exit 0'), user: { user: 'no-such-user-here' } };
    expect(await checkMisc(misc([], { script }), context())).toEqual({
      ok: false,
      reason: 'local',
      detail: 'user no-such-user-here does not exist',
    });
  });

  test('runs as whom the daemon says, and not at all when the daemon refuses', async () => {
    const asked: string[] = [];
    const refusing: CheckContext = { ...context(), scriptAccount: () => 'others may write to it' };
    expect(await checkMisc(misc(sh('exit 0')), refusing)).toEqual({
      ok: false,
      reason: 'local',
      detail: 'others may write to it',
    });
    const scriptAccount: CheckContext['scriptAccount'] = ({ argv: [program = ''] }) => {
      asked.push(program);
      return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    };
    const wanted = process.getuid?.() === 0 ? '65534' : String(process.getuid?.());
    const script = sh(`test "$(id -u)" = ${wanted}`);
    expect(await checkMisc(misc(script), { ...context(), scriptAccount })).toEqual({ ok: true });
    expect(asked).toEqual(['/bin/sh']);
  });

  test('ends at once when nobody wants the answer any more', async () => {
    const gone = new AbortController();
    const pending = checkMisc(misc(['/bin/sleep', '600'], { timeout: 0 }), context(gone.signal));
    setImmediate(() => gone.abort());
    expect(await pending).toMatchObject({ ok: false, reason: 'local' });
  });
});
