// How often a session speaks, how long it believes silence, and how both change: Poll Sequences and jitter.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { detectionTime, resumedSession, step, transmitInterval, withJitter } from '../../src/index.ts';
import { config, lines, OURS, reports, sent, sessionIn, THEIRS, theirs } from './make.ts';

describe('jitter (section 6.8.7)', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('shortens an interval by at most a quarter and never lengthens it', () => {
    fc.assert(
      fc.property(random, fc.integer({ min: 2, max: 255 }), (drawn, multiplier) => {
        const wait = withJitter(1000, multiplier, drawn);
        expect(wait).toBeGreaterThanOrEqual(750);
        expect(wait).toBeLessThanOrEqual(1000);
      }),
    );
  });

  test('leaves a multiplier of 1 at most nine tenths', () => {
    fc.assert(
      fc.property(random, (drawn) => {
        expect(withJitter(1000, 1, drawn)).toBeGreaterThanOrEqual(750);
        expect(withJitter(1000, 1, drawn)).toBeLessThanOrEqual(900);
      }),
    );
  });

  test('is drawn anew for every packet', () => {
    const before = sessionIn('Up');
    const due = before.nextTxAt ?? 0;
    const waits = [0, 0.5, 0.99].map(
      (drawn) => (step(before, { kind: 'timer', timer: 'transmit' }, due, drawn).session.nextTxAt ?? 0) - due,
    );
    expect(waits).toEqual([75, 87.5, 99.75]);
  });
});

describe('the rate', () => {
  test('is the slower of what we want and what the neighbour takes (section 6.8.2)', () => {
    expect(transmitInterval(sessionIn('Up'))).toBe(100);
    const slow = step(sessionIn('Up'), theirs('Up', { requiredMinRx: 300_000 }), 1500, 0).session;
    expect(transmitInterval(slow)).toBe(300);
    expect(transmitInterval(sessionIn('Init'))).toBe(1000);
    expect(transmitInterval(sessionIn('Down', { idleTx: 3000 }))).toBe(3000);
  });

  test('of a faster neighbour counts at once: the next packet follows the last one by the new interval', () => {
    const slow = step(sessionIn('Up'), theirs('Up', { requiredMinRx: 2_000_000 }), 1000, 0).session;
    expect(slow.nextTxAt).toBe(2500);
    expect(step(slow, theirs('Up'), 1010, 0).session.nextTxAt).toBe(1075);
    expect(step(slow, theirs('Up'), 1300, 0).session.nextTxAt).toBe(1300);
  });

  test('does not suffer from timers that fire late', () => {
    const before = sessionIn('Up');
    const due = before.nextTxAt ?? 0;
    expect(step(before, { kind: 'timer', timer: 'transmit' }, due + 0.9, 0).session.nextTxAt).toBe(due + 75);
    // After a long stall there is one packet, and not one for each that was missed.
    expect(step(before, { kind: 'timer', timer: 'transmit' }, due + 5000, 0).session.nextTxAt).toBe(due + 5075);
  });

  test('is silence for a neighbour that takes no periodic packets, while its polls are answered', () => {
    const mute = step(sessionIn('Up'), theirs('Up', { requiredMinRx: 0 }), 1500, 0);
    expect(mute.session.nextTxAt).toBeUndefined();
    expect(mute.effects).toContainEqual({ kind: 'cancel-timer', timer: 'transmit' });
    const polled = step(mute.session, theirs('Up', { requiredMinRx: 0, poll: true }), 1600, 0);
    expect(sent(polled.effects)).toEqual([expect.objectContaining({ final: true, poll: false })]);
  });

  test('is silence towards demand mode once both are up and nothing is polled (section 6.6)', () => {
    const mute = step(sessionIn('Up'), theirs('Up', { demand: true }), 1500, 0).session;
    expect(transmitInterval(mute)).toBeUndefined();
    const polling = step(mute, { kind: 'config', config: config({ minRx: 50 }) }, 1600, 0);
    expect(sent(polling.effects)).toEqual([expect.objectContaining({ poll: true, requiredMinRx: 50_000 })]);
    const done = step(polling.session, theirs('Up', { demand: true, final: true }), 1700, 0);
    expect(done.session.nextTxAt).toBeUndefined();
  });
});

