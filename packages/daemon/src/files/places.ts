// Which daemon of several on one machine this is: its network namespace, its pid files and its name in the log. Pure.
import type { ProcessSettings } from '@vipward/config';
import { type PidFiles, usualPidFiles } from '../command/options.ts';

export interface Place {
  readonly namespace: string | undefined;
  readonly instance: string | undefined;
  readonly usePidDir: boolean;
}

/** -s of the command line counts before net_namespace of the file. */
export const placeOf = (namespace: string | undefined, process: ProcessSettings | undefined): Place => ({
  namespace: namespace ?? process?.netNamespace,
  instance: process?.instance,
  usePidDir: process?.usePidDir ?? false,
});

/**
 * Pid files that the command line did not name: `/run/keepalived/keepalived_NAME.pid` with use_pid_dir or an instance, and in
 * `/run/keepalived/NAMESPACE` for a network namespace, where those of keepalived are seen from outside of it.
 */
export const placedPidFiles = (files: PidFiles, { namespace, instance, usePidDir }: Place): PidFiles => {
  if (namespace === undefined && instance === undefined && !usePidDir) return files;
  const folder = namespace === undefined ? '/run/keepalived' : `/run/keepalived/${namespace}`;
  const suffix = instance === undefined ? '' : `_${instance}`;
  const moved = (file: string, usual: string): string =>
    file === usual ? `${folder}/${usual.replace(/^\/run\//, '').replace(/\.pid$/, '')}${suffix}.pid` : file;
  return {
    pidFile: moved(files.pidFile, usualPidFiles.pidFile),
    vrrpPidFile: moved(files.vrrpPidFile, usualPidFiles.vrrpPidFile),
    checkerPidFile: moved(files.checkerPidFile, usualPidFiles.checkerPidFile),
    bfdPidFile: moved(files.bfdPidFile, usualPidFiles.bfdPidFile),
  };
};

/** Behind the name in the system log: `_NAMESPACE_INSTANCE`. */
export const identSuffix = ({ namespace, instance }: Place): string =>
  [namespace, instance].flatMap((part) => (part === undefined ? [] : [`_${part}`])).join('');
