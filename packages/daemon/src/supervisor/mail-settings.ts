// Over which relay mails go, from whom and to whom: what the global definitions say. Pure.
import type { GlobalDefs } from '@vipward/config';
import type { MailSettings, Relay } from '@vipward/notify';

/** Without a relay or a recipient no mail is sent, as keepalived has it. */
export const mailSettings = (global: GlobalDefs | undefined, hostName: () => string): MailSettings | undefined =>
  global === undefined || global.smtpServer === undefined || global.notificationEmail.length === 0
    ? undefined
    : {
        routerId: global.routerId ?? hostName(),
        from: global.notificationEmailFrom ?? `root@${hostName()}`,
        to: global.notificationEmail,
      };

/** Undefined without smtp_server. */
export const relayOf = (global: GlobalDefs | undefined): Relay | undefined =>
  global?.smtpServer === undefined
    ? undefined
    : {
        ...global.smtpServer,
        connectTimeout: global.smtpConnectTimeout,
        ...(global.smtpHeloName === undefined ? {} : { heloName: global.smtpHeloName }),
      };
