// Every cell of state x what the neighbour says, and of state x event, with the sections of RFC 5880.
import { describe, expect, test } from '@jest/globals';
import type { SessionState } from '../../src/index.ts';
import {
  ADMINISTRATIVELY_DOWN,
  DETECTION_TIME_EXPIRED,
  NEIGHBOR_SIGNALED_DOWN,
  newSession,
  step,
} from '../../src/index.ts';
import { config, lines, OURS, reports, run, sent, sessionIn, THEIRS, theirs } from './make.ts';

const states: readonly SessionState[] = ['AdminDown', 'Down', 'Init', 'Up'];

describe('what the neighbour says (sections 6.2 and 6.8.6)', () => {
  // Rows: ours. Columns: theirs, in the order of `states`. With the diagnostic where it changes.
  const table: Record<SessionState, readonly (readonly [SessionState, number])[]> = {
    AdminDown: [
      ['AdminDown', ADMINISTRATIVELY_DOWN],
      ['AdminDown', ADMINISTRATIVELY_DOWN],
      ['AdminDown', ADMINISTRATIVELY_DOWN],
      ['AdminDown', ADMINISTRATIVELY_DOWN],
    ],
    Down: [
      ['Down', 0],
      ['Init', 0],
      ['Up', 0],
      ['Down', 0],
    ],
    Init: [
      ['Down', NEIGHBOR_SIGNALED_DOWN],
      ['Init', 0],
      ['Up', 0],
      ['Up', 0],
    ],
    Up: [
      ['Down', NEIGHBOR_SIGNALED_DOWN],
      ['Down', NEIGHBOR_SIGNALED_DOWN],
      ['Up', 0],
      ['Up', 0],
    ],
  };
  const cells = states.flatMap((ours) =>
    states.map((their, column) => [ours, their, ...(table[ours][column] ?? (['Down', 0] as const))] as const),
  );

  test.each(cells)('%s hears %s: %s, diagnostic %d', (ours, their, next, diagnostic) => {
    const before = sessionIn(ours);
    const { session, effects } = step(before, theirs(their), 1500, 0);
    expect(session.state).toBe(next);
    expect(session.diagnostic).toBe(diagnostic);
    // Who listens is told of Up and of no longer Up, but not of an end on purpose (RFC 5882 section 3.2).
    const told = (ours === 'Up') !== (next === 'Up') && !(ours === 'Up' && their === 'AdminDown');
    expect(reports(effects)).toEqual(told ? [next === 'Up'] : []);
    // Section 6.8.7: a change is said at once, with the state in it.
    expect(sent(effects).map(({ state }) => state)).toEqual(ours === next ? [] : [next]);
    if (ours !== 'AdminDown')
      expect(session.remote).toMatchObject({ state: their, discriminator: THEIRS, multiplier: 5 });
  });

  test('an end that the neighbour signals is logged as keepalived does', () => {
    expect(lines(step(sessionIn('Up'), theirs('Down'), 1500, 0).effects).at(-1)).toBe(
      '(B1) Entering Down state (Local diagnostic - Neighbor Signaled Session Down, Remote diagnostic - No Diagnostic)',
    );
  });
});

