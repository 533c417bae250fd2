// What the supervisor knows of BFD sessions, and who hears of which: a worker that starts late must not miss what was said.
import type { Config } from '@vipward/config';
import type { WorkerRole } from './messages.ts';

/** What a BFD session is now. `at`: CLOCK_MONOTONIC in ms, the same in all processes. */
export interface BfdChange {
  readonly name: string;
  readonly up: boolean;
  readonly at: number;
}

export interface BfdStates {
  set(change: BfdChange): void;
  /** The last news of every session that this worker hears of. */
  known(role: WorkerRole, config: Config): readonly BfdChange[];
  /** Workers that hear of a session: the words `vrrp` and `checker` in it choose. */
  listeners(name: string, config: Config): readonly WorkerRole[];
  /** What is not in the configuration any more, or everything when BFD is not `running`. */
  forget(config: Config, running: boolean): void;
}

export const createBfdStates = (): BfdStates => {
  const states = new Map<string, BfdChange>();
  const known = (role: WorkerRole, config: Config): readonly BfdChange[] =>
    [...states.values()].filter(({ name }) => listeners(name, config).includes(role));
  return {
    set: (change) => void states.set(change.name, change),
    known,
    listeners,
    forget(config, running) {
      const names = new Set(running ? config.bfdInstances?.map(({ name }) => name) : []);
      for (const name of states.keys()) if (!names.has(name)) states.delete(name);
    },
  };
};

const listeners = (session: string, { bfdInstances = [] }: Config): readonly WorkerRole[] => {
  const reportTo = bfdInstances.find(({ name }) => name === session)?.reportTo;
  return (['vrrp', 'checker'] as const).filter((role) => reportTo?.[role] === true);
};
