// What health wants as it starts, known without a check: startServer() begins with it, and a table can be written from it before.
import type { VirtualServer } from '@vipward/config';
import type { LvsTable } from '@vipward/netlink';
import type { Millis } from '@vipward/sockets';
import { checksOf, isTold } from '../machine/checks.ts';
import { outOf } from '../machine/condition.ts';
import { fromJson } from '../machine/health-json.ts';
import { type KnownServer, knownServers, serverStates } from '../machine/health-state.ts';
import { serviceBlocks } from '../machine/service-block.ts';
import { mergeEntries, tableEntries } from '../machine/table.ts';
import { startVirtualServer, type VirtualServerStep } from '../machine/virtual-server.ts';
import { createOperatorWords, type OperatorWords } from './operator-words.ts';

/** Nothing is known of a block of which the state says nothing. */
export const nothingKnown: KnownServer = { quorum: undefined, realServers: [] };

/** How one virtual server begins, by what is known of it and what an operator has said. */
export const firstStep = (
  vs: VirtualServer,
  known: KnownServer,
  words: OperatorWords,
  rsInitNotifies = false,
): VirtualServerStep =>
  startVirtualServer(
    vs,
    serverStates(vs, known, (i) => outOf(words.conditionOf(i))),
    known.quorum,
    rsInitNotifies,
  );

/**
 * The table that startHealth() with the same `virtualServers` and `previous` hands out first, without its checks being made.
 * Undefined where files or BFD sessions have a say in it. `isPresent` is asked for maintenance_file; `now` in ms.
 */
export const firstTable = (
  virtualServers: readonly VirtualServer[],
  previous: unknown,
  isPresent: (path: string) => boolean,
  now: Millis,
): LvsTable | undefined => {
  if (virtualServers.some(({ realServers }) => realServers.some((rs) => checksOf(rs).some(isTold)))) return undefined;
  const blocks = serviceBlocks(virtualServers);
  const written = blocks.map(({ virtualServer }) => virtualServer);
  const known = knownServers(fromJson(previous), written);
  return mergeEntries(
    blocks.flatMap(({ virtualServer: vs, members }, i) => {
      const own = known[i] ?? nothingKnown;
      return tableEntries(members, firstStep(vs, own, createOperatorWords(vs, own, isPresent)).state, now);
    }),
  );
};
