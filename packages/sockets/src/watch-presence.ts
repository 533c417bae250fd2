// Watches whether files exist: one watch for each directory, however many look at its files.
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Cancel, Clock, Millis } from './clock.ts';

export interface PresenceWatcher {
  /** Calls `changed` whenever the file comes or goes, not at once; the returned function ends that. */
  watchPresence(path: string, changed: (there: boolean) => void): Cancel;
  isPresent(path: string): boolean;
  close(): void;
}

interface Watched {
  there: boolean;
  readonly path: string;
  readonly changed: (there: boolean) => void;
}

/** A directory that cannot be watched (not there yet, say) is looked at this often. */
const lookAgain: Millis = 1000;

export const createPresenceWatcher = (clock: Clock): PresenceWatcher => {
  const files = new Set<Watched>();
  const folders = new Map<string, Cancel>();

  const lookAt = (folder: string): void => {
    for (const watched of [...files]) {
      if (dirname(watched.path) !== folder) continue;
      const there = existsSync(watched.path);
      if (there === watched.there) continue;
      watched.there = there;
      watched.changed(there);
    }
  };
  const again = (folder: string): void => {
    if (!folders.has(folder)) return;
    folders.get(folder)?.();
    folders.set(folder, openWatch(folder));
    lookAt(folder);
  };
  const openWatch = (folder: string): Cancel => {
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, { persistent: false }, (event, name) => {
        lookAt(folder);
        // The folder itself may have been moved or removed: inotify then goes on with what nobody sees.
        if (event === 'rename' && name === basename(folder)) again(folder);
      });
    } catch {
      return clock.at(clock.now() + lookAgain, () => again(folder));
    }
    watcher.on('error', () => again(folder));
    return () => watcher.close();
  };

  return {
    watchPresence(path, changed) {
      const folder = dirname(path);
      if (!folders.has(folder)) folders.set(folder, openWatch(folder));
      const watched: Watched = { there: existsSync(path), path, changed };
      files.add(watched);
      return () => {
        files.delete(watched);
        if ([...files].some((other) => dirname(other.path) === folder)) return;
        folders.get(folder)?.();
        folders.delete(folder);
      };
    },
    isPresent: (path) => existsSync(path),
    close() {
      for (const close of folders.values()) close();
      files.clear();
      folders.clear();
    },
  };
};
