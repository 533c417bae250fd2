// What keeps BFD from starting: stable codes, each naming the instance and the line of the configuration.
import type { SourceLocation } from '@vipward/config';

export type BfdErrorCode = 'BFD_SOCKET';

/** Thrown by startBfd and reload before anything is touched. */
export class BfdError extends Error {
  override readonly name = 'BfdError';
  readonly code: BfdErrorCode;
  readonly instance: string;
  readonly at: SourceLocation;

  constructor(code: BfdErrorCode, instance: string, at: SourceLocation, what: string, cause?: unknown) {
    super(`(${instance}) ${what} (${at.file}:${at.line})`, cause === undefined ? {} : { cause });
    this.code = code;
    this.instance = instance;
    this.at = at;
  }
}
