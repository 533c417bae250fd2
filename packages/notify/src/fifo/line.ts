// The lines that named pipes carry, as programs that read keepalived's pipes expect them. Pure.
import type { ServerChange, StateChange } from '../event.ts';

/** `INSTANCE "VI_1" MASTER 100`, with its line end. */
export const stateLine = ({ object, name, state, priority }: Omit<StateChange, 'scripts'>): string =>
  `${object} "${name}" ${state} ${priority}\n`;

/** `RS [10.0.0.2]:tcp:80 [10.0.0.1]:tcp:80 DOWN` or `VS FWM 5 UP`, with its line end. */
export const serverLine = (change: ServerChange): string => {
  const state = change.up ? 'UP' : 'DOWN';
  return change.kind === 'VS'
    ? `VS ${change.virtualServer} ${state}\n`
    : `RS ${change.realServer} ${change.virtualServer} ${state}\n`;
};
