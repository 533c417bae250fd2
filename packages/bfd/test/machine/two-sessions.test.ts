// Two sessions on a wire under a virtual clock, with loss, delay and reordering: up when packets pass, down in time when not.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import fc from 'fast-check';
import type { Event, SessionConfig, TimerName } from '../../src/index.ts';
import { decodePacket, detectionTime, encodePacket, newSession, SESSION_STATES, step } from '../../src/index.ts';
import { config } from './make.ts';

/** What the wire does to each packet: undefined loses it, a number delays it by so many ms. */
type Wire = () => number | undefined;

class End {
  session;
  peer: End | undefined;
  wire: Wire = () => 0;
  reports: boolean[] = [];
  readonly #clock: FakeClock;
  readonly #random: () => number;
  readonly #timers = new Map<TimerName, () => void>();

  constructor(clock: FakeClock, random: () => number, discriminator: number, change: Partial<SessionConfig>) {
    this.#clock = clock;
    this.#random = random;
    this.session = newSession(config(change), discriminator);
  }

  handle(event: Event): void {
    const { session, effects } = step(this.session, event, this.#clock.now(), this.#random());
    this.session = session;
    for (const effect of effects) {
      if (effect.kind === 'send') this.#send(encodePacket(effect.packet));
      if (effect.kind === 'set-timer') this.#arm(effect.timer, effect.at);
      if (effect.kind === 'cancel-timer') this.#timers.get(effect.timer)?.();
      if (effect.kind === 'report') this.reports.push(effect.up);
    }
  }

  #send(bytes: Uint8Array): void {
    const delay = this.wire();
    const { peer } = this;
    if (delay === undefined || peer === undefined) return;
    this.#clock.at(this.#clock.now() + delay, () => {
      const decoded = decodePacket(bytes);
      if (!('packet' in decoded)) throw new Error('what we send is refused');
      // Nobody listens before the start.
      if (peer.reports.length === 0) return;
      const { yourDiscriminator } = decoded.packet;
      if (yourDiscriminator === 0 || yourDiscriminator === peer.session.discriminator)
        peer.handle({ kind: 'packet', packet: decoded.packet });
    });
  }

  #arm(timer: TimerName, at: number): void {
    this.#timers.get(timer)?.();
    this.#timers.set(
      timer,
      this.#clock.at(at, () => this.handle({ kind: 'timer', timer })),
    );
  }
}

/** Park and Miller: the same numbers for the same seed, everywhere. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 48271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
};

const settings = fc.record({
  minTx: fc.constantFrom(10, 50, 100, 300, 2000),
  minRx: fc.constantFrom(10, 50, 100, 300, 2000),
  multiplier: fc.integer({ min: 3, max: 10 }),
  idleTx: fc.constantFrom(1000, 1500),
});

const scenario = fc.record({
  ours: settings,
  theirs: settings,
  passive: fc.boolean(),
  seed: fc.integer({ min: 1, max: 0x7ffffffe }),
  /** Of the smaller of the two intervals: packets overtake each other. */
  delay: fc.double({ min: 0, max: 1.5, noNaN: true }),
  loss: fc.double({ min: 0, max: 0.2, noNaN: true }),
});

const runs = 100;

test('both come up when packets pass, and stay up', () => {
  fc.assert(
    fc.property(scenario, ({ ours, theirs, passive, seed, delay }) => {
      const clock = new FakeClock();
      const random = randomFrom(seed);
      const a = new End(clock, random, 1, ours);
      const b = new End(clock, random, 2, { ...theirs, passive });
      [a.peer, b.peer] = [b, a];
      const fastest = Math.min(ours.minTx, theirs.minTx);
      a.wire = b.wire = () => random() * delay * fastest;
      a.handle({ kind: 'start' });
      b.handle({ kind: 'start' });
      clock.advance(10_000);
      expect([a.session.state, b.session.state]).toEqual(['Up', 'Up']);
      expect([a.session.poll, b.session.poll]).toEqual(['none', 'none']);
      const told = [a.reports.length, b.reports.length];
      clock.advance(20_000);
      expect([a.reports.length, b.reports.length]).toEqual(told);
    }),
    { numRuns: runs, seed: 5880 },
  );
});

