// What named pipes and mailboxes hear of an event, in keepalived's words: programs and people match them.
import type { RealServer, VirtualServer } from '@vipward/config';
import type { CheckEvent, HealthEvent } from './event.ts';
import { checkMail } from './mail-wording.ts';
import { realServerName, virtualServerName } from './name.ts';

/** A line for the pipes, a mail, or both. */
export interface Notice {
  /** Mails of one object go out one after the other. */
  readonly object: string;
  readonly change?:
    | { readonly kind: 'RS'; readonly realServer: string; readonly virtualServer: string; readonly up: boolean }
    | { readonly kind: 'VS'; readonly virtualServer: string; readonly up: boolean };
  readonly mail?: { readonly subject: string; readonly body: string };
}

export interface NoticeSettings {
  /** Whether there is a pipe that wants lines. */
  readonly pipes: boolean;
  /** Whether there is a relay and somebody to write to. */
  readonly mails: boolean;
  /** smtp_alert_checker or else smtp_alert: what counts where a server says nothing; then real servers are on, virtual ones off. */
  readonly smtpAlert?: boolean;
  /** no_checker_emails: a mail only when the real server turns, not for every one of its checks. */
  readonly noCheckerEmails: boolean;
}

export const noticesFor = (event: HealthEvent, settings: NoticeSettings): readonly Notice[] => {
  switch (event.kind) {
    case 'real-server-up':
    case 'real-server-starts-up':
      return notice(aboutRealServer(event, true, settings));
    case 'real-server-down':
    case 'real-server-not-up':
    case 'real-server-stops':
      return notice(aboutRealServer(event, false, settings));
    case 'real-server-removed': {
      const line = aboutRealServer(event, false, settings);
      return notice({ ...line, ...mailAboutRealServer(event, false, 'Removing', settings) });
    }
    case 'check':
      return isWorthMail(event, settings)
        ? notice({
            object: objectOf(event),
            ...mailAboutRealServer(event, event.alive, checkMail(event.check, event.failure), settings),
          })
        : [];
    case 'quorum-gained': {
      const what = event.starting ? 'Starting with quorum up' : 'Gained quorum';
      return notice(aboutQuorum(event, true, settings, what, event.weight));
    }
    case 'quorum-lost': {
      const what = event.starting ? 'Starting with quorum down' : 'Lost quorum';
      return notice(aboutQuorum(event, false, settings, what, event.weight));
    }
    case 'quorum-removed':
      return notice(aboutQuorum(event, false, settings, 'Lost quorum', 0));
    // keepalived is gone before these mails are on their way.
    case 'quorum-stops':
      return notice(aboutQuorum(event, false, { ...settings, mails: false }, '', 0));
    case 'virtual-server-removed':
    case 'weight':
    case 'sorry-server-in':
    case 'sorry-server-out':
    case 'pool-emptied':
    case 'pool-filled':
    case 'out':
    case 'panic':
      return [];
  }
};

type OfRealServer = { readonly virtualServer: VirtualServer; readonly realServer: RealServer };

const notice = (one: Notice): readonly Notice[] => (one.change === undefined && one.mail === undefined ? [] : [one]);

const objectOf = ({ virtualServer, realServer }: OfRealServer): string =>
  `${realServerName(virtualServer, realServer)} of VS ${virtualServerName(virtualServer)}`;

const aboutRealServer = (event: OfRealServer, up: boolean, { pipes }: NoticeSettings): Notice => {
  const { virtualServer: vs, realServer: rs } = event;
  const change = { kind: 'RS', realServer: realServerName(vs, rs), virtualServer: virtualServerName(vs), up } as const;
  return { object: objectOf(event), ...(pipes && { change }) };
};

const mailAboutRealServer = (
  { virtualServer: vs, realServer: rs }: OfRealServer,
  up: boolean,
  body: string | undefined,
  { mails, smtpAlert }: NoticeSettings,
): Pick<Notice, 'mail'> => {
  if (!mails || body === undefined || !(rs.smtpAlert ?? smtpAlert ?? true)) return {};
  const subject = `Realserver ${realServerName(vs, rs)} of virtual server ${virtualServerName(vs)} - ${state(up)}`;
  return { mail: { subject, body } };
};

const aboutQuorum = (
  { virtualServer: vs }: { readonly virtualServer: VirtualServer },
  up: boolean,
  { pipes, mails, smtpAlert }: NoticeSettings,
  what: string,
  weight: number,
): Notice => {
  const name = virtualServerName(vs);
  const { quorum, hysteresis } = vs;
  return {
    object: `VS ${name}`,
    ...(pipes && { change: { kind: 'VS', virtualServer: name, up } as const }),
    ...(mails &&
      (vs.smtpAlert ?? smtpAlert ?? false) && {
        mail: {
          subject: `Virtualserver ${name} - ${state(up)}`,
          // A loss is written as if it were a gain, in keepalived's mails as here.
          body: `${what} ${quorum}+${hysteresis}=${quorum + hysteresis} <= ${weight}`,
        },
      }),
  };
};

/** A script that passes at its first attempt is worth a mail to keepalived, the other kinds are not. */
const isWorthMail = ({ check, turned, wasAlive, alive }: CheckEvent, { noCheckerEmails }: NoticeSettings): boolean =>
  (turned || check.kind === 'MISC_CHECK') && (wasAlive !== alive || !noCheckerEmails);

const state = (up: boolean): string => (up ? 'UP' : 'DOWN');
