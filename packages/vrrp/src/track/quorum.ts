// How many processes there are, and when that is believed to be enough. Pure.
import type { TrackProcess } from '@vipward/config';
import type { Millis } from '@vipward/sockets';

export interface Quorum {
  readonly pids: ReadonlySet<number>;
  /** What everybody is told. */
  readonly up: boolean;
  /** When the contrary will be believed, if it is still so. */
  readonly changesAt?: Millis;
}

export const isEnough = ({ quorum, quorumMax }: TrackProcess, count: number): boolean =>
  count >= quorum && (quorumMax === undefined || count <= quorumMax);

/** Seen for the first time: believed at once. */
export const firstQuorum = (track: TrackProcess, pids: ReadonlySet<number>): Quorum => ({
  pids,
  up: isEnough(track, pids.size),
});

/** One more counts after fork_delay, one less after terminate_delay, whichever way it crosses quorum or quorum_max. */
export const withPids = (track: TrackProcess, before: Quorum, pids: ReadonlySet<number>, now: Millis): Quorum => {
  const up = isEnough(track, pids.size);
  if (up === before.up) return { pids, up };
  const delay = pids.size > before.pids.size ? track.forkDelay : track.terminateDelay;
  if (before.changesAt === undefined && delay === 0) return { pids, up };
  return { pids, up: before.up, changesAt: before.changesAt ?? now + delay };
};

export const settled = (track: TrackProcess, { pids }: Quorum): Quorum => firstQuorum(track, pids);
