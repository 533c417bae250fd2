// reload_time_file: a reload at the moment that a file names, so that all directors change at once.
import { readFileSync, unlinkSync } from 'node:fs';
import type { GlobalDefs, Millis } from '@vipward/config';
import type { Cancel, Clock } from '@vipward/sockets';
import type { Logger } from '../log/logger.ts';
import { momentWords, reloadTime } from './reload-time.ts';

/** The file is looked at this often, and only while there is the keyword. */
const lookEvery: Millis = 1000;

export interface TimedReload {
  configure(global: Pick<GlobalDefs, 'reloadTimeFile' | 'reloadRepeat'>): void;
  close(): void;
}

export const createTimedReload = ({
  clock,
  wallClock,
  log,
  reload,
}: {
  readonly clock: Clock;
  /** ms since 1970. */
  readonly wallClock: () => Millis;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly reload: () => void;
}): TimedReload => {
  let file: string | undefined;
  let repeat = false;
  let content: string | undefined;
  let due: Millis | undefined;
  let cancelLook: Cancel | undefined;

  const schedule = (line: string | undefined): void => {
    const at = line === undefined ? undefined : reloadTime(line, wallClock());
    if (line !== undefined && at === undefined) log.error(`Invalid reload time '${line}' specified - ignoring`);
    if (due !== undefined) log.info(`Cancelling reload scheduled for ${momentWords(due)}`);
    due = typeof at === 'number' ? at : undefined;
    if (due !== undefined) log.info(`Scheduling reload for ${momentWords(due)}`);
  };
  const fire = (): void => {
    due = undefined;
    if (file !== undefined && !repeat) {
      remove(file);
      content = undefined;
    } else if (content !== undefined) {
      schedule(content);
    }
    reload();
  };
  const look = (): void => {
    cancelLook = undefined;
    if (file === undefined) return;
    const now = firstLine(file);
    if (now !== content) {
      content = now;
      schedule(now);
    }
    if (due !== undefined && due <= wallClock()) fire();
    cancelLook = clock.at(clock.now() + Math.min(lookEvery, (due ?? Number.POSITIVE_INFINITY) - wallClock()), look);
  };

  return {
    configure({ reloadTimeFile, reloadRepeat = false }) {
      repeat = reloadRepeat;
      if (reloadTimeFile !== file) {
        content = undefined;
        schedule(undefined);
      }
      file = reloadTimeFile;
      if (file !== undefined && cancelLook === undefined) look();
    },
    close() {
      cancelLook?.();
      file = undefined;
    },
  };
};

const firstLine = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').slice(0, 100).split('\n')[0];
  } catch {
    // Not there, or no longer: no reload is wanted.
    return undefined;
  }
};

const remove = (file: string): void => {
  try {
    unlinkSync(file);
  } catch {
    // Somebody else has removed it.
  }
};
