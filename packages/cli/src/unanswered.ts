// What is said when the daemon gave no answer, and the exit status that goes with it.
import type { Asked } from '@vipward/daemon/control';
import { coded } from './coded.ts';

/** Status 3 when no daemon runs, as with `systemctl status`; 1 when it runs and does not answer. */
export const unanswered = (
  socket: string,
  answer: Exclude<Asked, { readonly kind: 'status' }>,
): { readonly text: string; readonly status: 1 | 3 } => {
  if (answer.kind === 'failed') return { text: `vipward: ${answer.message} [${answer.code}]\n`, status: 1 };
  const what = 'start it, or name its socket with --socket if its pid file is another one';
  return { text: coded('CONTROL_NO_DAEMON', `vipward: no daemon listens at ${socket}: ${what}`), status: 3 };
};
