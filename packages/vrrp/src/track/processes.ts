// Follows the processes that somebody tracks: a look at all of them, then the kernel's news of each.
import type { TrackProcess } from '@vipward/config';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { VrrpLog } from '../runtime/log.ts';
import { matches, type ProcessImage, usesCommandLine } from './process-match.ts';
import { firstQuorum, type Quorum, settled, withPids } from './quorum.ts';

/** What the kernel tells of processes, as @vipward/netlink has it. */
export type ProcessNews =
  | { readonly kind: 'fork'; readonly parent: number; readonly child: number }
  | { readonly kind: 'exec'; readonly pid: number }
  | { readonly kind: 'renamed'; readonly pid: number; readonly name: string }
  | { readonly kind: 'exit'; readonly pid: number };

export interface ProcessSource {
  /** Throws when the kernel does not tell; otherwise ends it when called. `lost`: some news were missed. */
  watch(listener: {
    readonly onNews: (news: ProcessNews) => void;
    readonly onLost: () => void;
    readonly onFailure: (error: Error) => void;
  }): Cancel;
  /** The processes that there are now. */
  list(): readonly number[];
  /** undefined: it has ended. */
  read(pid: number): ProcessImage | undefined;
}

export interface TrackProcessesParts {
  readonly source: ProcessSource;
  readonly clock: Clock;
  readonly log: VrrpLog;
  /** Runs `fn` once the sockets have been read: to look at all processes takes long, and adverts go first. */
  readonly afterInput: (fn: () => void) => void;
  onQuorum(name: string, up: boolean): void;
}

interface Tracked {
  track: TrackProcess;
  /** undefined until all processes have been looked at. */
  quorum: Quorum | undefined;
  cancel: Cancel;
}

interface Look {
  readonly found: ReadonlyMap<Tracked, Set<number>>;
  done: Promise<void>;
  again: boolean;
}

/** So many processes are looked at before adverts have their turn. */
const SLICE = 32;
/** Where the kernel does not tell (a namespace of its own, no privilege), all are looked at this often. */
const LOOK_AGAIN: Millis = 1000;

export class TrackProcesses {
  readonly #tracked = new Map<string, Tracked>();
  readonly #parts: TrackProcessesParts;
  #unwatch: Cancel | undefined;
  #cancelPoll: Cancel | undefined;
  /** The processes found since the look began that goes on now, for each tracked one. */
  #look: Look | undefined;

  constructor(parts: TrackProcessesParts) {
    this.#parts = parts;
  }

  /** Nobody tracks it, or it is not known yet: as if it were there. */
  isUp(name: string): boolean {
    return this.#tracked.get(name)?.quorum?.up ?? true;
  }

