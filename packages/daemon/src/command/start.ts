// Starting the daemon: what must hold before anything runs, and the way into the background or on in the foreground.
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { lockHolder, systemClock } from '@vipward/sockets';
import { DaemonError, exitStatus } from '../exit.ts';
import { takePidFile } from '../files/pid-file.ts';
import { identSuffix, placedPidFiles, placeOf } from '../files/places.ts';
import { createLogger, type Logger, stderrSink } from '../log/logger.ts';
import { facilityNumber, syslogSink } from '../log/syslog.ts';
import { turnClock } from '../log/turn-clock.ts';
import { commandOf, goToBackground } from './background.ts';
import { firstConfig } from './configuration.ts';
import { listenForDumps } from './dump-signals.ts';
import { hostLinks } from './host-links.ts';
import { loadFor } from './load.ts';
import { enterNamespace } from './namespace.ts';
import type { DaemonOptions } from './options.ts';
import { requirePrivilege } from './privilege.ts';
import type { DaemonInvocation } from './run.ts';
import { supervise } from './supervise.ts';

/** Runs until the daemon ends, or until it is in the background; returns the exit status. */
export const start = async (given: DaemonOptions, invocation: DaemonInvocation): Promise<number> => {
  const facility = facilityNumber(given.logFacility ?? 'daemon');
  if (facility === undefined) process.stderr.write(`Invalid log facility '${given.logFacility}'\n`);
  const syslogFacility = given.noSyslog ? undefined : (facility ?? facilityNumber('daemon'));
  let log = supervisorLogger(given, syslogFacility, '');
  // As keepalived: until there is something to reload or to dump, these mean nothing. By default they would end the process.
  for (const signal of ['SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => {});
  const hearDumps = listenForDumps();
  const fail = (error: DaemonError): number => {
    // The line about a missing file is keepalived's own, and scripts look for it.
    const text = error.code === 'CONFIG_MISSING' ? error.message : `${error.message} [${error.code}]`;
    log.error(text);
    // Somebody who started it by hand should see it too, wherever the log goes.
    if (!(given.dontFork && given.logConsole)) process.stderr.write(`vipward: ${text}\n`);
    return error.status;
  };
  try {
    requirePrivilege(readFileSync('/proc/self/status', 'utf8'));
    const loaded = loadFor(given, await hostLinks());
    const readAt = systemClock.now();
    const place = placeOf(given.namespace, loaded.config.process);
    if (place.namespace !== undefined)
      enterNamespace(place.namespace, commandOf(invocation, invocation.args), process.env);
    log = supervisorLogger(given, syslogFacility, identSuffix(place));
    log.info(`Starting vipward ${invocation.version}`);
    const options: DaemonOptions = { ...given, ...placedPidFiles(given, place) };
    // As keepalived: its own folder under /run is made, one that the command line names has to be there.
    if (options.pidFile !== given.pidFile) mkdirSync(dirname(options.pidFile), { recursive: true });
    const running = lockHolder(options.pidFile);
    if (running !== undefined) return alreadyRunning(log, options, running);
    for (const option of options.withoutEffect)
      log.notice(`option ${option} is accepted and has no effect in this version`);
    const config = await firstConfig(loaded, options, log);
    if (options.dumpConfig) log.info(JSON.stringify(config, undefined, 1));
    if (!options.dontFork) return await goToBackground(options, invocation);
    const pidFile = takePidFile(options.pidFile);
    if (!pidFile.held) return alreadyRunning(log, options, lockHolder(options.pidFile));
    return await supervise(config, { options, place, invocation, log, syslogFacility, pidFile, readAt, hearDumps });
  } catch (error) {
    if (error instanceof DaemonError) return fail(error);
    if (error instanceof Error && 'code' in error) {
      return fail(new DaemonError(String(error.code), exitStatus.fatal, error.message, error));
    }
    throw error;
  }
};

const alreadyRunning = (log: Logger, { pidFile }: DaemonOptions, holder: number | undefined): number => {
  log.info('daemon is already running');
  // The status is keepalived's 0: whoever started it by hand should not take it for a start.
  const who = holder === undefined ? 'another process' : `process ${holder}`;
  process.stderr.write(
    `vipward: daemon is already running: ${who} holds ${pidFile}; end it, or give this one a pid file of its own with -p [PIDFILE_HELD]\n`,
  );
  return exitStatus.ok;
};

const supervisorLogger = (options: DaemonOptions, syslogFacility: number | undefined, suffix: string): Logger => {
  const wallClock = turnClock();
  const sinks = [
    ...(options.dontFork && options.logConsole ? [stderrSink(process.stderr, wallClock)] : []),
    ...(syslogFacility === undefined
      ? []
      : [syslogSink({ facility: syslogFacility, ident: `Keepalived${suffix}`, pid: process.pid, wallClock })]),
  ];
  return createLogger(sinks, { detail: options.logDetail > 0 });
};
