// The errors of this package: one class for what the kernel refused, one for bytes that make no sense.

/** A request the kernel refused, or that got no answer. `code` is stable: NETLINK_REFUSED, NETLINK_TIMEOUT, NETLINK_CLOSED, NETLINK_OVERRUN, IPVS_ABSENT, IPVS_TOO_OLD. */
export class NetlinkError extends Error {
  override readonly name = 'NetlinkError';
  readonly code: string;
  /** Positive errno, 0 when the kernel did not answer. */
  readonly errno: number;
  /** ENOENT and so on; '' when errno is 0. */
  readonly errnoName: string;
  /** What was attempted, such as "add-service 10.0.0.1:80 tcp". */
  readonly operation: string;
  /** The kernel's extended-ack text (NLMSGERR_ATTR_MSG), when it gave one. */
  readonly kernelMessage: string | undefined;

  constructor(fields: {
    code: string;
    operation: string;
    errno?: number;
    errnoName?: string;
    kernelMessage?: string | undefined;
    message?: string;
    cause?: unknown;
  }) {
    const { code, operation, errno = 0, errnoName = '', kernelMessage, message, cause } = fields;
    const said = message ?? [errnoName, kernelMessage].filter(Boolean).join(': ');
    super(`${operation}: ${said || code}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.errno = errno;
    this.errnoName = errnoName;
    this.operation = operation;
    this.kernelMessage = kernelMessage;
  }
}

/** Bytes from the kernel (or a test) that are too short, unaligned, or lie about their length. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code = 'NETLINK_DECODE';
  /** Offset in bytes where reading failed. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at byte ${offset}`);
    this.offset = offset;
  }
}
