// What mails say: bytes as keepalived 2.2.7 sent them.
import { expect, test } from '@jest/globals';
import { addressOf, messageText, type StateChange, stateMail } from '../../src/index.ts';

const settings = {
  routerId: 'R1',
  from: 'ka@example.org',
  to: ['ops@example.com', 'Second One <two@example.com>'],
};
const now = new Date(Date.UTC(2026, 10, 22, 17, 35, 1));

test('a message has the headers of keepalived in its order', () => {
  const mail = {
    subject: 'VRRP Instance VI_1 - Entering BACKUP state',
    body: 'VRRP Instance is no longer owning VRRP VIPs',
  };
  expect(messageText(mail, settings, now)).toBe(
    'Date: Sun, 22 Nov 2026 17:35:01 +0000\r\nFrom: ka@example.org\r\n' +
      'Subject: [R1] VRRP Instance VI_1 - Entering BACKUP state\r\nX-Mailer: Keepalived\r\n' +
      'To: ops@example.com, Second One <two@example.com>\r\n\r\n' +
      '=> VRRP Instance is no longer owning VRRP VIPs <=\r\n\r\n',
  );
});

test.each<[StateChange['object'], StateChange['state'], string | undefined, string | undefined]>([
  ['INSTANCE', 'MASTER', 'VRRP Instance X - Entering MASTER state', 'VRRP Instance is now owning VRRP VIPs'],
  ['INSTANCE', 'FAULT', 'VRRP Instance X - Entering FAULT state', 'VRRP Instance is no longer owning VRRP VIPs'],
  ['GROUP', 'FAULT', 'VRRP Group X - Entering FAULT state', 'All VRRP group instances are now in FAULT state'],
  ['INSTANCE', 'DELETED', 'VRRP Instance X - Deleted', 'VRRP Deleted at reload'],
  ['INSTANCE', 'STOP', undefined, undefined],
  ['INSTANCE', 'MASTER_RX_LOWER_PRI', undefined, undefined],
  ['INSTANCE', 'MASTER_PRIORITY', undefined, undefined],
])('%s in %s', (object, state, subject, body) => {
  const mail = stateMail({ object, name: 'X', state, priority: 1 });
  expect([mail?.subject, mail?.body]).toEqual([subject, body]);
});

test('a name with a line break cannot add a header', () => {
  const text = messageText({ subject: 'a\r\nBcc: all@example.com', body: 'b' }, settings, now);
  expect(text.split('\r\n')).toContain('Subject: [R1] a Bcc: all@example.com');
});

test('the envelope has the bare address', () => {
  expect(['a@b', 'Name <c@d>', '<e@f>'].map(addressOf)).toEqual(['a@b', 'c@d', 'e@f']);
});
