// How many checks begin before the answers to those under way are heard: a director that is too slow for its checks must not time out its servers.
import type { Clock } from '@vipward/sockets';

export interface Pace {
  /** Whether one more may begin in this turn. */
  readonly open: boolean;
  begun(): void;
}

/**
 * Where checks cost more time than there is, each answer that is heard would make place for a connection whose answer lies
 * behind all others: two thousand under way at seven hundred a second are 2.9 s until an answer is heard, and a connect_timeout
 * of 2 s takes out servers that answered at once. So the answers come first, and what can't begin in time begins late.
 */
export const usualPace = 32;

/** `most` may begin until the sockets have had their turn; `onOpen` is called after that. */
export const createPace = (clock: Clock, onOpen: () => void, most: number = usualPace): Pace => {
  let left = most;
  const open = (): void => {
    left = most;
    onOpen();
  };
  return {
    get open() {
      return left > 0;
    },
    begun() {
      left -= 1;
      // Due at once, and yet behind what has come in on the sockets by then.
      if (left === 0) clock.at(clock.now(), open);
    },
  };
};
