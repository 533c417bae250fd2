// How a track script becomes a process: given to the machine that decides when.
import type { Script } from '@vipward/config';

export type ScriptResult =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** `code` is the errno's name. */
  | { readonly kind: 'not-started'; readonly code: string };

export interface RunningScript {
  /** To every process of the script's group. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts a script, or says why it must not run; `ended` is called once, never before it has returned. */
export type StartScript = (script: Script, ended: (result: ScriptResult) => void) => RunningScript | string;
