// Whether a change of a VRRP object is mailed: its smtp_alert, or what the global definitions say. Pure.
import type { Config } from '@vipward/config';
import type { NotifyState } from '@vipward/notify';

type MailGlobals = Pick<Config['global'], 'smtpServer' | 'smtpAlert' | 'smtpAlertVrrp' | 'noEmailFaults'>;

/** `own`: smtp_alert of the instance or group. The first that is written counts; without any, and without a relay, no mail. */
export const isMailed = (global: MailGlobals, own: boolean | undefined, state?: NotifyState): boolean =>
  global.smtpServer !== undefined &&
  (own ?? global.smtpAlertVrrp ?? global.smtpAlert ?? false) &&
  !(state === 'FAULT' && global.noEmailFaults === true);
