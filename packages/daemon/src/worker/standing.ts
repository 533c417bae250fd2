// A worker's standing with the kernel, as the configuration wants it: its name and how it is scheduled, at start and after a reload.
import type { GlobalDefs, Millis } from '@vipward/config';
import type { Logger } from '../log/logger.ts';
import type { WorkerRole, WorkerSettings } from '../supervisor/messages.ts';
import { workerName } from '../supervisor/process-names.ts';
import { autoPriorityOf, raisedPriority } from './auto-priority.ts';
import { applyScheduling, ordinary, type Scheduling, type SchedulingEdge, wantedScheduling } from './scheduling.ts';

export interface Standing {
  readonly role: WorkerRole;
  name(global: GlobalDefs): void;
  set(global: GlobalDefs): void;
  /** A timer rang, so late. */
  onRing(late: Millis): void;
}

export const keepStanding = (
  { role, title }: Pick<WorkerSettings, 'role' | 'title'>,
  log: Pick<Logger, 'error' | 'info'>,
  edge?: SchedulingEdge,
): Standing => {
  let now = ordinary;
  let auto = autoPriorityOf({});
  let raised: number | undefined;
  const become = (next: Scheduling): void => {
    applyScheduling(now, next, log, edge);
    now = next;
  };
  return {
    role,
    name(global) {
      process.title = workerName(role, title, global);
    },
    set(global) {
      const wanted = wantedScheduling(role, global);
      // A priority that the file names is what it is; one that was raised stays while it may, as the load is most likely still there.
      auto = wanted.realtime === undefined ? autoPriorityOf(global) : autoPriorityOf({});
      raised = raised === undefined || auto.highest <= 0 ? undefined : Math.min(raised, auto.highest);
      become({ ...wanted, realtime: wanted.realtime ?? raised });
    },
    onRing(late) {
      const next = raisedPriority(auto, raised, late);
      if (next === undefined) return;
      raised = next;
      log.info(`Set realtime priority to ${next}: a timer was ${Math.round(late)} ms late`);
      become({ ...now, realtime: next });
    },
  };
};