test('both are down within their detection time when nothing passes any more, and come back when it does', () => {
  fc.assert(
    fc.property(scenario, ({ ours, theirs, seed, delay, loss }) => {
      const clock = new FakeClock();
      const random = randomFrom(seed);
      const a = new End(clock, random, 1, ours);
      const b = new End(clock, random, 2, theirs);
      [a.peer, b.peer] = [b, a];
      const slowest = Math.min(ours.minTx, theirs.minTx) * delay;
      const lossy: Wire = () => (random() < loss ? undefined : random() * slowest);
      a.wire = b.wire = lossy;
      a.handle({ kind: 'start' });
      b.handle({ kind: 'start' });
      clock.advance(20_000);
      const longest = Math.max(detectionTime(a.session), detectionTime(b.session));
      a.wire = b.wire = () => undefined;
      // What is on the way still arrives.
      clock.advance(slowest + longest + 1);
      expect([a.session.state, b.session.state]).toEqual(['Down', 'Down']);
      expect([a.reports.at(-1), b.reports.at(-1)]).toEqual([false, false]);
      a.wire = b.wire = () => random() * slowest;
      clock.advance(20_000);
      expect([a.session.state, b.session.state]).toEqual(['Up', 'Up']);
    }),
    { numRuns: runs, seed: 5880 },
  );
});

test('on a wire that keeps the order each is told of Up once', () => {
  fc.assert(
    fc.property(scenario, ({ ours, theirs, passive, seed, delay }) => {
      const clock = new FakeClock();
      const random = randomFrom(seed);
      const a = new End(clock, random, 1, ours);
      const b = new End(clock, random, 2, { ...theirs, passive });
      [a.peer, b.peer] = [b, a];
      a.wire = b.wire = () => delay * 10;
      a.handle({ kind: 'start' });
      clock.advance(delay * 700);
      b.handle({ kind: 'start' });
      clock.advance(10_000);
      expect([a.reports, b.reports]).toEqual([
        [false, true],
        [false, true],
      ]);
    }),
    { numRuns: runs, seed: 5880 },
  );
});

test('a cut in one direction alone is noticed by both', () => {
  const clock = new FakeClock();
  const random = randomFrom(7);
  const a = new End(clock, random, 1, {});
  const b = new End(clock, random, 2, {});
  [a.peer, b.peer] = [b, a];
  a.handle({ kind: 'start' });
  b.handle({ kind: 'start' });
  clock.advance(5000);
  a.wire = () => undefined;
  clock.advance(501);
  expect(b.session).toMatchObject({ state: 'Down', diagnostic: 1 });
  expect(a.session).toMatchObject({ state: 'Down', diagnostic: 3 });
});

test('new intervals are agreed on without a moment of being down, whatever they are', () => {
  fc.assert(
    fc.property(scenario, settings, settings, ({ ours, theirs, seed }, next, last) => {
      const clock = new FakeClock();
      const random = randomFrom(seed);
      const a = new End(clock, random, 1, ours);
      const b = new End(clock, random, 2, theirs);
      [a.peer, b.peer] = [b, a];
      a.wire = b.wire = () => random() * 2;
      a.handle({ kind: 'start' });
      b.handle({ kind: 'start' });
      clock.advance(10_000);
      const told = [a.reports.length, b.reports.length];
      a.handle({ kind: 'config', config: config(next) });
      clock.advance(5);
      b.handle({ kind: 'config', config: config(last) });
      clock.advance(20_000);
      expect([a.session.state, b.session.state]).toEqual(['Up', 'Up']);
      expect([a.reports.length, b.reports.length]).toEqual(told);
      expect([a.session.poll, b.session.poll]).toEqual(['none', 'none']);
    }),
    { numRuns: runs, seed: 5880 },
  );
});

test('hostile packets move a session only as the table allows, and leave its timers sound', () => {
  const hostile = fc.record({
    state: fc.constantFrom(...SESSION_STATES),
    poll: fc.boolean(),
    demand: fc.boolean(),
    desiredMinTx: fc.integer({ min: 0, max: 0xffffffff }),
    requiredMinRx: fc.integer({ min: 0, max: 0xffffffff }),
    detectMultiplier: fc.integer({ min: 1, max: 255 }),
    myDiscriminator: fc.integer({ min: 1, max: 0xffffffff }),
    wait: fc.constantFrom(0, 1, 100, 5000),
  });
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 60 }), (packets) => {
      const clock = new FakeClock();
      const end = new End(clock, randomFrom(3), 1, {});
      end.handle({ kind: 'start' });
      for (const { wait, ...said } of packets) {
        const before = end.session.state;
        const packet = {
          ...said,
          final: !said.poll,
          diagnostic: 0,
          controlPlaneIndependent: false,
          yourDiscriminator: 1,
          requiredMinEchoRx: 0,
        };
        end.handle({ kind: 'packet', packet });
        if (before === 'Down' && said.state === 'Up') expect(end.session.state).toBe('Down');
        for (const at of [end.session.nextTxAt, end.session.detectAt])
          if (at !== undefined) expect(Number.isFinite(at)).toBe(true);
        clock.advance(wait);
      }
      // An end is told of once; what was ended on purpose may be told of as up again.
      for (const [i, up] of end.reports.entries()) if (i > 0 && !up) expect(end.reports[i - 1]).toBe(true);
    }),
    { numRuns: 2000, seed: 5880 },
  );
});
