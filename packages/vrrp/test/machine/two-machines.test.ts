// Two virtual routers on a wire that loses nothing: in the end there is exactly one master.
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import fc from 'fast-check';
import type { Event, MachineConfig, State, TimerName } from '../../src/index.ts';
import { initialState, step } from '../../src/index.ts';
import { ip } from '../advert/golden.ts';
import { advert, advert3, config } from './make.ts';

/** Performs effects on a virtual wire, where an advert takes `delay` ms. */
class Router {
  state: State;
  peers: readonly Router[] = [];
  readonly #timers = new Map<TimerName, () => void>();
  readonly #clock: FakeClock;
  readonly #address: string;
  readonly #delay: number;
  readonly addresses = new Set<string>();

  constructor(clock: FakeClock, address: string, delay: number, change: Partial<MachineConfig>) {
    this.#clock = clock;
    this.#address = address;
    this.#delay = delay;
    this.state = initialState(config(change), ip(address));
  }

  handle(event: Event): void {
    const { state, effects } = step(this.state, event, this.#clock.now());
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === 'send-advert') this.#send(effect.priority);
      if (effect.kind === 'set-timer') this.#arm(effect.timer, effect.at);
      if (effect.kind === 'cancel-timer') this.#timers.get(effect.timer)?.();
      if (effect.kind === 'add-addresses') this.addresses.add('vip');
      if (effect.kind === 'remove-addresses') this.addresses.clear();
    }
  }

  #send(priority: number): void {
    const { now } = { now: this.#clock.now() };
    const { version, advertInterval } = this.state.config;
    const event =
      version === 3 ? advert3(priority, advertInterval / 10, this.#address) : advert(priority, this.#address);
    for (const peer of this.peers) this.#clock.at(now + this.#delay, () => peer.handle(event));
  }

  #arm(timer: TimerName, at: number): void {
    this.#timers.get(timer)?.();
    this.#timers.set(
      timer,
      this.#clock.at(at, () => this.handle({ kind: 'timer', timer })),
    );
  }
}

const routers = fc.record({
  priorities: fc.array(fc.integer({ min: 1, max: 254 }), { minLength: 2, maxLength: 3 }),
  nopreempt: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  preemptDelay: fc.constantFrom(0, 3000),
  version: fc.constantFrom<2 | 3>(2, 3),
  /** Of version 3, where each may have its own. */
  intervals: fc.array(fc.constantFrom(100, 300, 1000), { minLength: 3, maxLength: 3 }),
  starts: fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 3, maxLength: 3 }),
  delay: fc.double({ min: 0, max: 3, noNaN: true }),
});

type Setting = typeof routers extends fc.Arbitrary<infer T> ? T : never;

const network = ({ priorities, nopreempt, preemptDelay, version, intervals, starts, delay }: Setting) => {
  const clock = new FakeClock();
  const all = priorities.map(
    (priority, i) =>
      new Router(clock, `10.0.0.${i + 1}`, delay, {
        ...{ priority, nopreempt: nopreempt[i] ?? false, preemptDelay, version },
        advertInterval: version === 3 ? (intervals[i] ?? 1000) : 1000,
      }),
  );
  all.forEach((router, i) => {
    router.peers = all.filter((other) => other !== router);
    clock.at(clock.now() + (starts[i] ?? 0), () => router.handle({ kind: 'start' }));
  });
  return { clock, all };
};

const masters = (all: readonly Router[]): readonly Router[] => all.filter((router) => router.state.role === 'master');

test('routers that start at any moments agree on one master, who alone has the addresses', () => {
  fc.assert(
    fc.property(routers, (setting) => {
      const { clock, all } = network(setting);
      clock.advance(40_000);
      expect(masters(all)).toHaveLength(1);
      expect(all.filter((router) => router.addresses.size > 0)).toEqual(masters(all));
    }),
    { numRuns: 300 },
  );
});

test('with preemption the master is the one with the highest priority', () => {
  fc.assert(
    fc.property(routers, (setting) => {
      const { clock, all } = network({ ...setting, nopreempt: [false, false, false] });
      clock.advance(40_000);
      const best = Math.max(...setting.priorities);
      expect(masters(all).map((router) => router.state.config.priority)).toEqual([best]);
    }),
    { numRuns: 300 },
  );
});

test('after any faults and recoveries there is one master again', () => {
  const flaps = fc.array(
    fc.record({ who: fc.integer({ min: 0, max: 2 }), at: fc.integer({ min: 0, max: 30_000 }), up: fc.boolean() }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(routers, flaps, (setting, faults) => {
      const { clock, all } = network(setting);
      const begin = clock.now();
      const track = (up: boolean): Event => ({ kind: 'track', key: 'interface eth0', up });
      for (const { who, at, up } of faults) clock.at(begin + 10_000 + at, () => all[who]?.handle(track(up)));
      clock.advance(41_000);
      for (const router of all) router.handle(track(true));
      clock.advance(40_000);
      expect(masters(all)).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});

test('a master that stops is followed within the skew of the next, not after three intervals', () => {
  const clock = new FakeClock();
  const [a, b] = [
    new Router(clock, '10.0.0.1', 0.1, { priority: 150 }),
    new Router(clock, '10.0.0.2', 0.1, { priority: 100 }),
  ];
  a.peers = [b];
  b.peers = [a];
  a.handle({ kind: 'start' });
  b.handle({ kind: 'start' });
  clock.advance(20_000);
  expect([a.state.role, b.state.role]).toEqual(['master', 'backup']);
  a.handle({ kind: 'shutdown' });
  clock.advance(610);
  expect([a.state.role, b.state.role]).toEqual(['initialize', 'master']);
});
