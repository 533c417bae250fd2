// One running FILE_CHECK: hears of the file's number from its watcher.
import type { FileCheck } from '@vipward/config';
import type { CheckerState } from '../machine/checker.ts';
import { type FileSubject, stepFile } from '../machine/file-checker.ts';
import { judgeFile } from '../machine/weight.ts';
import type { ServerContext } from './server.ts';
import { createToldUnit } from './told-unit.ts';
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
  return createToldUnit<number | undefined>(
    {
      watch: (heard) => (file === undefined ? undefined : watchFile(file.file, heard)),
      step: (state, value = 0) =>
        file === undefined
          ? { state, effects: [] }
          : stepFile({ checker, ...names }, state, judgeFile(checker, file, value)),
    },
    initial,
    onEffect,
  );
};
