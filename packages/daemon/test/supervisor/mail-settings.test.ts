// From whom mails come and over which relay, as the global definitions say it.
import { expect, test } from '@jest/globals';
import { mailSettings, relayOf } from '../../src/supervisor/mail-settings.ts';
import { globals } from '../configured.ts';

const hostName = (): string => 'lb1';
const relay = 'smtp_server 192.0.2.25 2525';
const recipient = 'notification_email {\nops@example.com\n}';

test('smtp_helo_name is how the relay is greeted; smtp_connect_timeout is how long it may take', () => {
  expect(relayOf(globals(relay))).toEqual({ host: '192.0.2.25', port: 2525, connectTimeout: 30_000 });
  expect(relayOf(globals(relay, 'smtp_helo_name lb.example.com', 'smtp_connect_timeout 5'))).toEqual({
    ...{ host: '192.0.2.25', port: 2525, connectTimeout: 5000, heloName: 'lb.example.com' },
  });
});

test('without a relay or a recipient there is no mail', () => {
  expect(relayOf(globals(recipient))).toBeUndefined();
  expect(mailSettings(globals(recipient), hostName)).toBeUndefined();
  expect(mailSettings(globals(relay), hostName)).toBeUndefined();
});

test('router_id and notification_email_from stand where the host would', () => {
  expect(mailSettings(globals(relay, recipient), hostName)).toEqual({
    ...{ routerId: 'lb1', from: 'root@lb1', to: ['ops@example.com'] },
  });
  const named = globals(relay, recipient, 'router_id R1', 'notification_email_from ka@example.com');
  expect(mailSettings(named, hostName)).toEqual({ routerId: 'R1', from: 'ka@example.com', to: ['ops@example.com'] });
});
