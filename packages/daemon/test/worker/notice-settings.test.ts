// Who hears of real and virtual servers, from the words of global_defs.
import { expect, test } from '@jest/globals';
import { memoryReader, parseConfig } from '@vipward/config';
import { noticeSettings } from '../../src/worker/notice-settings.ts';

const settings = (...lines: readonly string[]) => {
  const text = ['global_defs {', ...lines, '}', ''].join('\n');
  return noticeSettings(
    parseConfig({ file: 'k.conf', read: memoryReader({ 'k.conf': text }), configId: 'test' }).config,
  );
};
const mailbox = ['smtp_server 192.0.2.1', 'notification_email {', 'ops@example.com', '}'];

test('nobody hears anything unless it is written', () => {
  expect(settings()).toEqual({ pipes: false, mails: false, noCheckerEmails: false });
});

test('smtp_alert_checker counts before smtp_alert, and either where it stands alone', () => {
  expect(settings('smtp_alert off')).toMatchObject({ smtpAlert: false });
  expect(settings('smtp_alert_checker off')).toMatchObject({ smtpAlert: false });
  expect(settings('smtp_alert off', 'smtp_alert_checker on')).toMatchObject({ smtpAlert: true });
  expect(settings('smtp_alert on', 'smtp_alert_checker off')).toMatchObject({ smtpAlert: false });
});

test('mails need a relay and a recipient', () => {
  expect(settings(...mailbox)).toMatchObject({ mails: true });
  expect(settings('smtp_server 192.0.2.1')).toMatchObject({ mails: false });
  expect(settings(...mailbox.slice(1))).toMatchObject({ mails: false });
  expect(settings('no_checker_emails')).toMatchObject({ noCheckerEmails: true });
});

test('lines go to the pipe of all and to that of the checker, and traps take the same news', () => {
  expect(settings('notify_fifo /run/all')).toMatchObject({ pipes: true });
  expect(settings('lvs_notify_fifo /run/lvs')).toMatchObject({ pipes: true });
  expect(settings('vrrp_notify_fifo /run/vrrp')).toMatchObject({ pipes: false });
  expect(settings('enable_traps', 'enable_snmp_checker')).toMatchObject({ pipes: true });
  expect(settings('enable_snmp_checker')).toMatchObject({ pipes: false });
});
