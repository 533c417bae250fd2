// Plays a server's bytes to a speaker, in pieces, without a socket.

import type { Speaker } from '../../src/checkers/dialogue.ts';
import type { CheckResult } from '../../src/machine/result.ts';

export interface Played {
  /** Undefined: the speaker waits for more. */
  readonly result: CheckResult | undefined;
  readonly said: readonly string[];
}

/** What comes of `pieces`; `said` is in latin1, the opening first. */
export const play = (speaker: Speaker, pieces: readonly Uint8Array[]): Played => {
  const said: string[] = [];
  const say = (bytes: Uint8Array | undefined): void => {
    if (bytes !== undefined && bytes.length > 0) said.push(Buffer.from(bytes).toString('latin1'));
  };
  say(speaker.opening);
  let heard = Buffer.alloc(0);
  for (const piece of pieces) {
    heard = Buffer.concat([heard, piece]);
    for (let answer = speaker.hear(heard); answer.kind !== 'more'; answer = speaker.hear(heard)) {
      if (answer.kind === 'end') {
        say(answer.last);
        return { result: answer.result, said };
      }
      if (answer.used < 1) throw new Error('nothing was used: it would go on for ever');
      say(answer.bytes);
      heard = heard.subarray(answer.used);
    }
  }
  return { result: undefined, said };
};

/** The whole reply, cut at every place: as two pieces, and without what is behind the cut. */
export const cutEverywhere = (
  make: () => Speaker,
  reply: Uint8Array,
): { readonly halves: readonly Played[]; readonly starts: readonly Played[] } => {
  const places = Array.from(reply, (_, i) => i);
  return {
    halves: places.map((i) => play(make(), [reply.subarray(0, i), reply.subarray(i)])),
    starts: places.map((i) => play(make(), [reply.subarray(0, i)])),
  };
};
