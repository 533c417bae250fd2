// Pipes and mails: lines, subjects and bodies as keepalived 2.2.7 was seen to write them, and who wants which.
import { describe, expect, test } from '@jest/globals';
import type { RealServer, VirtualServer } from '@vipward/config';
import type { AnyCheck } from '../../src/machine/checks.ts';
import type { CheckEvent, HealthEvent } from '../../src/machine/event.ts';
import { type Notice, type NoticeSettings, noticesFor } from '../../src/machine/notices.ts';
import { removedRealServers, removedVirtualServer } from '../../src/machine/removal.ts';
import type { FailureReason } from '../../src/machine/result.ts';
import { startVirtualServer, stepVirtualServer, stopVirtualServer } from '../../src/machine/virtual-server.ts';
import { at, dns, file, http, ip, misc, ping, rs, smtp, sorryServer, tcp, udp, vs } from '../fixture.ts';

const everything: NoticeSettings = { pipes: true, mails: true, smtpAlert: true, noCheckerEmails: false };

/** `RS 1 UP` or `VS DOWN`, and `subject's end: body`. */
const shown = ({ change, mail }: Notice): readonly string[] => [
  ...(change === undefined
    ? []
    : [change.kind === 'VS' ? `VS ${word(change.up)}` : `RS ${change.realServer} ${word(change.up)}`]),
  ...(mail === undefined ? [] : [`${mail.subject}: ${mail.body}`]),
];
const word = (up: boolean): string => (up ? 'UP' : 'DOWN');

const heard = (events: readonly HealthEvent[], settings: Partial<NoticeSettings> = {}): readonly string[] =>
  events.flatMap((event) => noticesFor(event, { ...everything, ...settings }).flatMap(shown));

const name = '[192.168.33.188]:tcp:80';
const both = vs([rs(12), rs(13)], { quorum: 2 });
const begin = (one: VirtualServer, dead: readonly number[] = [], rsInitNotifies = false) =>
  startVirtualServer(
    one,
    one.realServers.map(({ weight }, i) => ({ alive: !dead.includes(i), weight, unheard: dead.includes(i) })),
    undefined,
    rsInitNotifies,
  );

describe('a quorum', () => {
  test('that is there from the start, that is lost and that is gained again', () => {
    const first = begin(both);
    expect(heard(first.events)).toEqual(['VS UP', `Virtualserver ${name} - UP: Starting with quorum up 2+0=2 <= 2`]);
    const lost = stepVirtualServer(both, first.state, { kind: 'down', server: 1, reason: '' });
    expect(heard(lost.events)).toEqual([
      'RS [192.168.33.13]:tcp:80 DOWN',
      'VS DOWN',
      `Virtualserver ${name} - DOWN: Lost quorum 2+0=2 <= 1`,
    ]);
    expect(heard(stepVirtualServer(both, lost.state, { kind: 'up', server: 1 }).events)).toEqual([
      'RS [192.168.33.13]:tcp:80 UP',
      'VS UP',
      `Virtualserver ${name} - UP: Gained quorum 2+0=2 <= 2`,
    ]);
  });

  test('that is not there from the start is told where a sorry server stands in, and only there', () => {
    expect(heard(begin(vs([rs(12)], { sorryServer }), [0]).events)).toEqual([
      'VS DOWN',
      `Virtualserver ${name} - DOWN: Starting with quorum down 1+0=1 <= 0`,
    ]);
    expect(heard(begin(vs([rs(12)]), [0]).events)).toEqual([]);
  });

  test('sends no mail unless smtp_alert says so, and its own word counts first', () => {
    const { events } = begin(both);
    const silent = { virtualServer: { ...both, smtpAlert: false } };
    expect(heard(events, { smtpAlert: false })).toEqual(['VS UP']);
    const { smtpAlert: _, ...unset } = everything;
    expect(events.flatMap((event) => noticesFor(event, unset).flatMap(shown))).toEqual(['VS UP']);
    expect(heard(events.map((event) => ({ ...event, ...silent })))).toEqual(['VS UP']);
  });
});

describe('a real server', () => {
  test('that is up from the start is told of with rs_init_notifies', () => {
    expect(heard(begin(both, [1], true).events, { mails: false })).toEqual(['RS [192.168.33.12]:tcp:80 UP']);
    expect(heard(begin(both, [1]).events)).toEqual([]);
  });

  test('that began as down is told of when its first check fails', () => {
    const one = vs([rs(12)]);
    const { state } = begin(one, [0]);
    const said = stepVirtualServer(one, state, { kind: 'down', server: 0, reason: '' }).events;
    expect(heard(said)).toEqual(['RS [192.168.33.12]:tcp:80 DOWN']);
  });

  test('that a reload takes out is said to be removed, unless it was out already', () => {
    const { state } = stepVirtualServer(both, begin(both).state, { kind: 'down', server: 1, reason: '' });
    expect(heard(removedRealServers(both, state, () => false))).toEqual([
      'RS [192.168.33.12]:tcp:80 DOWN',
      `Realserver [192.168.33.12]:tcp:80 of virtual server ${name} - DOWN: Removing`,
    ]);
    expect(heard(removedRealServers(both, state, () => true))).toEqual([]);
  });

  test('goes with its virtual server, and so does the quorum', () => {
    const gone = removedVirtualServer(both, begin(both).state);
    expect(gone[0]?.text).toBe(`Removing Virtual Server ${name}`);
    expect(heard(gone)).toEqual([
      'RS [192.168.33.12]:tcp:80 DOWN',
      `Realserver [192.168.33.12]:tcp:80 of virtual server ${name} - DOWN: Removing`,
      'RS [192.168.33.13]:tcp:80 DOWN',
      `Realserver [192.168.33.13]:tcp:80 of virtual server ${name} - DOWN: Removing`,
      'VS DOWN',
      `Virtualserver ${name} - DOWN: Lost quorum 2+0=2 <= 0`,
    ]);
  });

  test('of a virtual server with omega is told of at the end, without mails', () => {
    const omega = { ...both, omega: true };
    expect(heard(stopVirtualServer(omega, begin(omega).state))).toEqual([
      'RS [192.168.33.12]:tcp:80 DOWN',
      'RS [192.168.33.13]:tcp:80 DOWN',
      'VS DOWN',
    ]);
  });
});

