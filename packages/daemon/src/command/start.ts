// Starting the daemon: first configuration, background, supervisor, and the signals it obeys.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Config, Diagnostic, GlobalDefs } from '@vipward/config';
import { lockHolder, type Millis, onSignalNumber, systemClock } from '@vipward/sockets';
import { controlSocketOf } from '../control/protocol.ts';
import { openControlSocket } from '../control/server.ts';
import type { Dump } from '../dump/dump.ts';
import { DaemonError, exitStatus } from '../exit.ts';
import { type PidFile, takePidFile } from '../files/pid-file.ts';
import { identSuffix, type Place, placedPidFiles, placeOf } from '../files/places.ts';
import { applyUmask, disableLocalIgmp } from '../files/process-wide.ts';
import { logCrashes } from '../log/crash.ts';
import { createLogger, type Logger, stderrSink } from '../log/logger.ts';
import { facilityNumber, syslogSink } from '../log/syslog.ts';
import { writeFirstTable } from '../supervisor/first-table.ts';
import { makeInitFiles } from '../supervisor/init-files.ts';
import { monitored } from '../supervisor/monitoring.ts';
import { createNotifications } from '../supervisor/notifications.ts';
import { runOnce } from '../supervisor/once-scripts.ts';
import { supervisorName } from '../supervisor/process-names.ts';
import { type Supervisor, startSupervisor } from '../supervisor/supervisor.ts';
import { startScriptFor } from '../worker/start-script.ts';
import { hostLinks } from './host-links.ts';
import { type Loaded, loadFor, missingText } from './load.ts';
import { enterNamespace } from './namespace.ts';
import type { DaemonOptions } from './options.ts';
import { requireIpvs } from './preflight.ts';
import { requirePrivilege } from './privilege.ts';
import type { DaemonInvocation } from './run.ts';
import { dumpsByNumber, realtimeSignals } from './signals.ts';
import { versionText } from './version-text.ts';

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
    log.error(error.message);
    // Somebody who started it by hand should see it too, wherever the log goes.
    if (!(given.dontFork && given.logConsole)) process.stderr.write(`vipward: ${error.message}\n`);
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
    mkdirSync(dirname(options.pidFile), { recursive: true });
    const running = lockHolder(options.pidFile);
    if (running !== undefined) return alreadyRunning(log, given);
    for (const option of options.withoutEffect)
      log.notice(`option ${option} is accepted and has no effect in this version`);
    const config = await firstConfig(loaded, options, log);
    if (options.dumpConfig) log.info(JSON.stringify(config, undefined, 1));
    if (!options.dontFork) return await goToBackground(options, invocation);
    const pidFile = takePidFile(options.pidFile);
    if (!pidFile.held) return alreadyRunning(log, given);
    return await supervise(config, { options, place, invocation, log, syslogFacility, pidFile, readAt, hearDumps });
  } catch (error) {
    if (error instanceof DaemonError) return fail(error);
    if (error instanceof Error && 'code' in error) {
      return fail(new DaemonError(String(error.code), exitStatus.fatal, error.message, error));
    }
    throw error;
  }
};

