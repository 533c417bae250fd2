// Watches files with a number in them: one watch for each directory, however many checks look at its files.
import { closeSync, type FSWatcher, openSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import { fileValue } from '../machine/weight.ts';

/** Calls `changed` with the number at once and whenever it is another; the returned function ends that. */
export type WatchFile = (path: string, changed: (value: number) => void) => Cancel;

export interface FileWatcher {
  readonly watchFile: WatchFile;
  close(): void;
}

interface Watched {
  value: number;
  readonly listeners: Set<(value: number) => void>;
}

/** The kernel says when a directory changes; one that cannot be watched (not there yet, say) is looked at this often. */
const lookAgain: Millis = 1000;

export const createFileWatcher = (clock: Clock): FileWatcher => {
  const files = new Map<string, Watched>();
  const folders = new Map<string, Cancel>();

  const look = (path: string, watched: Watched): void => {
    const value = readValue(path);
    if (value === watched.value) return;
    watched.value = value;
    for (const listener of watched.listeners) listener(value);
  };
  const lookAt = (folder: string, name: string | null): void => {
    for (const [path, watched] of files) {
      if (dirname(path) === folder && (name === null || basename(path) === name)) look(path, watched);
    }
  };
  const watchFolder = (folder: string): void => {
    if (!folders.has(folder)) folders.set(folder, openWatch(folder));
  };
  const again = (folder: string): void => {
    folders.get(folder)?.();
    folders.set(folder, openWatch(folder));
    lookAt(folder, null);
  };
  const openWatch = (folder: string): Cancel => {
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, { persistent: false }, (event, name) => {
        lookAt(folder, name);
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
    watchFile(path, changed) {
      const watched = files.get(path) ?? { value: readValue(path), listeners: new Set() };
      files.set(path, watched);
      watchFolder(dirname(path));
      watched.listeners.add(changed);
      changed(watched.value);
      return () => {
        watched.listeners.delete(changed);
        if (watched.listeners.size === 0) files.delete(path);
        closeUnused();
      };
    },
    close() {
      for (const close of folders.values()) close();
      files.clear();
      folders.clear();
    },
  };

  function closeUnused(): void {
    const used = new Set([...files.keys()].map((path) => dirname(path)));
    for (const [folder, close] of folders) {
      if (used.has(folder)) continue;
      close();
      folders.delete(folder);
    }
  }
};

/** The beginning is enough for a number, however long the file. */
const readValue = (path: string): number => {
  try {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(64);
      return fileValue(bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0)));
    } finally {
      closeSync(fd);
    }
  } catch {
    return 0;
  }
};
