// Watches the tracked files that somebody tracks, and tells what number each says.
import type { TrackFile } from '@vipward/config';
import { type Cancel, type Clock, createFileWatcher, type FileWatcher } from '@vipward/sockets';
import type { VrrpLog } from '../runtime/log.ts';

export interface TrackFilesParts {
  readonly clock: Clock;
  readonly log: VrrpLog;
  /** undefined: not even its directory is there, and it has no say. */
  onValue(name: string, value: number | undefined): void;
}

interface Watched {
  readonly file: string;
  value: number | undefined;
  readonly cancel: Cancel;
}

export class TrackFiles {
  readonly #watched = new Map<string, Watched>();
  readonly #watcher: FileWatcher;
  readonly #parts: TrackFilesParts;

  constructor(parts: TrackFilesParts) {
    this.#parts = parts;
    this.#watcher = createFileWatcher(parts.clock, (path, digits) =>
      parts.log.info(`Invalid number ${digits} read from ${path} - ignoring`),
    );
  }

  /** undefined = nobody watches it, or it has no say. */
  valueOf(name: string): number | undefined {
    return this.#watched.get(name)?.value;
  }

  /** From now on these are watched; nothing is told of what they say already. */
  set(files: readonly TrackFile[]): void {
    const next = new Map(files.map((file) => [file.name, file]));
    for (const [name, { file, cancel }] of this.#watched) {
      if (next.get(name)?.file === file) continue;
      cancel();
      this.#watched.delete(name);
    }
    for (const { name, file } of files) if (!this.#watched.has(name)) this.#watch(name, file);
  }

  close(): void {
    this.#watcher.close();
    this.#watched.clear();
  }

  #watch(name: string, file: string): void {
    let first: number | undefined;
    let watched: Watched | undefined;
    const cancel = this.#watcher.watchFile(file, (value) => {
      if (watched === undefined) {
        first = value;
        return;
      }
      watched.value = value;
      this.#parts.onValue(name, value);
    });
    watched = { file, value: first, cancel };
    this.#watched.set(name, watched);
    // keepalived removes it then.
    if (first === undefined)
      this.#parts.log.info(`Track file directory for ${name} does not exist - it counts once it does`);
  }
}