describe('silence (section 6.8.4)', () => {
  const expire = (state: SessionState) => {
    const before = sessionIn(state);
    return step(before, { kind: 'timer', timer: 'detect' }, before.detectAt ?? 0, 0);
  };

  test.each(['Init', 'Up'] as const)('of the detection time ends %s, and the neighbour is forgotten', (state) => {
    const { session, effects } = expire(state);
    expect(session).toMatchObject({ state: 'Down', diagnostic: DETECTION_TIME_EXPIRED });
    expect(session.remote).toMatchObject({ discriminator: 0, state: 'Down', minRx: 0.001 });
    expect(session.detectAt).toBeUndefined();
    expect(reports(effects)).toEqual(state === 'Up' ? [false] : []);
    expect(sent(effects)).toEqual([
      expect.objectContaining({
        state: 'Down',
        diagnostic: 1,
        yourDiscriminator: 0,
        desiredMinTx: 1_000_000,
        poll: false,
      }),
    ]);
  });

  test('while Down only makes the neighbour a stranger again (section 6.8.1)', () => {
    const before = step(sessionIn('Down'), theirs('Up'), 1000, 0).session;
    expect(before.remote.discriminator).toBe(THEIRS);
    const { session, effects } = step(before, { kind: 'timer', timer: 'detect' }, 9000, 0);
    expect(session.remote.discriminator).toBe(0);
    expect([session.state, sent(effects), reports(effects)]).toEqual(['Down', [], []]);
  });

  test('that is not over yet changes nothing and is waited for', () => {
    const before = sessionIn('Up');
    const at = before.detectAt ?? 0;
    const { session, effects } = step(before, { kind: 'timer', timer: 'detect' }, at - 1, 0);
    expect(session).toEqual(before);
    expect(effects).toEqual([{ kind: 'set-timer', timer: 'detect', at }]);
  });

  test('is told with how late it was noticed', () => {
    const before = sessionIn('Up');
    const { effects } = step(before, { kind: 'timer', timer: 'detect' }, (before.detectAt ?? 0) + 0.141, 0);
    expect(lines(effects)).toEqual([
      '(B1) Expired after 500 ms (141 usec overdue)',
      '(B1) Entering Down state (Local diagnostic - Control Detection Time Expired, Remote diagnostic - No Diagnostic)',
    ]);
  });
});

describe('the start', () => {
  test('reports Down, and says so at once to a neighbour nobody has heard of', () => {
    const { session, effects } = step(newSession(config(), OURS), { kind: 'start' }, 1000, 0);
    expect(session.state).toBe('Down');
    expect(reports(effects)).toEqual([false]);
    expect(sent(effects)).toEqual([
      {
        diagnostic: 0,
        state: 'Down',
        poll: false,
        final: false,
        controlPlaneIndependent: false,
        demand: false,
        detectMultiplier: 5,
        myDiscriminator: OURS,
        yourDiscriminator: 0,
        desiredMinTx: 1_000_000,
        requiredMinRx: 100_000,
        requiredMinEchoRx: 0,
      },
    ]);
  });

  test('of a passive session is silent until the neighbour has spoken (section 6.1)', () => {
    const started = step(newSession(config({ passive: true }), OURS), { kind: 'start' }, 1000, 0);
    expect(sent(started.effects)).toEqual([]);
    expect(started.session.nextTxAt).toBeUndefined();
    const heard = step(started.session, theirs('Down'), 2000, 0);
    expect(sent(heard.effects).map(({ state }) => state)).toEqual(['Init']);
    expect(heard.session.nextTxAt).toBe(2750);
  });

  test('of a passive session that lost its neighbour is silent again', () => {
    const before = sessionIn('Up', { passive: true });
    const { session, effects } = step(before, { kind: 'timer', timer: 'detect' }, 9000, 0);
    expect([session.state, sent(effects), session.nextTxAt]).toEqual(['Down', [], undefined]);
    expect(effects).toContainEqual({ kind: 'cancel-timer', timer: 'transmit' });
  });
});

describe('the end (section 6.8.16)', () => {
  test.each(['Down', 'Init', 'Up'] as const)(
    'of a session in %s is AdminDown, said once, and nothing is reported',
    (state) => {
      const { session, effects } = step(sessionIn(state), { kind: 'stop' }, 2000, 0);
      expect(session).toMatchObject({ state: 'AdminDown', diagnostic: ADMINISTRATIVELY_DOWN });
      expect(sent(effects)).toEqual([expect.objectContaining({ state: 'AdminDown', diagnostic: 7, poll: false })]);
      expect(reports(effects)).toEqual([]);
      expect(session.nextTxAt).toBeUndefined();
      expect(session.detectAt).toBeUndefined();
    },
  );

  test('of a passive session without a neighbour is silent', () => {
    const before = run(newSession(config({ passive: true }), OURS), [{ kind: 'start' }]).session;
    expect(sent(step(before, { kind: 'stop' }, 2000, 0).effects)).toEqual([]);
  });

  test('comes once', () => {
    const over = sessionIn('AdminDown');
    for (const event of [
      { kind: 'stop' },
      { kind: 'timer', timer: 'transmit' },
      { kind: 'timer', timer: 'detect' },
      theirs('Up', { poll: true }),
    ] as const)
      expect(step(over, event, 9000, 0)).toEqual({ session: over, effects: [] });
  });
});