describe('a check', () => {
  const told = (check: AnyCheck, failure: FailureReason | undefined, more: Partial<CheckEvent> = {}): CheckEvent => ({
    kind: 'check',
    text: '',
    virtualServer: both,
    realServer: rs(12),
    check,
    passed: failure === undefined,
    turned: true,
    ...(failure && { failure }),
    wasAlive: failure !== undefined,
    alive: failure === undefined,
    ...more,
  });
  const bodies = (event: CheckEvent, settings: Partial<NoticeSettings> = {}): readonly (string | undefined)[] =>
    noticesFor(event, { ...everything, ...settings }).map(({ mail }) => mail?.body);

  test.each<readonly [AnyCheck, FailureReason, string, string]>([
    [tcp(), 'refused', 'TCP CHECK failed on service', 'TCP CHECK succeed on service'],
    [http(), 'status', 'CHECK failed on service : HTTP request failed', 'CHECK succeed on service'],
    [http({ kind: 'SSL_GET' }), 'tls', 'CHECK failed on service : HTTP request failed', 'CHECK succeed on service'],
    [misc(['/x']), 'script', 'MISC CHECK failed on service', 'MISC CHECK succeeded on service'],
    [misc(['/x']), 'script-timeout', 'MISC CHECK timed out on service', 'MISC CHECK succeeded on service'],
    [udp(), 'refused', 'UDP CHECK failed on service', 'UDP CHECK succeed on service'],
    [ping(), 'unreachable', 'ICMP CHECK failed on service', 'ICMP CHECK succeed on service'],
    [dns(), 'reply', 'DNS_CHECK: failed on service', 'DNS_CHECK: succeed on service'],
    [
      { kind: 'BFD_CHECK', name: 'B1', alpha: false, at },
      'session',
      'BFD CHECK B1 failed on service',
      'BFD CHECK B1 succeeded on service',
    ],
    [
      smtp({ connectIp: ip('127.0.0.4'), connectPort: 25 }),
      'greeting',
      'CHECK failed on service : Bad greeting banner from server [127.0.0.4]:25',
      'CHECK succeed on service',
    ],
    [
      smtp({ connectIp: ip('127.0.0.4'), connectPort: 25 }),
      'refused',
      'CHECK failed on service : Could not connect to server [127.0.0.4]:25',
      'CHECK succeed on service',
    ],
  ])('has words of its own (case %#)', (check, failure, down, up) => {
    expect(bodies(told(check, failure))).toEqual([down]);
    expect(bodies(told(check, undefined))).toEqual([up]);
  });

  test('of a tracked file sends no mail', () => {
    expect(bodies(told(file(), 'file'))).toEqual([]);
  });

  test('that passes beside one that fails leaves the server down, and the subject says so', () => {
    expect(heard([told(tcp(), undefined, { wasAlive: false, alive: false })])).toEqual([
      `Realserver [192.168.33.12]:tcp:80 of virtual server ${name} - DOWN: TCP CHECK succeed on service`,
    ]);
  });

  test('with no_checker_emails is worth a mail only when it turned its server', () => {
    const quiet = { noCheckerEmails: true };
    expect(bodies(told(tcp(), 'refused'), quiet)).toHaveLength(1);
    expect(bodies(told(tcp(), 'refused', { wasAlive: false }), quiet)).toEqual([]);
    expect(bodies(told(misc(['/x']), undefined, { turned: false, wasAlive: true }), quiet)).toEqual([]);
  });

  test('that confirms its first verdict is worth one only of a script', () => {
    expect(bodies(told(tcp(), 'refused', { turned: false, wasAlive: false }))).toEqual([]);
    expect(bodies(told(misc(['/x']), undefined, { turned: false, wasAlive: true }))).toEqual([
      'MISC CHECK succeeded on service',
    ]);
  });

  test.each<readonly [Partial<RealServer>, boolean | undefined, number]>([
    [{}, undefined, 1],
    [{}, true, 1],
    [{}, false, 0],
    [{ smtpAlert: true }, false, 1],
    [{ smtpAlert: false }, true, 0],
  ])('asks the real server, then the defaults, and is on (case %#)', (more, smtpAlert, mails) => {
    const { smtpAlert: _, ...rest } = everything;
    const settings = { ...rest, ...(smtpAlert === undefined ? {} : { smtpAlert }) };
    expect(noticesFor(told(tcp(), 'refused', { realServer: rs(12, more) }), settings)).toHaveLength(mails);
  });

  test('is of no interest to pipes, nor anything to those who have none', () => {
    expect(noticesFor(told(tcp(), 'refused'), { ...everything, mails: false })).toEqual([]);
    expect(heard(begin(both).events, { pipes: false, mails: false })).toEqual([]);
  });
});
