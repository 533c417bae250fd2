// One running FILE_CHECK: hears of the file's number from its watcher and tells what the machine makes of it.
import type { FileCheck } from '@vipward/config';
import type { CheckerState } from '../machine/checker.ts';
import { type FileSubject, stepFile } from '../machine/file-checker.ts';
import { judgeFile } from '../machine/weight.ts';
import type { ServerContext } from './server.ts';
import type { Unit, UnitEffect } from './unit.ts';

type FileContext = Pick<ServerContext, 'trackFiles' | 'watchFile'>;

export const createFileUnit = (
  { trackFiles, watchFile }: FileContext,
  checker: FileCheck,
  names: Omit<FileSubject, 'checker'>,
  initial: CheckerState,
  onEffect: (effect: UnitEffect) => void,
): Unit => {
  const file = trackFiles.get(checker.trackFile);
  let state = initial;
  let lastFailure: string | undefined;
  let unwatch: (() => void) | undefined;
  const judge = (value = 0): void => {
    if (file === undefined) return;
    const next = stepFile({ checker, ...names }, state, judgeFile(checker, file, value));
    state = next.state;
    for (const effect of next.effects) {
      if (effect.kind === 'verdict') lastFailure = effect.verdict === 'down' ? effect.reason : undefined;
      onEffect(effect);
    }
  };
  return {
    get state() {
      return state;
    },
    get lastFailure() {
      return lastFailure;
    },
    start() {
      if (file === undefined || unwatch !== undefined) return false;
      unwatch = watchFile(file.file, judge);
      return true;
    },
    // The file, its weight and the real server's may all be others: it costs nothing to begin anew.
    adopt: () => false,
    // Nobody is asked anything.
    suspend: () => false,
    stop() {
      unwatch?.();
    },
  };
};
