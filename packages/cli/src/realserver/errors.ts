// The errors of `vipward realserver`: a stable code, one line, and the exit status.

export type RealserverErrorCode =
  /** The command line makes no sense. */
  | 'REALSERVER_USAGE'
  | 'REALSERVER_BAD_ADDRESS'
  /** The VIP is an address of another interface of this machine. */
  | 'REALSERVER_ADDRESS_IN_USE'
  | 'REALSERVER_LO_DOWN'
  /** EPERM, EACCES, or a read-only /proc/sys. */
  | 'REALSERVER_NO_PRIVILEGE'
  /** The kernel, /proc/sys or the record refused for another reason. */
  | 'REALSERVER_FAILED';

export class RealserverError extends Error {
  override readonly name = 'RealserverError';
  readonly code: RealserverErrorCode;

  constructor(code: RealserverErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }

  /** 2: asked wrongly; 1: the machine is not as it must be. */
  get exitStatus(): 1 | 2 {
    return this.code === 'REALSERVER_USAGE' || this.code === 'REALSERVER_BAD_ADDRESS' ? 2 : 1;
  }
}
