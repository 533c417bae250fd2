// The checker machine against the times and log lines measured from keepalived 2.2.7.
import { describe, expect, test } from '@jest/globals';
import { type CheckerState, newChecker, stepChecker } from '../../src/machine/checker.ts';
import type { Probe } from '../../src/machine/checks.ts';
import { type CheckResult, failure, type Verdict } from '../../src/machine/result.ts';
import { dns, http, misc, ping, smtp, tcp, udp, url } from '../fixture.ts';

const names = { realServer: '[10.9.1.1]:tcp:80', virtualServer: '[10.9.0.1]:tcp:80' };
const refused = failure('refused', 'connection refused');
const bad = failure('status', 'status 502, wanted 200');
const ok: CheckResult = { ok: true };

/** Drives one checker from its start; answers tell by url and time. Returns `seconds what` lines since the start. */
const trace = (
  checker: Probe,
  answer: (seconds: number, path: string) => CheckResult,
  seconds: number,
  from: CheckerState = newChecker(checker.alpha ? 'down' : 'up'),
): readonly string[] => {
  const subject = { checker, ...names };
  const lines: string[] = [];
  let state = from;
  let timer = Number.POSITIVE_INFINITY;
  const take = (step: ReturnType<typeof stepChecker>, now: number): void => {
    state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === 'set-timer') timer = effect.at;
      if (effect.kind === 'verdict') lines.push(`${now / 1000} ${effect.verdict}`);
      if (effect.kind === 'log') lines.push(`${now / 1000} ${effect.text}`);
      if (effect.kind === 'run') {
        const path = 'urls' in checker ? (checker.urls[effect.url]?.path ?? '') : '';
        lines.push(`${now / 1000} try${path && ` ${path}`}`);
        take(stepChecker(subject, state, { kind: 'result', result: answer(now / 1000, path) }, now), now);
      }
    }
  };
  take(stepChecker(subject, state, { kind: 'start', spread: 0 }, 0), 0);
  while (timer <= seconds * 1000) {
    const now = timer;
    timer = Number.POSITIVE_INFINITY;
    take(stepChecker(subject, state, { kind: 'timer' }, now), now);
  }
  return lines;
};

const downBetween = (from: number, to: number, result: CheckResult) => (seconds: number) =>
  seconds >= from && seconds < to ? result : ok;

describe('TCP_CHECK', () => {
  test('an up server is given up after retry + 1 failures, delay_before_retry apart, and back after one success', () => {
    expect(trace(tcp({ retry: 3 }), downBetween(5, 12, refused), 14)).toEqual([
      '1 try',
      '1 TCP connection to [10.9.1.1]:tcp:80 success.',
      '3 try',
      '5 try',
      '6 try',
      '7 try',
      '8 try',
      '8 TCP connection to [10.9.1.1]:tcp:80 failed. connection refused',
      '8 TCP_CHECK on service [10.9.1.1]:tcp:80 failed after 3 retries.',
      '8 down',
      '10 try',
      '12 try',
      '12 TCP connection to [10.9.1.1]:tcp:80 success.',
      '12 up',
      '14 try',
    ]);
  });

  test('with retry 0 the first failure is the last', () => {
    const lines = trace(tcp({ retry: 0 }), downBetween(5, 99, refused), 5);
    expect(lines.slice(-2)).toEqual(['5 TCP_CHECK on service [10.9.1.1]:tcp:80 failed.', '5 down']);
  });

  test('a failure that a retry makes good changes nothing and is not said', () => {
    expect(trace(tcp({ retry: 2 }), downBetween(3, 5, refused), 7)).toEqual([
      '1 try',
      '1 TCP connection to [10.9.1.1]:tcp:80 success.',
      '3 try',
      '4 try',
      '5 try',
      '7 try',
    ]);
  });

  test('with log_all_failures it is said; the checker decides before global_defs', () => {
    const said = (checker: Probe, logAllFailures?: boolean): number => {
      const subject = { checker, ...names, ...(logAllFailures !== undefined && { logAllFailures }) };
      const up = { ...newChecker('up'), hasRun: true };
      const { effects } = stepChecker(subject, up, { kind: 'result', result: refused }, 0);
      return effects.filter(({ kind }) => kind === 'log').length;
    };
    expect(said(tcp({ logAllFailures: true }))).toBe(1);
    expect(said(tcp(), true)).toBe(1);
    expect(said(tcp({ logAllFailures: false }), true)).toBe(0);
    expect(said(tcp())).toBe(0);
  });

  test('retries are counted anew after each success', () => {
    const flapping = (seconds: number): CheckResult => (seconds % 3 === 0 ? refused : ok);
    expect(trace(tcp({ retry: 1 }), flapping, 60)).not.toContain('down');
  });

  test('the very first check needs to fail only once, whatever retry says', () => {
    expect(trace(tcp({ retry: 2 }), () => refused, 3)).toEqual([
      '1 try',
      '1 TCP connection to [10.9.1.1]:tcp:80 failed. connection refused',
      '1 TCP_CHECK on service [10.9.1.1]:tcp:80 failed.',
      '1 down',
      '3 try',
    ]);
  });

  test('an alpha checker begins as down, says its first failure, and comes up at its first success', () => {
    expect(trace(tcp({ alpha: true }), downBetween(0, 3, refused), 3)).toEqual([
      '1 try',
      '1 TCP connection to [10.9.1.1]:tcp:80 failed. connection refused',
      '1 TCP_CHECK on service [10.9.1.1]:tcp:80 failed.',
      '1 down',
      '3 try',
      '3 TCP connection to [10.9.1.1]:tcp:80 success.',
      '3 up',
    ]);
  });

  test('warmup spreads the first check over its whole length, after one second', () => {
    const subject = { checker: tcp({ warmup: 8000 }), ...names };
    const first = (spread: number): unknown =>
      stepChecker(subject, newChecker('up'), { kind: 'start', spread }, 0).effects;
    expect(first(0)).toEqual([{ kind: 'set-timer', at: 1000 }]);
    expect(first(0.5)).toEqual([{ kind: 'set-timer', at: 5000 }]);
  });

  test('local trouble is said once and changes no verdict', () => {
    const trouble = failure('local', 'too many open files');
    for (const verdict of ['up', 'down'] satisfies Verdict[]) {
      const from = { ...newChecker(verdict), hasRun: true };
      const lines = trace(tcp({ retry: 0 }), () => trouble, 7, from);
      expect(lines).toEqual([
        '1 try',
        '1 TCP_CHECK on service [10.9.1.1]:tcp:80 could not be made: too many open files; its verdict stays as it is.',
        '3 try',
        '5 try',
        '7 try',
      ]);
    }
  });

  test('a timer while a check is under way starts no second one', () => {
    const subject = { checker: tcp(), ...names };
    const running = stepChecker(subject, newChecker('up'), { kind: 'timer' }, 0).state;
    expect(stepChecker(subject, running, { kind: 'timer' }, 10).effects).toEqual([]);
  });
});

