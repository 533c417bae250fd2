// Sends mails one after the other for each object, a few at a time; what cannot be sent is said and dropped.
import type { NotifyLog } from '../log.ts';
import { emptyQueues, type Limits, type QueueEffect, type QueueEvent, step } from '../queue/step.ts';
import { type Mail, type MailSettings, messageText } from './message.ts';
import type { SendMail } from './send.ts';

export interface Mailer {
  /** Queues a mail behind those of the same object. Settings are those of the moment. */
  send(object: string, mail: Mail, settings: MailSettings): void;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

export interface MailerParts {
  readonly send: SendMail;
  readonly log: NotifyLog;
  readonly wallClock: () => Date;
  readonly limits?: Limits;
}

interface Letter {
  readonly mail: Mail;
  readonly settings: MailSettings;
  readonly text: string;
}

export const createMailer = ({
  send,
  log,
  wallClock,
  limits = { maxWaiting: 64, maxRunning: 4 },
}: MailerParts): Mailer => {
  let state = emptyQueues<Letter>();
  let waiting: (() => void)[] = [];

  const dispatch = (event: QueueEvent<Letter>): void => {
    const next = step(state, event, limits);
    state = next.state;
    for (const effect of next.effects) perform(effect);
    if (state.objects.size > 0) return;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  };

  const perform = (effect: QueueEffect<Letter>): void => {
    switch (effect.kind) {
      case 'start':
        void deliver(effect.object, effect.job);
        return;
      case 'dropped':
        log.warning(`Mail "${effect.job.mail.subject}" was dropped: ${limits.maxWaiting} wait for the one before`);
        return;
      case 'signal':
        // Only for what has a deadline of the queue; a mail has those of its connection.
        return;
    }
  };

  const deliver = async (object: string, { mail, settings, text }: Letter): Promise<void> => {
    try {
      await send(text, settings);
    } catch (error) {
      log.warning(
        `Mail "${mail.subject}" could not be sent: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    dispatch({ kind: 'ended', object });
  };

  return {
    send: (object, mail, settings) =>
      dispatch({ kind: 'enqueue', object, job: { mail, settings, text: messageText(mail, settings, wallClock()) } }),
    idle: () =>
      new Promise((resolve) => {
        if (state.objects.size === 0) resolve();
        else waiting.push(resolve);
      }),
  };
};
