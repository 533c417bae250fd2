// Which changes become mails, and the lines of named pipes: what the global definitions and smtp_alert say.
import type { Config } from '@vipward/config';
import type { StateChange } from '@vipward/notify';
import {
  createMailer,
  type Mail,
  type MailSettings,
  type Relay,
  sendOver,
  serverLine,
  stateLine,
  stateMail,
} from '@vipward/notify';
import type { Clock, Millis } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import { isMailed } from './mail-rule.ts';

type Global = Config['global'];

export interface Alerts {
  readonly stateLine: typeof stateLine;
  readonly serverLine: typeof serverLine;
  /** `smtpAlert` of the instance or group. */
  stateChanged(change: StateChange, smtpAlert: boolean | undefined): void;
  mail(object: string, mail: Mail): void;
  drain(clock: Clock, limit: Millis): Promise<void>;
}

export const createAlerts = (parts: {
  readonly log: Logger;
  readonly hostName: () => string;
  readonly global: () => Global | undefined;
}): Alerts => {
  const mailer = createMailer({
    log: parts.log,
    wallClock: () => new Date(),
    send: sendOver(() => relayOf(parts.global())),
  });
  const mail = (object: string, letter: Mail): void => {
    const settings = mailSettings(parts.global(), parts.hostName);
    if (settings !== undefined) mailer.send(object, letter, settings);
  };
  return {
    stateLine,
    serverLine,
    mail,
    stateChanged(change, smtpAlert) {
      const global = parts.global();
      if (global === undefined || !isMailed(global, smtpAlert, change.state)) return;
      const letter = stateMail(change);
      if (letter !== undefined) mail(`${change.object} ${change.name}`, letter);
    },
    drain: (clock, limit) =>
      new Promise((resolve) => {
        const cancel = clock.at(clock.now() + limit, resolve);
        void mailer.idle().then(() => {
          cancel();
          resolve();
        });
      }),
  };
};

/** Without a relay or a recipient no mail is sent, as keepalived has it. */
const mailSettings = (global: Global | undefined, hostName: () => string): MailSettings | undefined =>
  global === undefined || global.smtpServer === undefined || global.notificationEmail.length === 0
    ? undefined
    : {
        routerId: global.routerId ?? hostName(),
        from: global.notificationEmailFrom ?? `root@${hostName()}`,
        to: global.notificationEmail,
      };

const relayOf = (global: Global | undefined): Relay | undefined =>
  global?.smtpServer === undefined
    ? undefined
    : {
        ...global.smtpServer,
        connectTimeout: global.smtpConnectTimeout,
        ...(global.smtpHeloName === undefined ? {} : { heloName: global.smtpHeloName }),
      };
