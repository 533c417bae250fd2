// A health runtime on a fake clock whose servers answer as a test says: what was logged, and every table in turn.
import type { VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { LvsTable } from '@vipward/netlink';
import { FakeClock } from '@vipward/testkit';
import type { Probe } from '../../src/machine/checks.ts';
import type { HealthEvent } from '../../src/machine/event.ts';
import type { CheckResult } from '../../src/machine/result.ts';
import { type HealthOptions, type HealthRuntime, startHealth } from '../../src/runtime/start.ts';

export interface Bench {
  readonly clock: FakeClock;
  readonly health: HealthRuntime;
  readonly log: string[];
  readonly changes: { readonly table: readonly string[]; readonly events: readonly HealthEvent['kind'][] }[];
  /** Starts of checks: seconds since the start and what was asked. */
  readonly checks: { readonly seconds: number; readonly checker: Probe }[];
}

export type Answer = (checker: Probe, seconds: number) => CheckResult | Promise<CheckResult>;

export const bench = (
  virtualServers: readonly VirtualServer[],
  answer: Answer,
  more: Partial<HealthOptions> = {},
): Bench => {
  const clock = more.clock instanceof FakeClock ? more.clock : new FakeClock();
  const begin = clock.now();
  const log: string[] = [];
  const changes: Bench['changes'] = [];
  const checks: Bench['checks'] = [];
  const health = startHealth({
    virtualServers,
    clock,
    random: () => 0,
    log: { info: (text) => void log.push(text) },
    onChange: (table, events) => changes.push({ table: shown(table), events: events.map(({ kind }) => kind) }),
    check: async (checker) => {
      const seconds = (clock.now() - begin) / 1000;
      checks.push({ seconds, checker });
      return answer(checker, seconds);
    },
    ...more,
  });
  return { clock, health, log, changes, checks };
};

/** `12 w100` for every destination: the last part of the address and the weight. */
export const shown = (table: LvsTable): readonly string[] =>
  table.flatMap(({ destinations }) =>
    destinations.map(({ key, weight }) => `${formatIp(key.address).split('.').at(-1)} w${weight}`),
  );
