// Watches files with a number in them: one watch for each directory, however many look at its files.
import { closeSync, constants, existsSync, type FSWatcher, openSync, readSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Cancel, Clock, Millis } from './clock.ts';
import { fileNumber } from './file-number.ts';

/**
 * Calls `changed` with the number at once and whenever it is another; the returned function ends that. A file that is
 * missing says 0, and `undefined` as long as not even its directory has been there.
 */
export type WatchFile = (path: string, changed: (value: number | undefined) => void) => Cancel;

export interface FileWatcher {
  readonly watchFile: WatchFile;
  close(): void;
}

interface Watched {
  value: number | undefined;
  readonly listeners: Set<(value: number | undefined) => void>;
  cancelEmpty: Cancel;
}

/** The kernel says when a directory changes; one that cannot be watched (not there yet, say) is looked at this often. */
const lookAgain: Millis = 1000;
/** A file that is being written is empty at first: that counts when it stays so. */
const emptyFor: Millis = 50;
/** keepalived reads as much. */
const readBytes = 127;

/** `onInvalid`: a number beyond 32 bits, which changes nothing. */
export const createFileWatcher = (
  clock: Clock,
  onInvalid: (path: string, digits: string) => void = () => undefined,
): FileWatcher => {
  const files = new Map<string, Watched>();
  const folders = new Map<string, Cancel>();

  const look = (path: string, watched: Watched, patient: boolean): void => {
    const content = read(path);
    watched.cancelEmpty();
    if (content === '' && patient) {
      watched.cancelEmpty = clock.at(clock.now() + emptyFor, () => look(path, watched, false));
      return;
    }
    const value = numberIn(path, content, watched.value);
    if (value === watched.value) return;
    watched.value = value;
    for (const listener of watched.listeners) listener(value);
  };
  const numberIn = (path: string, content: string | undefined, before: number | undefined): number | undefined => {
    if (content === undefined) return before === undefined && !existsSync(dirname(path)) ? undefined : 0;
    const value = fileNumber(content);
    if (value === undefined) onInvalid(path, /[-+]?\w+/.exec(content)?.[0] ?? '');
    return value ?? before ?? 0;
  };
  const lookAt = (folder: string, name: string | null): void => {
    for (const [path, watched] of files) {
      if (dirname(path) === folder && (name === null || basename(path) === name)) look(path, watched, true);
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
  const begin = (path: string): Watched => {
    const watched = { value: numberIn(path, read(path), undefined), listeners: new Set<() => void>() };
    return { ...watched, cancelEmpty: () => undefined };
  };
  return {
    watchFile(path, changed) {
      const watched = files.get(path) ?? begin(path);
      files.set(path, watched);
      watchFolder(dirname(path));
      watched.listeners.add(changed);
      changed(watched.value);
      return () => {
        watched.listeners.delete(changed);
        if (watched.listeners.size === 0 && files.get(path) === watched) {
          watched.cancelEmpty();
          files.delete(path);
        }
        closeUnused();
      };
    },
    close() {
      for (const close of folders.values()) close();
      for (const { cancelEmpty } of files.values()) cancelEmpty();
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

/** The beginning is enough for a number, however long the file; undefined when it cannot be read. */
const read = (path: string): string | undefined => {
  try {
    // A pipe without a writer must not hold up the process.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(readBytes);
      return bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
};
