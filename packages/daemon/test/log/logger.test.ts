// Log lines look as keepalived's and syslog's do.
import { describe, expect, test } from '@jest/globals';
import { createLogger, ctime, stderrSink } from '../../src/log/logger.ts';
import { facilityNumber, syslogLine } from '../../src/log/syslog.ts';

const at = new Date(2026, 10, 2, 4, 5, 6);

describe('the log', () => {
  test('a console line begins with ctime', () => {
    const written: string[] = [];
    const sink = stderrSink({ write: (text) => written.push(text) }, () => at);
    createLogger([sink], { detail: false }).info('(VI_1) Entering MASTER STATE');
    expect(written).toEqual(['Mon Nov  2 04:05:06 2026: (VI_1) Entering MASTER STATE\n']);
    expect(ctime(at)).toBe('Mon Nov  2 04:05:06 2026');
  });

  test('detail is shown with -D only and every line of a text is a line of the log', () => {
    const lines: string[] = [];
    const sink = { write: (severity: string, text: string) => void lines.push(`${severity} ${text}`) };
    createLogger([sink], { detail: false }).detail('hidden');
    createLogger([sink], { detail: true }).detail('shown');
    createLogger([sink], { detail: true }).error('one\ntwo');
    expect(lines).toEqual(['info shown', 'error one', 'error two']);
  });

  test('a syslog line carries priority, stamp, name and pid', () => {
    const line = syslogLine({ facility: 3, severity: 'warning', ident: 'Keepalived_vrrp', pid: 7, at, text: 'x' });
    expect(line).toBe('<28>Nov  2 04:05:06 Keepalived_vrrp[7]: x');
  });

  test.each([
    ['daemon', 3],
    ['user', 1],
    ['local0', 16],
    ['7', 23],
    ['mail', undefined],
  ])('facility %s is %s', (name, number) => {
    expect(facilityNumber(name)).toBe(number);
  });
});