const supervise = async (
  first: Config,
  parts: {
    readonly options: DaemonOptions;
    readonly place: Place;
    readonly invocation: DaemonInvocation;
    readonly log: Logger;
    readonly syslogFacility: number | undefined;
    readonly pidFile: PidFile & { readonly held: true };
    /** When the configuration had been read. */
    readonly readAt: Millis;
    readonly hearDumps: HearDumps;
  },
): Promise<number> => {
  const { options, place, invocation, log, syslogFacility, pidFile, readAt, hearDumps } = parts;
  let latest = first;
  process.title = supervisorName(invocation.title, first.global);
  logCrashes(() => log);
  let supervisor: Supervisor | undefined;
  let stopAsked = false;
  const notifications = monitored(createNotifications({ clock: systemClock, log, hostName: hostname }), {
    version: versionText(invocation.version),
    hostName: hostname,
    clock: systemClock,
    log,
    status: () => running.status(),
    stopping: () => stopAsked,
  });
  const stop = (): void => {
    stopAsked = true;
    supervisor?.stop();
  };
  // Before the first worker is there, so that a signal never ends the parent alone.
  process.on('SIGHUP', () => supervisor?.reload());
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  applyUmask(options.umask, first.global);
  if (first.global.disableLocalIgmp) disableLocalIgmp(log);
  const once = { start: startScriptFor(() => latest.global), clock: systemClock, log };
  await runOnce('startup', scriptsAround(first.global).startup, once);
  await notifications.configure(first);
  makeInitFiles(first.trackFiles ?? [], log);
  const running = startSupervisor(first, {
    options,
    title: invocation.title,
    entry: invocation.entry,
    execArgv: invocation.execArgv,
    clock: systemClock,
    log,
    syslogFacility,
    identSuffix: identSuffix(place),
    load: async () => {
      const next = await reloaded(options, place, log);
      if (next === undefined) return undefined;
      latest = next;
      process.title = supervisorName(invocation.title, next.global);
      applyUmask(options.umask, next.global);
      return next;
    },
    async writeFirstTable(config, settings) {
      if (!(await writeFirstTable(config, settings, systemClock))) return;
      const took = (systemClock.now() - readAt).toFixed(1);
      if (config === first) log.info(`IPVS table is in the kernel, ${took} ms after the configuration was read`);
    },
    notifications,
  });
  const control = openControlSocket({
    path: controlSocketOf(options.pidFile),
    log,
    status: async () => ({ version: invocation.version, pid: process.pid, ...(await running.status()) }),
    order: (order) => running.order(order),
  });
  hearDumps((dump) => running.dump(dump));
  supervisor = running;
  if (stopAsked) running.stop();
  const status = await running.ended;
  control.close();
  await runOnce('shutdown', scriptsAround(latest.global).shutdown, once);
  pidFile.release();
  log.info('Stopped vipward');
  return status;
};

type HearDumps = (call: (dump: Dump) => void) => void;

/** From the first moment on, since the default actions end the process; what comes before somebody hears it means nothing. */
const listenForDumps = (): HearDumps => {
  let call = (_: Dump): void => {};
  for (const [number, dump] of dumpsByNumber) onSignalNumber(number, () => call(dump));
  for (const number of realtimeSignals) onSignalNumber(number, () => {});
  return (next) => {
    call = next;
  };
};

const scriptsAround = (global: GlobalDefs): Record<'startup' | 'shutdown', Parameters<typeof runOnce>[1]> => ({
  startup: { script: global.startupScript, timeout: global.startupScriptTimeout ?? onceTimeoutMs },
  shutdown: { script: global.shutdownScript, timeout: global.shutdownScriptTimeout ?? onceTimeoutMs },
});
const onceTimeoutMs = 10_000;

/** keepalived starts with whatever is left of a file with errors; only a file that says nothing usable ends it. */
const firstConfig = async (loaded: Loaded, options: DaemonOptions, log: Logger): Promise<Config> => {
  if (loaded.missing) {
    throw new DaemonError('CONFIG_MISSING', exitStatus.noConfig, missingText(options.file, loaded));
  }
  logFindings(loaded, log);
  const unusable = loaded.diagnostics.find(({ code }) => code.startsWith('env-interface'));
  if (unusable !== undefined && options.runVrrp) {
    throw new DaemonError(
      'CONFIG_ENVIRONMENT',
      exitStatus.config,
      `${where(unusable.at)}: ${unusable.message}; nothing was started`,
    );
  }
  if (loaded.status === exitStatus.config) {
    throw new DaemonError('CONFIG_UNUSABLE', exitStatus.config, `${options.file} cannot be used; see above`);
  }
  if (options.runChecker && loaded.config.virtualServers.length > 0) await requireIpvs();
  return loaded.config;
};

