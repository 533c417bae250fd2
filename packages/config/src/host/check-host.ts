// What of a configuration does not fit the host it is for: interfaces, scripts and their users, directories of tracked files.
import type { Config } from '../model.ts';
import { directoryOf } from '../source/reader.ts';
import type { Report } from '../source/report.ts';
import { checkInterfaces } from './check-interfaces.ts';
import { checkScripts } from './check-scripts.ts';
import type { Host } from './host.ts';

/** Reports with codes that begin with `env-`. */
export const checkHost = (config: Config, host: Host, report: Report): void => {
  const complete = host.interfaces === undefined || checkInterfaces(config, host.interfaces, report);
  checkScripts(config, host, !complete, report);
  for (const { file, at } of config.trackFiles ?? []) {
    const directory = directoryOf(file);
    if (host.fileInfo(directory)?.kind !== 'directory')
      report(
        'warning',
        'env-directory-missing',
        `there is no directory ${directory} for the tracked file ${file}`,
        at,
        {
          hint: 'make the directory, or correct the path; vipward waits for it, keepalived does not',
        },
      );
  }
};
