// `-t`: reads the configuration, says what is wrong with it, and starts nothing.
import { appendFileSync } from 'node:fs';
import { renderFindings } from '@vipward/config';
import { exitStatus } from '../exit.ts';
import { readerWithPipe } from '../files/disk-reader.ts';
import { loadInNamespace, missingText } from './load.ts';
import type { DaemonOptions } from './options.ts';

/** Prints the findings to stderr, or to the end of the file `output`; returns keepalived's exit status. */
export const testConfig = async (options: DaemonOptions, output: string | undefined): Promise<number> => {
  const { file, configId, checkIncludes } = options;
  const read = readerWithPipe(file);
  const loaded = await loadInNamespace({ file, configId, checkIncludes, read }, options.namespace);
  const print = (text: string): void => {
    if (output === undefined) process.stderr.write(text);
    else appendFileSync(output, text);
  };
  // As keepalived -t: a main file that is not there or is no file is said, and the status stays 0.
  if (loaded.missing) {
    print(`${missingText(options.file, loaded)}\n`);
    return loaded.notPermitted === true ? exitStatus.permission : exitStatus.ok;
  }
  for (const finding of renderFindings(loaded.diagnostics)) print(`${finding}\n`);
  return loaded.status;
};
