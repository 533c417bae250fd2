// panic_threshold: when too many checks fail at once, the checks are doubted and not the servers. Pure.
import type { VirtualServer } from '@vipward/config';
import type { Out } from './condition.ts';

interface Judged {
  readonly alive: boolean;
  readonly unheard?: boolean;
  readonly out?: Out | undefined;
}

/** Percent of the configured weight that is alive; what an operator has taken out counts on neither side. */
export const alivePercent = (vs: VirtualServer, servers: readonly Judged[]): number => {
  let all = 0;
  let alive = 0;
  for (const [i, server] of servers.entries()) {
    if (server.out !== undefined) continue;
    const weight = vs.realServers[i]?.weight ?? 0;
    all += weight;
    if (server.alive) alive += weight;
  }
  return all === 0 ? 100 : (100 * alive) / all;
};

/** Not while one that began as down (alpha) has still to be tried: that nothing is known of it is no failure. */
export const inPanic = (vs: VirtualServer, servers: readonly Judged[]): boolean =>
  vs.panicThreshold !== undefined &&
  alivePercent(vs, servers) < vs.panicThreshold &&
  servers.every(({ unheard, out }) => !unheard || out !== undefined);
