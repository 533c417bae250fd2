// What keeps VRRP from starting: stable codes, each naming the instance, the interface and the line of the configuration.
import type { SourceLocation } from '@vipward/config';

export type VrrpErrorCode =
  | 'VRRP_INTERFACE_MISSING'
  | 'VRRP_NO_MULTICAST'
  | 'VRRP_HMAC_KEY'
  | 'VRRP_DUPLICATE_VRID'
  | 'VRRP_SOCKET';

/** Thrown by startVrrp and reload before anything is touched. */
export class VrrpError extends Error {
  override readonly name = 'VrrpError';
  readonly code: VrrpErrorCode;
  readonly instance: string;
  readonly at: SourceLocation;

  constructor(code: VrrpErrorCode, instance: string, at: SourceLocation, what: string, cause?: unknown) {
    super(`(${instance}) ${what} (${at.file}:${at.line})`, cause === undefined ? {} : { cause });
    this.code = code;
    this.instance = instance;
    this.at = at;
  }
}
