// What a configuration may ask of an instance and this build cannot do: refused as a whole, never done halfway.
import type { SourceLocation, VrrpInstance } from '@vipward/config';

export interface NotBuilt {
  readonly what: string;
  readonly hint: string;
  readonly at: SourceLocation;
}

/** Undefined when the instance can run as it is written. Beside peers that do it right, half of it means two masters. */
export const notBuilt = (instance: VrrpInstance): NotBuilt | undefined => {
  const { authHmac, at } = instance;
  if (authHmac) return { what: 'auth_hmac', hint: 'peers would refuse adverts without it', at };
  return undefined;
};
