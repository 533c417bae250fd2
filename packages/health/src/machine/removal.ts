// What a reload that takes servers away means to whoever hears of them: they go down, as keepalived tells it.
import type { RealServer, VirtualServer } from '@vipward/config';
import type { HealthEvent } from './event.ts';
import { realServerName, virtualServerName } from './name.ts';
import { inUse, type VirtualServerState } from './virtual-server.ts';

/** A virtual server that is gone: its real servers that took traffic, then the quorum that it had. */
export const removedVirtualServer = (vs: VirtualServer, state: VirtualServerState): readonly HealthEvent[] => {
  const what =
    vs.group === undefined ? `Virtual Server ${virtualServerName(vs)}` : `Virtual Server Group [${vs.group}]`;
  return [
    { kind: 'virtual-server-removed', virtualServer: vs, text: `Removing ${what}` },
    ...inUse(vs, state).map((rs) => removed(vs, rs)),
    ...(state.quorum === 'up' ? [{ kind: 'quorum-removed', virtualServer: vs, text: '' } as const] : []),
  ];
};

/** Real servers of a virtual server that stays; `stays` says which are still written. */
export const removedRealServers = (
  vs: VirtualServer,
  state: VirtualServerState,
  stays: (rs: RealServer) => boolean,
): readonly HealthEvent[] =>
  inUse(vs, state)
    .filter((rs) => !stays(rs))
    .map((rs) => removed(vs, rs));

const removed = (virtualServer: VirtualServer, realServer: RealServer): HealthEvent => ({
  kind: 'real-server-removed',
  virtualServer,
  realServer,
  text: `Removing service ${realServerName(virtualServer, realServer)} from VS ${virtualServerName(virtualServer)}`,
});
