// net_namespace: the daemon becomes itself once more inside that network namespace, with the same process id.
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { DaemonError, exitStatus } from '../exit.ts';

/** Said to the process that comes out at the other side, so that it does not try for ever. */
const marker = 'VIPWARD_NETNS';

/** Where `ip netns add` keeps them. */
export const namespaceFile = (namespace: string): string => `/run/netns/${namespace}`;

/**
 * Returns at once inside of `namespace`; otherwise this process is replaced by nsenter(1) and that by `command` again: every
 * thread and child is in the namespace then, which setns(2) in a running process cannot promise. DaemonError when there is no
 * such namespace, or no nsenter.
 */
export const enterNamespace = (namespace: string, command: readonly string[], env: NodeJS.ProcessEnv): void => {
  if (isInside(namespace)) return;
  const file = namespaceFile(namespace);
  if (env[marker] === namespace)
    throw new DaemonError(
      'NAMESPACE_REFUSED',
      exitStatus.fatal,
      `Unable to set network namespace ${namespace} - exiting`,
    );
  const nsenter = (env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin')
    .split(':')
    .map((folder) => join(folder, 'nsenter'))
    .find(isExecutable);
  if (nsenter === undefined)
    throw new DaemonError(
      'NAMESPACE_NO_NSENTER',
      exitStatus.fatal,
      `Unable to set network namespace ${namespace}: nsenter (package util-linux) is not in the PATH`,
    );
  if (process.execve === undefined)
    throw new DaemonError(
      'NAMESPACE_REFUSED',
      exitStatus.fatal,
      `Unable to set network namespace ${namespace}: this Node cannot replace its process (it needs version 24)`,
    );
  process.execve(nsenter, ['nsenter', `--net=${file}`, '--', ...command], { ...defined(env), [marker]: namespace });
};

const isInside = (namespace: string): boolean => {
  try {
    const [there, here] = [statSync(namespaceFile(namespace)), statSync('/proc/self/ns/net')];
    return there.dev === here.dev && there.ino === here.ino;
  } catch {
    throw new DaemonError(
      'NAMESPACE_MISSING',
      exitStatus.fatal,
      `Unable to set network namespace ${namespace} - exiting: there is no ${namespaceFile(namespace)} (ip netns add ${namespace})`,
    );
  }
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const defined = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
