// What a configuration may ask of an instance and this build cannot do: refused as a whole, never done halfway.
import type { SourceLocation, VrrpInstance } from '@vipward/config';

export interface NotBuilt {
  readonly what: string;
  readonly hint: string;
  readonly at: SourceLocation;
}

/** Undefined when the instance can run as it is written. Beside peers that do it right, half of it means two masters. */
export const notBuilt = (instance: VrrpInstance): NotBuilt | undefined => {
  const { authentication, at } = instance;
  if (authentication?.type === 'AH') return { what: 'auth_type AH', hint: 'use PASS, or none', at };
  return undefined;
};
