// The life of the daemon in the foreground: what holds for all of it, the scripts around it, the supervisor and the signals it obeys.
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config, GlobalDefs } from '@vipward/config';
import { type Millis, systemClock } from '@vipward/sockets';
import { controlSocketOf } from '../control/protocol.ts';
import { openControlSocket } from '../control/server.ts';
import type { PidFile } from '../files/pid-file.ts';
import { identSuffix, type Place } from '../files/places.ts';
import { applyUmask, disableLocalIgmp } from '../files/process-wide.ts';
import { whileReading } from '../files/reload-file.ts';
import { logCrashes } from '../log/crash.ts';
import type { Logger } from '../log/logger.ts';
import { writeFirstTable } from '../supervisor/first-table.ts';
import { makeInitFiles } from '../supervisor/init-files.ts';
import { monitored } from '../supervisor/monitoring.ts';
import { createNotifications } from '../supervisor/notifications.ts';
import { onceScripts, runOnce } from '../supervisor/once-scripts.ts';
import { supervisorName } from '../supervisor/process-names.ts';
import { type Supervisor, startSupervisor } from '../supervisor/supervisor.ts';
import { createTimedReload } from '../supervisor/timed-reload.ts';
import { startScriptFor } from '../worker/start-script.ts';
import { reloaded } from './configuration.ts';
import type { HearDumps } from './dump-signals.ts';
import type { DaemonOptions } from './options.ts';
import type { DaemonInvocation } from './run.ts';
import { versionText } from './version-text.ts';

/** Resolves with the exit status when everything has ended. */
export const supervise = async (
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
  await runOnce('startup', onceScripts(first.global).startup, once);
  await notifications.configure(first);
  const timedReload = createTimedReload({
    clock: systemClock,
    wallClock: Date.now,
    log,
    reload: () => supervisor?.reload(),
  });
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
      const next = await whileReading(reloadFileOf(latest.global, options), log, () =>
        reloaded(options, place, log, latest.global),
      );
      if (next === undefined) return undefined;
      latest = next;
      process.title = supervisorName(invocation.title, next.global);
      applyUmask(options.umask, next.global);
      timedReload.configure(next.global);
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
  timedReload.configure(latest.global);
  if (stopAsked) running.stop();
  const status = await running.ended;
  timedReload.close();
  control.close();
  await runOnce('shutdown', onceScripts(latest.global).shutdown, once);
  pidFile.release();
  log.info('Stopped vipward');
  return status;
};

/** Without a name it lies beside the pid file. */
const reloadFileOf = ({ reloadFile }: GlobalDefs, { pidFile }: DaemonOptions): string | undefined =>
  reloadFile === '' ? join(dirname(pidFile), 'keepalived.reload') : reloadFile;
