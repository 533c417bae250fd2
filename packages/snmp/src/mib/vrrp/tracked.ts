// Scripts, files, BFD sessions and processes that are watched, whoever watches them.
import { gauge, integer, text, yesNo } from '../../agentx/value.ts';
import { type ManagedObject, table } from '../../view/object.ts';
import { entryOf, numbered, scriptText, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { isWatched } from './tracking.ts';

export const scriptTable = (snapshot: Snapshot): ManagedObject => {
  const watched = isWatched(snapshot);
  return table(
    entryOf(vrrpPart, 9),
    {
      2: ({ name }) => text(name),
      3: ({ script }) => scriptText(script),
      4: ({ interval }) => integer(Math.round(interval / 1000)),
      5: ({ weight }) => integer(weight),
      7: ({ rise }) => gauge(rise ?? 1),
      8: ({ fall }) => gauge(fall ?? 1),
      9: ({ reverse }) => yesNo(reverse),
    },
    numbered(snapshot.config.vrrpScripts.filter(({ name }) => watched(name))),
  );
};

export const fileTable = ({ config }: Snapshot): ManagedObject =>
  table(
    entryOf(vrrpPart, 13),
    {
      2: ({ name }) => text(name),
      3: ({ file }) => text(file),
      5: ({ weight }) => integer(weight),
      6: ({ reverse }) => yesNo(reverse),
    },
    numbered(config.trackFiles ?? []),
  );

/** Sessions that report to VRRP. */
export const bfdTable = ({ config, bfdUp }: Snapshot): ManagedObject =>
  table(
    entryOf(vrrpPart, 18),
    {
      2: ({ name }) => text(name),
      3: ({ name }) => integer(bfdUp.has(name) ? 1 : 0),
      4: ({ weight }) => integer(weight),
      5: ({ reverse }) => yesNo(reverse),
    },
    numbered((config.bfdInstances ?? []).filter(({ reportTo }) => reportTo.vrrp)),
  );

export const processTable = ({ config }: Snapshot): ManagedObject =>
  table(
    entryOf(vrrpPart, 21),
    {
      2: ({ name }) => text(name),
      3: ({ process }) => text(process),
      4: ({ parameters }) => text(parameters.join(' ')),
      5: ({ parameterMatch }) => integer(parameterMatch === undefined ? 0 : parameterMatches[parameterMatch]),
      6: ({ weight }) => integer(weight),
      7: ({ reverse }) => yesNo(reverse),
      8: ({ quorum }) => gauge(quorum),
      9: ({ quorumMax }) => integer(quorumMax ?? -1),
      // Microseconds.
      10: ({ forkDelay }) => gauge(Math.round(forkDelay * 1000)),
      11: ({ terminateDelay }) => gauge(Math.round(terminateDelay * 1000)),
      12: ({ fullCommand }) => yesNo(fullCommand),
    },
    numbered(config.trackProcesses ?? []),
  );

const parameterMatches = { exact: 1, partial: 2, initial: 3 } as const;