describe('the detection time (section 6.8.4)', () => {
  test.each([
    [100_000, 3, 100, 300],
    [500_000, 3, 100, 1500],
    [50_000, 10, 200, 2000],
    [10_000, 1, 10, 10],
  ])(
    'of packets each %d us, multiplier %d, with %d ms wanted here, is %d ms',
    (desiredMinTx, multiplier, minRx, time) => {
      const up = sessionIn('Up', { minRx });
      const { session } = step(up, theirs('Up', { desiredMinTx, detectMultiplier: multiplier }), 2000, 0);
      expect(detectionTime(session)).toBe(time);
      expect(session.detectAt).toBe(2000 + time);
    },
  );

  test('begins anew with every packet', () => {
    const first = step(sessionIn('Up'), theirs('Up'), 1000, 0).session;
    const second = step(first, theirs('Up'), 1090, 0);
    expect(second.effects).toEqual([{ kind: 'set-timer', timer: 'detect', at: 1590 }]);
  });

  test('is logged with the parameters, in keepalived’s table, when it changes', () => {
    const { effects } = step(sessionIn('Up', { minRx: 300 }), theirs('Up', { requiredMinRx: 200_000 }), 1500, 0);
    expect(lines(effects)).toEqual([
      '(B1) ---------------< Session parameters >--------------',
      '              min_tx  min_rx  tx_intv  mult  detect_time',
      '     local    100000  300000   200000     5      1500000',
      '     remote   100000  200000   300000     5      1000000',
    ]);
    const later = step(sessionIn('Up'), theirs('Up', { detectMultiplier: 3 }), 1500, 0);
    expect(lines(later.effects)).toContain('     Detection time is 300000 us (was 500000 us)');
  });
});

