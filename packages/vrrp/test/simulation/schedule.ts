// What happens to three virtual routers in a few minutes, and the promise that must hold whenever things have been quiet.
import fc from 'fast-check';
import { type Settings, World } from './world.ts';

/** After the last disturbance everything has settled within this: preemption in two steps, each after its delay. */
const SETTLING = 30_000;
/** How long quiet is watched before the next disturbance, at least. */
const QUIET = 8000;
const who = fc.integer({ min: 0, max: 2 });
const duration = fc.integer({ min: 1, max: 15_000 });

const settings = fc.record({
  // Neighbours often have the same priority.
  priority: fc.oneof(fc.constantFrom(1, 100, 150, 254), fc.integer({ min: 1, max: 254 })),
  nopreempt: fc.boolean(),
  preemptDelay: fc.constantFrom(0, 0, 3000),
});

const disturbance = fc.oneof(
  fc.record({ kind: fc.constant('split' as const), parts: fc.tuple(who, who, who) }),
  fc.record({ kind: fc.constant('crash' as const), who, back: fc.option(duration, { nil: undefined }) }),
  fc.record({ kind: fc.constant('stop' as const), who, back: fc.option(duration, { nil: undefined }) }),
  fc.record({ kind: fc.constant('link' as const), who, back: fc.option(duration, { nil: undefined }) }),
  fc.record({ kind: fc.constant('stall' as const), who, duration }),
  fc.record({ kind: fc.constant('jump' as const), who, duration }),
  fc.record({ kind: fc.constant('reload' as const), who, settings }),
  fc.record({
    kind: fc.constant('storm' as const),
    loss: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    delay: fc.integer({ min: 0, max: 3000 }),
    duration,
  }),
);
type Disturbance = typeof disturbance extends fc.Arbitrary<infer T> ? T : never;

export const schedules = fc.record({
  version: fc.constantFrom<2 | 3>(2, 3),
  /** Of version 3, where each may have its own. */
  intervals: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(100, 300, 1000))),
  routers: fc.tuple(settings, settings, settings),
  starts: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 9000 }))),
  /** `pause`: since the last one began; long ones are followed by a quiet time. */
  events: fc.array(fc.record({ pause: fc.integer({ min: 0, max: 60_000 }), what: disturbance }), { maxLength: 6 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});
export type Schedule = typeof schedules extends fc.Arbitrary<infer T> ? T : never;

/** Throws when, in a quiet time, a part of the network has not exactly one master, or mastership moves. Simulated ms. */
export const play = ({ version, intervals, routers, starts, events, seed }: Schedule): number => {
  const world = new World(
    routers.map((one: Settings, i) => ({
      ...one,
      version,
      advertInterval: version === 3 ? (intervals[i] ?? 1000) : 1000,
    })),
    randomFrom(seed),
  );
  const { clock } = world;
  const begin = clock.now();
  let quietFrom = begin + 9000 + SETTLING;
  let quietUntil = Number.POSITIVE_INFINITY;
  const fail = (what: string): never => {
    const roles = world.routers.map(
      ({ state, part, present }) => `${state.role}${present ? '' : ' (absent)'} in ${part}`,
    );
    throw new Error(`${clock.now() - begin} ms: ${what}; ${roles.join(', ')}`);
  };
  world.onChange = (router, from) => {
    if (clock.now() >= quietFrom && clock.now() < quietUntil)
      fail(`${router.address} went from ${from} to ${router.state.role} in a quiet time`);
  };
  world.routers.forEach((router, i) => {
    clock.at(begin + (starts[i] ?? 0), () => router.start());
  });
  /** Runs until `end`, and looks at the quiet part of it. */
  const runUntil = (end: number): void => {
    quietUntil = end;
    if (quietFrom < end) {
      clock.advance(Math.max(0, quietFrom - clock.now()));
      check();
    }
    clock.advance(Math.max(0, end - clock.now()));
    if (quietFrom < end) check();
  };
  const check = (): void => {
    const wrong = world.wrong();
    if (wrong !== undefined) fail(wrong);
  };
  let at = begin + 9000;
  for (const { pause, what } of events) {
    at = Math.max(at + pause, clock.now());
    runUntil(at);
    const ends = disturb(world, what);
    quietFrom = Math.max(quietFrom, ends + SETTLING);
  }
  runUntil(quietFrom + QUIET);
  return clock.now() - begin;
};

/** Does it now, and arranges for its end; returns when that is. */
const disturb = (world: World, what: Disturbance): number => {
  const { clock, routers } = world;
  const now = clock.now();
  const router = 'who' in what ? routers[what.who] : undefined;
  const after = (ms: number | undefined, fn: () => void): number => {
    if (ms === undefined) return now;
    clock.at(now + ms, fn);
    return now + ms;
  };
  switch (what.kind) {
    case 'split':
      routers.forEach((one, i) => {
        one.part = what.parts[i] ?? 0;
      });
      return now;
    case 'crash':
      router?.crash();
      return after(what.back, () => router?.start());
    case 'stop':
      router?.stop();
      return after(what.back, () => router?.start());
    case 'link':
      router?.setLink(false);
      return after(what.back, () => router?.setLink(true));
    case 'stall':
      router?.stall();
      return after(what.duration, () => router?.wake());
    case 'jump':
      router?.jump(what.duration);
      return now;
    case 'reload':
      router?.reload(what.settings);
      return now;
    case 'storm':
      world.weather = what;
      return after(what.duration, () => world.clearUp());
  }
};

/** Numbers from 0 to 1 (mulberry32): the same for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};