describe('HTTP_GET', () => {
  test('a failed server must pass the failed url and then a whole round', () => {
    expect(trace(http({ retry: 2 }), downBetween(5, 9, bad), 13)).toEqual([
      '1 try /monitor/warn.jsp',
      '1 Remote Web server [10.9.1.1]:tcp:80 succeed on service.',
      '3 try /monitor/warn.jsp',
      '5 try /monitor/warn.jsp',
      '6 try /monitor/warn.jsp',
      '7 try /monitor/warn.jsp',
      '7 HTTP status code error to server [10.9.1.1]:tcp:80. url(/monitor/warn.jsp) status 502, wanted 200',
      '7 HTTP_CHECK on service [10.9.1.1]:tcp:80 failed after 2 retries.',
      '7 down',
      '9 try /monitor/warn.jsp',
      '9 HTTP status code success to [10.9.1.1]:tcp:80 url(/monitor/warn.jsp)',
      '11 try /monitor/warn.jsp',
      '11 HTTP status code success to [10.9.1.1]:tcp:80 url(/monitor/warn.jsp)',
      '11 Remote Web server [10.9.1.1]:tcp:80 succeed on service.',
      '11 up',
      '13 try /monitor/warn.jsp',
    ]);
  });

  test('urls take turns, one every delay_loop; the one that failed is asked until it passes', () => {
    const checker = http({ retry: 2, urls: [url('/a'), url('/b')] });
    const answer = (seconds: number, path: string): CheckResult =>
      path === '/b' && seconds >= 5 && seconds < 15 ? bad : ok;
    expect(trace(checker, answer, 19).filter((line) => /try|up|down|succeed/.test(line))).toEqual([
      '1 try /a',
      '3 try /b',
      '3 Remote Web server [10.9.1.1]:tcp:80 succeed on service.',
      '5 try /a',
      '7 try /b',
      '8 try /b',
      '9 try /b',
      '9 down',
      '11 try /b',
      '13 try /b',
      '15 try /b',
      '17 try /a',
      '19 try /b',
      '19 Remote Web server [10.9.1.1]:tcp:80 succeed on service.',
      '19 up',
    ]);
  });

  test('with fast_recovery the urls are asked without delay while it comes up, and one a delay_loop afterwards', () => {
    const checker = http({ retry: 0, fastRecovery: true, urls: [url('/a'), url('/b')] });
    const answer = (seconds: number, path: string): CheckResult =>
      path === '/b' && seconds >= 3 && seconds < 6 ? bad : ok;
    expect(trace(checker, answer, 9).filter((line) => /try|up|down|succeed/.test(line))).toEqual([
      '1 try /a',
      '1 try /b',
      '1 Remote Web server [10.9.1.1]:tcp:80 succeed on service.',
      '3 try /a',
      '5 try /b',
      '5 down',
      '7 try /b',
      '7 try /a',
      '7 try /b',
      '7 Remote Web server [10.9.1.1]:tcp:80 succeed on service.',
      '7 up',
      '9 try /a',
    ]);
  });

  test('a failing second url in the first round is enough to be down', () => {
    const checker = http({ retry: 2, urls: [url('/a'), url('/b')] });
    const answer = (_: number, path: string): CheckResult => (path === '/b' ? bad : ok);
    expect(trace(checker, answer, 3)).toContain('3 down');
  });

  test.each([
    [failure('refused', 'connection refused'), 'Connection failed server X.'],
    [failure('connect-timeout', 'no connection within 1 s'), 'Timeout connecting server X.'],
    [failure('read-timeout', 'no reply in time'), 'Timeout WEB read server X.'],
    [failure('closed', 'connection closed without a reply'), 'Read, no data received from  server X.'],
    [failure('tls', 'TLS: wrong version number'), 'SSL handshake/communication error connecting to server X.'],
    [failure('digest', 'digest 00, wanted 11'), 'MD5 digest error to server X.'],
  ])('says %j in the words that operators grep for', (result, words) => {
    const said = trace(http(), () => result, 1).find((line) => line.includes('url('));
    expect(said).toBe(`1 ${words.replace('X', '[10.9.1.1]:tcp:80')} url(/monitor/warn.jsp) ${result.detail}`);
  });
});

