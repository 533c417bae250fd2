// Which VRRP objects send mails, as keepalived decides it.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { isMailed } from '../../src/supervisor/mail-rule.ts';

const globals = (text: string) =>
  parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': `global_defs {\n${text}\n}\n` }), configId: 't' }).config
    .global;

const relay = 'smtp_server 127.0.0.1';

test.each([
  [relay, undefined, false],
  [relay, true, true],
  [`${relay}\nsmtp_alert`, undefined, true],
  [`${relay}\nsmtp_alert`, false, false],
  [`${relay}\nsmtp_alert\nsmtp_alert_vrrp off`, undefined, false],
  [`${relay}\nsmtp_alert\nsmtp_alert_vrrp off`, true, true],
  [`${relay}\nsmtp_alert off\nsmtp_alert_vrrp on`, undefined, true],
  [`${relay}\nsmtp_alert_checker on`, undefined, false],
  ['smtp_alert', true, false],
])('with %j and smtp_alert %s of its own: %s', (text, own, mailed) => {
  expect(isMailed(globals(text), own)).toBe(mailed);
});

test('no_email_faults keeps faults alone back', () => {
  const global = globals(`${relay}\nsmtp_alert\nno_email_faults`);
  expect((['FAULT', 'MASTER', 'BACKUP'] as const).map((state) => isMailed(global, undefined, state))).toEqual([
    false,
    true,
    true,
  ]);
});
