// What the mails of state changes say, in keepalived's words, and the text that goes over the wire. Pure.
import type { StateChange } from '../event.ts';

export interface Mail {
  readonly subject: string;
  readonly body: string;
}

/** From the global definitions. */
export interface MailSettings {
  readonly routerId: string;
  /** notification_email_from: an address, or `Name <address>`. */
  readonly from: string;
  /** notification_email, in the same forms. */
  readonly to: readonly string[];
}

/** A change that keepalived sends no mail about (priorities, the end of the process) gives undefined. */
export const stateMail = ({ object, name, state }: Omit<StateChange, 'scripts'>): Mail | undefined => {
  const whose = object === 'GROUP' ? `VRRP Group ${name}` : `VRRP Instance ${name}`;
  switch (state) {
    case 'MASTER':
    case 'BACKUP':
    case 'FAULT':
      return {
        subject: `${whose} - Entering ${state} state`,
        body:
          object === 'GROUP'
            ? `All VRRP group instances are now in ${state} state`
            : `VRRP Instance is ${state === 'MASTER' ? 'now' : 'no longer'} owning VRRP VIPs`,
      };
    case 'DELETED':
      return { subject: `${whose} - Deleted`, body: 'VRRP Deleted at reload' };
    case 'STOP':
    case 'MASTER_RX_LOWER_PRI':
    case 'MASTER_PRIORITY':
    case 'BACKUP_PRIORITY':
      return undefined;
  }
};

/** The whole message with its headers (RFC 5322), lines ended by CRLF; `now` is the wall clock. */
export const messageText = (mail: Mail, { routerId, from, to }: MailSettings, now: Date): string =>
  [
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `From: ${header(from)}`,
    `Subject: ${header(`[${routerId}] ${mail.subject}`)}`,
    'X-Mailer: Keepalived',
    `To: ${to.map(header).join(', ')}`,
    '',
    `=> ${header(mail.body)} <=`,
    '',
    '',
  ].join('\r\n');

/** The bare address of `Name <address>`, for the envelope. */
export const addressOf = (mailbox: string): string => /<([^<>]*)>\s*$/.exec(mailbox)?.[1]?.trim() ?? mailbox.trim();

// A name from the configuration must not begin a line of its own.
const header = (text: string): string => text.replaceAll(/[\r\n\0]+/g, ' ');