describe("a server is given up in keepalived's words", () => {
  const rs = '[10.9.1.1]:tcp:80';
  test.each([
    [tcp({ retry: 2 }), [`TCP connection to ${rs} failed. no`, `TCP_CHECK on service ${rs} failed after 2 retries.`]],
    [udp({ retry: 2 }), [`UDP connection to ${rs} failed. no`, `UDP_CHECK on service ${rs} failed after 2 retries.`]],
    [
      ping({ retry: 2 }),
      [
        `ICMP connection to ${rs} failed. no`,
        `ICMP CHECK on service ${rs} of [10.9.0.1]:tcp:80 failed after 2 retries.`,
      ],
    ],
    [dns({ retry: 2 }), [`DNS_CHECK (${rs}) no after 2 retries`]],
    [smtp({ retry: 2 }), ['SMTP_CHECK Could not connect to server [127.0.0.1]:80 no after 2 retries']],
  ])('of its kind (case %#)', (checker, words) => {
    const lines = trace(checker, downBetween(3, 99, failure('refused', 'no')), 12);
    const first = lines.findIndex((line) => line.endsWith(words[0] ?? ''));
    const said = lines.slice(first, first + words.length + 1).map((line) => line.replace(/^\d+ /, ''));
    expect(said).toEqual([...words, 'down']);
  });
});

describe('MISC_CHECK', () => {
  const name = 'Misc check for [[10.9.1.1]:tcp:80 VS [10.9.0.1]:tcp:80] by [/bin/probe]';

  test('says how the script ended', () => {
    const exit = failure('script', 'exited with status 1');
    const lines = trace(misc(['/bin/probe', '1']), downBetween(3, 99, exit), 4);
    expect(lines).toContain(`1 ${name} succeeded.`);
    expect(lines).toContain(`4 ${name} failed after 1 retry (exited with status 1).`);
    const late = trace(misc(['/bin/probe']), downBetween(3, 99, failure('script-timeout', 'still running')), 4);
    expect(late).toContain(`4 ${name} timed out after 1 retry.`);
  });

  test('says how often it is tried again, with log_all_failures of each failure', () => {
    const killed = failure('script', 'due to signal 9');
    const once = trace(misc(['/bin/probe'], { retry: 0 }), () => killed, 1);
    expect(once).toContain(`1 ${name} failed with retry disabled (due to signal 9).`);
    const first = trace(misc(['/bin/probe'], { retry: 2 }), () => killed, 1);
    expect(first).toContain(`1 ${name} failed after 2 retries (due to signal 9).`);
    const eager = misc(['/bin/probe'], { retry: 2, logAllFailures: true });
    const said = trace(eager, downBetween(3, 99, killed), 9).filter((line) => line.includes('failed'));
    expect(said.map((line) => line.slice(line.indexOf('failed')))).toEqual([
      'failed, will do 2 retries (due to signal 9).',
      'failed on retry 1/2 (due to signal 9).',
      'failed after 2 retries (due to signal 9).',
    ]);
  });

  test('misc_dynamic passes the weight on, and its absence at status 0', () => {
    const subject = { checker: misc(['/bin/probe'], { dynamic: true }), ...names };
    const first = stepChecker(subject, newChecker('up'), { kind: 'result', result: { ok: true, weight: 10 } }, 0);
    expect(first.state.weight).toBe(10);
    expect(first.effects).toContainEqual({ kind: 'weight' });
    const same = stepChecker(subject, first.state, { kind: 'result', result: { ok: true, weight: 10 } }, 0);
    expect(same.effects).not.toContainEqual({ kind: 'weight' });
    const none = stepChecker(subject, first.state, { kind: 'result', result: { ok: true } }, 0);
    expect(none.state.weight).toBeUndefined();
    expect(none.effects).toContainEqual({ kind: 'weight' });
  });
});
