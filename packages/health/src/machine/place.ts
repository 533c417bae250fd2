// From what is known of a real server to its weight in the table: one stage after the other, computed anew every time.
import type { RealServer, VirtualServer } from '@vipward/config';
import type { Millis } from '@vipward/sockets';
import { type Place, placeWhenOut } from './condition.ts';
import { nextRampStep, type Ramp, rampedWeight } from './slow-start.ts';
import { isReplaced, type ServerState, type VirtualServerState } from './virtual-server.ts';

/**
 * The weight in the table of every real server of `vs` at `now`, undefined for those that are not in it. The stages:
 *
 * 1. the configured weight, with what FILE_CHECK and misc_dynamic make of it (weight.ts; it is in `state`)
 * 2. slow_start (slow-start.ts), but for panic
 * 3. the checks and panic_threshold: failed ones are out, or weight 0 (inhibit_on_failure), unless there is panic
 * 4. drain and maintenance (condition.ts): an operator's word stands above what checks say
 * 5. without quorum the sorry server takes the places of all; those that drain keep theirs, with weight 0
 */
export const placesOf = (vs: VirtualServer, state: VirtualServerState, now: Millis): readonly Place[] => {
  const replaced = isReplaced(vs, state);
  return vs.realServers.map((rs, i) => {
    const server = state.servers[i];
    return server === undefined ? undefined : placeOf(rs, server, { panic: state.panic === true, replaced }, now);
  });
};

/** When a weight that grows is another next; undefined when none grows. */
export const nextPlaceChange = (vs: VirtualServer, state: VirtualServerState, now: Millis): Millis | undefined => {
  let next: Millis | undefined;
  for (const [i, rs] of vs.realServers.entries()) {
    const server = state.servers[i];
    const ramp = server === undefined || !server.alive ? undefined : rampOf(rs, server);
    const at = ramp === undefined ? undefined : nextRampStep(ramp, now);
    if (at !== undefined) next = Math.min(next ?? at, at);
  }
  return next;
};

const placeOf = (
  rs: RealServer,
  server: ServerState,
  { panic, replaced }: { readonly panic: boolean; readonly replaced: boolean },
  now: Millis,
): Place => {
  const whenOut: Place = rs.inhibitOnFailure ? 0 : undefined;
  const wanted = rampedWeight(server.weight, server.alive && !panic ? rampOf(rs, server) : undefined, now);
  const judged: Place = server.alive || panic ? wanted : whenOut;
  if (replaced && server.out !== 'drain') return whenOut;
  return placeWhenOut(judged, server.out, rs.inhibitOnFailure);
};

const rampOf = ({ slowStart }: RealServer, { since }: ServerState): Ramp | undefined =>
  slowStart === undefined || since === undefined ? undefined : { over: slowStart, since };
