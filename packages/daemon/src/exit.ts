// Exit statuses of the daemon: keepalived's numbers, so that units and scripts keep their meaning.
export const exitStatus = {
  ok: 0,
  /** Fatal problem or a bad command line. */
  fatal: 1,
  /** A configuration that cannot run: a parameter is missing, an interface does not exist. */
  config: 2,
  /** Missing permission. */
  permission: 4,
  /** -t: errors, warnings or deprecated keywords. */
  testFailed: 5,
  /** No configuration file. */
  noConfig: 6,
} as const;

export type ExitStatus = number;

/** A problem that ends the daemon: one clear line for the operator and the status to leave with. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError';
  readonly code: string;
  readonly status: ExitStatus;

  constructor(code: string, status: ExitStatus, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.status = status;
  }
}
