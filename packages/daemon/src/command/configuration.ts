// The configuration of a daemon that runs: what is good enough to start with, what a reload takes, and what is said of it.
import { appendFileSync } from 'node:fs';
import { type Config, type Diagnostic, type GlobalDefs, renderFindings } from '@vipward/config';
import { DaemonError, exitStatus } from '../exit.ts';
import { type Place, placeOf } from '../files/places.ts';
import { findingLine, placeText } from '../log/finding.ts';
import type { Logger } from '../log/logger.ts';
import { hostLinks } from './host-links.ts';
import { type Loaded, loadFor, missingText } from './load.ts';
import type { DaemonOptions } from './options.ts';
import { requireIpvs } from './preflight.ts';
import { withSnmpOptions } from './snmp-options.ts';

/** keepalived starts with whatever is left of a file with errors; only a file that says nothing usable ends it. */
export const firstConfig = async (loaded: Loaded, options: DaemonOptions, log: Logger): Promise<Config> => {
  if (loaded.missing) {
    throw new DaemonError('CONFIG_MISSING', exitStatus.noConfig, missingText(options.file, loaded));
  }
  logFindings(loaded, log);
  const unusable = loaded.diagnostics.find(({ code }) => code.startsWith('env-interface'));
  if (unusable !== undefined && options.runVrrp) {
    throw new DaemonError(
      'CONFIG_ENVIRONMENT',
      exitStatus.config,
      `${placeText(unusable.at)}: ${unusable.message}; nothing was started`,
    );
  }
  if (loaded.status === exitStatus.config) {
    throw new DaemonError('CONFIG_UNUSABLE', exitStatus.config, `${options.file} cannot be used; see above`);
  }
  if (options.runChecker && loaded.config.virtualServers.length > 0) await requireIpvs();
  return withSnmpOptions(loaded.config, options);
};

/** All or nothing: an error keeps the running configuration, unless it is only about a script (refusesReload). */
export const reloaded = async (
  options: DaemonOptions,
  place: Place,
  log: Logger,
  { reloadCheckConfig }: GlobalDefs,
): Promise<Config | undefined> => {
  const loaded = loadFor(options, await hostLinks());
  if (loaded.missing) {
    log.error(missingText(options.file, loaded));
    return undefined;
  }
  logFindings(loaded, log);
  // With reload_check_config what -t ends with counts, down to a keyword that nobody knows.
  const untested = reloadCheckConfig !== undefined && loaded.status !== exitStatus.ok;
  if (untested || loaded.diagnostics.some(refusesReload)) {
    if (reloadCheckConfig !== undefined) writeFindings(loaded, reloadCheckConfig, log);
    return undefined;
  }
  const next = placeOf(options.namespace, loaded.config.process);
  if (next.namespace !== place.namespace) log.error('Cannot change network namespace at a reload - please restart');
  if (next.instance !== place.instance) log.error('Cannot change the instance at a reload - please restart');
  return withSnmpOptions(loaded.config, options);
};

/** A script that cannot run is left out, at start as at reload: the same file must not be good for one and bad for the other. */
const refusesReload = ({ severity, code }: Diagnostic): boolean =>
  severity === 'error' && !code.startsWith('env-script') && code !== 'env-unknown-user';

/** reload_check_config: what the test of the new file says, for who wrote it; keepalived adds to the file, too. */
const writeFindings = ({ diagnostics }: Loaded, file: string, log: Logger): void => {
  try {
    appendFileSync(
      file,
      renderFindings(diagnostics)
        .map((finding) => `${finding}\n`)
        .join(''),
    );
    log.error(`New config failed validation, see ${file} for details`);
  } catch (error) {
    log.error(`reload_check_config ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const logFindings = (loaded: Loaded, log: Logger): void => {
  for (const finding of loaded.diagnostics) {
    const text = findingLine(finding);
    if (finding.severity === 'error') log.error(text);
    else if (finding.severity === 'warning') log.warning(text);
    else log.notice(text);
  }
};
