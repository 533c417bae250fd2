// What one attempt of a check came to: values, never exceptions.

export type Verdict = 'up' | 'down';

/**
 * Why an attempt failed. `local` is trouble of this machine (no descriptors, no memory): it says nothing about the
 * server and changes no verdict, as keepalived only tries again when it can't open a socket.
 */
export type FailureReason =
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'read-timeout'
  | 'closed'
  | 'tls'
  | 'malformed'
  | 'status'
  | 'digest'
  | 'script'
  | 'script-timeout'
  | 'reply'
  | 'greeting'
  | 'helo'
  | 'regex'
  | 'file'
  | 'session'
  | 'local';

/**
 * `weight`: from a MISC_CHECK with misc_dynamic what the script wants the server's weight to be, from a FILE_CHECK what is
 * added to it.
 */
export interface CheckSuccess {
  readonly ok: true;
  readonly weight?: number;
  /** What somebody should see to before it becomes a failure. */
  readonly warning?: string;
}

export interface CheckFailure {
  readonly ok: false;
  readonly reason: FailureReason;
  /** For people, such as `status 502, wanted 200`. */
  readonly detail: string;
}

export type CheckResult = CheckSuccess | CheckFailure;

export const failure = (reason: FailureReason, detail: string): CheckFailure => ({ ok: false, reason, detail });
