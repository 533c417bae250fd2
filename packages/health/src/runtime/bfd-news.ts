// What is known of BFD sessions, handed to the checks that watch them.
import type { Cancel } from '@vipward/sockets';

/** Calls `changed` with what is known at once, and whenever it is another; the returned function ends that. */
export type WatchBfd = (name: string, changed: (up: boolean) => void) => Cancel;

export interface BfdNews {
  readonly watchBfd: WatchBfd;
  set(name: string, up: boolean): void;
}

export const createBfdNews = (known: readonly { readonly name: string; readonly up: boolean }[]): BfdNews => {
  const states = new Map(known.map(({ name, up }) => [name, up]));
  const listeners = new Map<string, Set<(up: boolean) => void>>();
  return {
    watchBfd(name, changed) {
      const watching = listeners.get(name) ?? new Set();
      listeners.set(name, watching.add(changed));
      const up = states.get(name);
      if (up !== undefined) changed(up);
      return () => {
        watching.delete(changed);
      };
    },
    set(name, up) {
      states.set(name, up);
      for (const changed of listeners.get(name) ?? []) changed(up);
    },
  };
};