describe('a Poll Sequence (sections 6.5 and 6.8.3)', () => {
  test('tells the neighbour of the fast rate as the session comes up, until it is answered', () => {
    const up = step(sessionIn('Init'), theirs('Up'), 2000, 0);
    expect(lines(up.effects).slice(-2)).toEqual(['(B1) Entering Up state', '(B1) Starting poll sequence']);
    expect(sent(up.effects)).toEqual([expect.objectContaining({ poll: true, desiredMinTx: 100_000 })]);
    const again = step(up.session, { kind: 'timer', timer: 'transmit' }, up.session.nextTxAt ?? 0, 0);
    expect(sent(again.effects)).toEqual([expect.objectContaining({ poll: true })]);
    const answered = step(again.session, theirs('Up', { final: true }), 2200, 0);
    const after = step(answered.session, { kind: 'timer', timer: 'transmit' }, answered.session.nextTxAt ?? 0, 0);
    expect(sent(after.effects)).toEqual([expect.objectContaining({ poll: false, final: false })]);
  });

  test('of the neighbour is answered at once, with Final and without Poll, also while we poll ourselves', () => {
    const polling = step(sessionIn('Init'), theirs('Up', { poll: true }), 2000, 0);
    expect(sent(polling.effects)).toEqual([
      expect.objectContaining({ state: 'Up', final: true, poll: false, desiredMinTx: 100_000 }),
    ]);
    const next = step(polling.session, { kind: 'timer', timer: 'transmit' }, polling.session.nextTxAt ?? 0, 0);
    expect(sent(next.effects)).toEqual([expect.objectContaining({ poll: true, final: false })]);
    expect(sent(step(sessionIn('Down'), theirs('Down', { poll: true }), 2000, 0).effects)).toEqual([
      expect.objectContaining({ state: 'Init', final: true }),
    ]);
  });

  test('must end before a slower rate is used', () => {
    const polling = step(sessionIn('Up'), { kind: 'config', config: config({ minTx: 400 }) }, 2000, 0);
    expect(sent(polling.effects)).toEqual([expect.objectContaining({ poll: true, desiredMinTx: 400_000 })]);
    expect(transmitInterval(polling.session)).toBe(100);
    const done = step(polling.session, theirs('Up', { final: true }), 2100, 0).session;
    expect(transmitInterval(done)).toBe(400);
  });

  test('must end before a shorter silence is believed', () => {
    const polling = step(sessionIn('Up', { minRx: 300 }), { kind: 'config', config: config({ minRx: 100 }) }, 2000, 0);
    expect(detectionTime(polling.session)).toBe(1500);
    const done = step(polling.session, theirs('Up', { final: true }), 2100, 0).session;
    expect(detectionTime(done)).toBe(500);
    expect(done.detectAt).toBe(2600);
  });

  test('is not waited for with a faster rate and a longer detection time', () => {
    const polling = step(sessionIn('Up'), { kind: 'config', config: config({ minTx: 50, minRx: 200 }) }, 1200, 0);
    expect(transmitInterval({ ...polling.session, remote: { ...polling.session.remote, minRx: 10 } })).toBe(50);
    expect(polling.session.detectAt).toBe(2000);
  });

  test('is followed by another when values change meanwhile, since the answer may be to the old ones', () => {
    const first = step(sessionIn('Up'), { kind: 'config', config: config({ minTx: 400 }) }, 2000, 0).session;
    const second = step(first, { kind: 'config', config: config({ minTx: 800 }) }, 2010, 0).session;
    const early = step(second, theirs('Up', { final: true }), 2020, 0).session;
    expect([early.poll, transmitInterval(early)]).toEqual(['active', 100]);
    const done = step(early, theirs('Up', { final: true }), 2030, 0).session;
    expect([done.poll, transmitInterval(done)]).toEqual(['none', 800]);
  });

  test('is not begun for a multiplier, which is said at once all the same (section 6.8.12)', () => {
    const { session, effects } = step(sessionIn('Up'), { kind: 'config', config: config({ multiplier: 9 }) }, 2000, 0);
    expect(session.poll).toBe('none');
    expect(sent(effects)).toEqual([expect.objectContaining({ poll: false, detectMultiplier: 9 })]);
  });

  test('is not begun while the session is not up, nor by a reload that changes nothing', () => {
    const down = step(sessionIn('Down'), { kind: 'config', config: config({ minRx: 50 }) }, 2000, 0);
    expect(sent(down.effects)).toEqual([expect.objectContaining({ poll: false, requiredMinRx: 50_000 })]);
    const up = sessionIn('Up');
    expect(step(up, { kind: 'config', config: config() }, 2000, 0).effects).toEqual([]);
  });

  test('ends with the session', () => {
    const polling = step(sessionIn('Up'), { kind: 'config', config: config({ minTx: 400 }) }, 2000, 0).session;
    const down = step(polling, theirs('Down'), 2100, 0);
    expect(sent(down.effects)).toEqual([
      expect.objectContaining({ poll: false, state: 'Down', desiredMinTx: 1_000_000 }),
    ]);
  });
});

describe('a session that goes on after a restart', () => {
  const before = sessionIn('Up');
  const resumed = resumedSession(config(), { discriminator: OURS, remote: before.remote });

  test('is up at once, keeps its discriminator, and asks the neighbour to confirm', () => {
    const { session, effects } = step(resumed, { kind: 'start' }, 5000, 0);
    expect(reports(effects)).toEqual([true]);
    expect(sent(effects)).toEqual([
      expect.objectContaining({ state: 'Up', poll: true, myDiscriminator: OURS, yourDiscriminator: THEIRS }),
    ]);
    expect(session.detectAt).toBe(5500);
  });

  test('ends when the neighbour has noticed, or is not there', () => {
    const { session } = step(resumed, { kind: 'start' }, 5000, 0);
    expect(step(session, theirs('Down'), 5010, 0).session.state).toBe('Down');
    expect(step(session, { kind: 'timer', timer: 'detect' }, 5500, 0).session.state).toBe('Down');
    expect(step(session, theirs('Up', { final: true }), 5010, 0).session).toMatchObject({ state: 'Up', poll: 'none' });
  });
});
