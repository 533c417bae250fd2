// Who wants to hear of real and virtual servers: named pipes, SNMP managers and mailboxes of the global definitions.
import type { GlobalDefs } from '@vipward/config';
import type { NoticeSettings } from '@vipward/health';

/** Without a relay or a recipient no mail is sent, as keepalived has it. */
export const noticeSettings = ({ global }: { readonly global: GlobalDefs }): NoticeSettings => {
  const smtpAlert = global.smtpAlertChecker ?? global.smtpAlert;
  return {
    // A trap says what a line says.
    pipes:
      global.notifyFifo !== undefined ||
      global.lvsNotifyFifo !== undefined ||
      (global.enableTraps === true && global.enableSnmpChecker === true),
    mails: global.smtpServer !== undefined && global.notificationEmail.length > 0,
    ...(smtpAlert === undefined ? {} : { smtpAlert }),
    noCheckerEmails: global.noCheckerEmails ?? false,
  };
};