/** All or nothing: an error keeps the running configuration, unless it is only about a script (refusesReload). */
const reloaded = async (options: DaemonOptions, place: Place, log: Logger): Promise<Config | undefined> => {
  const loaded = loadFor(options, await hostLinks());
  if (loaded.missing) {
    log.error(missingText(options.file, loaded));
    return undefined;
  }
  logFindings(loaded, log);
  if (loaded.diagnostics.some(refusesReload)) return undefined;
  const next = placeOf(options.namespace, loaded.config.process);
  if (next.namespace !== place.namespace) log.error('Cannot change network namespace at a reload - please restart');
  if (next.instance !== place.instance) log.error('Cannot change the instance at a reload - please restart');
  return loaded.config;
};

/** A script that cannot run is left out, at start as at reload: the same file must not be good for one and bad for the other. */
const refusesReload = ({ severity, code }: Diagnostic): boolean =>
  severity === 'error' && !code.startsWith('env-script') && code !== 'env-unknown-user';

/** A log has one line a finding: place, what, hint; the line itself is for -t and check. */
const logFindings = (loaded: Loaded, log: Logger): void => {
  for (const { severity, code, message, at, hint } of loaded.diagnostics) {
    const text = `${where(at)}: ${severity}: ${message}${hint === undefined ? '' : ` (${hint})`} [${code}]`;
    if (severity === 'error') log.error(text);
    else if (severity === 'warning') log.warning(text);
    else log.notice(text);
  }
};

const where = (at: { readonly file: string; readonly line: number; readonly column: number }): string =>
  `${at.file}:${at.line}:${at.column}`;

const alreadyRunning = (log: Logger, { dontFork, logConsole }: DaemonOptions): number => {
  log.info('daemon is already running');
  // The status is keepalived's 0: whoever started it by hand should not take it for a start.
  if (!(dontFork && logConsole)) process.stderr.write('vipward: daemon is already running\n');
  return exitStatus.ok;
};

const supervisorLogger = (options: DaemonOptions, syslogFacility: number | undefined, suffix: string): Logger => {
  const wallClock = (): Date => new Date();
  const sinks = [
    ...(options.dontFork && options.logConsole ? [stderrSink(process.stderr, wallClock)] : []),
    ...(syslogFacility === undefined
      ? []
      : [syslogSink({ facility: syslogFacility, ident: `Keepalived${suffix}`, pid: process.pid, wallClock })]),
  ];
  return createLogger(sinks, { detail: options.logDetail > 0 });
};

/** This program once more, with other words. */
const commandOf = ({ entry, execArgv, title }: DaemonInvocation, args: readonly string[]): readonly string[] => {
  const called = title === 'keepalived' ? ['keepalived'] : ['vipward', 'keepalived'];
  return [process.execPath, ...execArgv, entry, ...called, ...args];
};

/** Longest wait for the background process to have its pid file; a slow machine starts Node in seconds. */
const backgroundWaitMs = 30_000;

/**
 * Starts the same command with -n in a session of its own, and returns when it holds the pid file, so that a unit of
 * Type=forking finds it there. Everything that can be refused has been checked by now. Paths are made absolute, since
 * a daemon lives in /.
 */
const goToBackground = async (options: DaemonOptions, invocation: DaemonInvocation): Promise<number> => {
  const paths = [
    ['-f', options.file],
    ['-p', options.pidFile],
    ['-r', options.vrrpPidFile],
    ['-c', options.checkerPidFile],
    ['-b', options.bfdPidFile],
  ].flatMap(([flag = '', path = '']) => [flag, resolve(path)]);
  const [program = process.execPath, ...words] = commandOf(invocation, ['-n', ...invocation.args, ...paths]);
  const child = spawn(program, words, {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
  let ended: number | undefined;
  child.once('error', () => {
    ended = exitStatus.fatal;
  });
  child.once('exit', (code) => {
    ended = code ?? exitStatus.fatal;
  });
  const deadline = systemClock.now() + backgroundWaitMs;
  while (ended === undefined && lockHolder(options.pidFile) !== child.pid && systemClock.now() < deadline) {
    await new Promise<void>((done) => void systemClock.at(systemClock.now() + 10, done));
  }
  child.unref();
  return ended ?? exitStatus.ok;
};
