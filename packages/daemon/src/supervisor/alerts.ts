// Which changes become mails, and the lines of named pipes: what the global definitions and smtp_alert say.
import type { Config } from '@vipward/config';
import type { StateChange } from '@vipward/notify';
import { createMailer, type Mail, sendOver, serverLine, stateLine, stateMail } from '@vipward/notify';
import type { Clock, Millis } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import { isMailed } from './mail-rule.ts';
import { mailSettings, relayOf } from './mail-settings.ts';

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
