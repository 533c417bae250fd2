// What the processes are called: by the configuration, or as they always were. Pure.
import type { GlobalDefs } from '@vipward/config';
import type { WorkerRole } from './messages.ts';

/** The kernel keeps 15 characters of it; `usual` is the name without any of these keywords. */
export const supervisorName = (usual: string, { processName }: GlobalDefs): string => processName ?? usual;

/** A name of its own, that of process_names, or that of the parent, which a worker inherits. */
export const workerName = (role: WorkerRole, usual: string, global: GlobalDefs): string => {
  const own = { vrrp: global.vrrpProcessName, checker: global.checkerProcessName, bfd: global.bfdProcessName }[role];
  const common = { vrrp: 'keepalived_vrrp', checker: 'keepalived_lvs', bfd: 'keepalived_bfd' }[role];
  return own ?? (global.processNames ? common : (global.processName ?? usual));
};
