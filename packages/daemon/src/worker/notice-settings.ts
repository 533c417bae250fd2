// Who wants to hear of real and virtual servers: named pipes and mailboxes of the global definitions.
import type { GlobalDefs } from '@vipward/config';
import type { NoticeSettings } from '@vipward/health';

/** Without a relay or a recipient no mail is sent, as keepalived has it. */
export const noticeSettings = ({ global }: { readonly global: GlobalDefs }): NoticeSettings => {
  const smtpAlert = global.smtpAlertChecker ?? global.smtpAlert;
  return {
    pipes: global.notifyFifo !== undefined || global.lvsNotifyFifo !== undefined,
    mails: global.smtpServer !== undefined && global.notificationEmail.length > 0,
    ...(smtpAlert === undefined ? {} : { smtpAlert }),
    noCheckerEmails: global.noCheckerEmails ?? false,
  };
};