  /** From now on these are followed; resolves when it is known which are there. Nothing is told of what is so already. */
  async set(tracks: readonly TrackProcess[]): Promise<void> {
    const next = new Map(tracks.map((track) => [track.name, track]));
    for (const [name, tracked] of this.#tracked) {
      const track = next.get(name);
      if (track !== undefined && sameProcesses(track, tracked.track)) {
        tracked.track = track;
        if (tracked.quorum) this.#believe(tracked, settled(track, tracked.quorum), { silently: true });
        continue;
      }
      tracked.cancel();
      this.#tracked.delete(name);
    }
    for (const track of tracks)
      if (!this.#tracked.has(track.name))
        this.#tracked.set(track.name, { track, quorum: undefined, cancel: () => undefined });
    if (this.#tracked.size === 0) this.close();
    else {
      if (this.#unwatch === undefined) this.#watch();
      // What one look began without is in the next.
      if (this.#look) await this.#look.done;
      await this.#lookAtAll();
    }
  }

  close(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#cancelPoll?.();
    this.#cancelPoll = undefined;
    for (const { cancel } of this.#tracked.values()) cancel();
    this.#tracked.clear();
  }

  // Watched before it is looked at: nothing that happens in between is missed.
  #watch(): void {
    try {
      this.#unwatch = this.#parts.source.watch({
        onNews: (news) => this.#onNews(news),
        onLost: () => void this.#lookAtAll(),
        onFailure: (error) => this.#poll(error),
      });
    } catch (error) {
      this.#poll(error);
    }
  }

  #poll(error: unknown): void {
    const { log, clock } = this.#parts;
    const why = error instanceof Error ? error.message : String(error);
    log.warning(`The kernel does not tell of processes here (${why}): looking at all of them every second`);
    this.#unwatch ??= () => undefined;
    const again = (): void => {
      this.#cancelPoll = clock.at(clock.now() + LOOK_AGAIN, () => void this.#lookAtAll().then(again));
    };
    again();
  }

  #onNews(news: ProcessNews): void {
    switch (news.kind) {
      // A child is what its parent is, until it runs another program.
      case 'fork':
        for (const tracked of this.#tracked.values())
          if (tracked.quorum?.pids.has(news.parent) || this.#look?.found.get(tracked)?.has(news.parent))
            this.#put(tracked, news.child, true);
        return;
      case 'exec': {
        const image = this.#parts.source.read(news.pid);
        for (const tracked of this.#tracked.values())
          this.#put(tracked, news.pid, image !== undefined && matches(tracked.track, image));
        return;
      }
      case 'renamed':
        for (const tracked of this.#tracked.values())
          if (!usesCommandLine(tracked.track))
            this.#put(tracked, news.pid, matches(tracked.track, { name: news.name, commandLine: [] }));
        return;
      case 'exit':
        for (const tracked of this.#tracked.values()) this.#put(tracked, news.pid, false);
        return;
    }
  }

  #put(tracked: Tracked, pid: number, there: boolean): void {
    const found = this.#look?.found.get(tracked);
    if (there) found?.add(pid);
    else found?.delete(pid);
    if (tracked.quorum === undefined || tracked.quorum.pids.has(pid) === there) return;
    const pids = new Set(tracked.quorum.pids);
    if (there) pids.add(pid);
    else pids.delete(pid);
    this.#count(tracked, pids);
  }

  #count(tracked: Tracked, pids: ReadonlySet<number>): void {
    const { clock } = this.#parts;
    const before = tracked.quorum;
    if (before === undefined) tracked.quorum = firstQuorum(tracked.track, pids);
    else this.#believe(tracked, withPids(tracked.track, before, pids, clock.now()));
  }

  #believe(tracked: Tracked, next: Quorum, { silently = false } = {}): void {
    const { clock, log, onQuorum } = this.#parts;
    const before = tracked.quorum;
    tracked.quorum = next;
    if (next.changesAt !== before?.changesAt) {
      tracked.cancel();
      tracked.cancel =
        next.changesAt === undefined
          ? () => undefined
          : clock.at(next.changesAt, () => {
              if (tracked.quorum) this.#believe(tracked, settled(tracked.track, tracked.quorum));
            });
    }
    if (before?.up === next.up || silently) return;
    log.info(`Quorum ${next.up ? 'gained' : 'lost'} for tracked process ${tracked.track.name}`);
    onQuorum(tracked.track.name, next.up);
  }

  #lookAtAll(): Promise<void> {
    if (this.#look) {
      this.#look.again = true;
      return this.#look.done;
    }
    const found = new Map([...this.#tracked.values()].map((tracked) => [tracked, new Set<number>()]));
    const look: Look = { found, done: Promise.resolve(), again: false };
    this.#look = look;
    look.done = this.#perform(look);
    return look.done;
  }

  async #perform(look: Look): Promise<void> {
    const { source, afterInput } = this.#parts;
    const { found } = look;
    const pids = source.list();
    for (let at = 0; at < pids.length; at += SLICE) {
      for (const pid of pids.slice(at, at + SLICE)) {
        const image = source.read(pid);
        if (image === undefined) continue;
        for (const [tracked, there] of found) if (matches(tracked.track, image)) there.add(pid);
      }
      await new Promise<void>((done) => afterInput(done));
    }
    this.#look = undefined;
    for (const [tracked, there] of found)
      if (this.#tracked.get(tracked.track.name) === tracked) this.#count(tracked, there);
    if (look.again) await this.#lookAtAll();
  }
}

const sameProcesses = (a: TrackProcess, b: TrackProcess): boolean =>
  JSON.stringify([a.process, a.parameters, a.parameterMatch, a.fullCommand]) ===
  JSON.stringify([b.process, b.parameters, b.parameterMatch, b.fullCommand]);
