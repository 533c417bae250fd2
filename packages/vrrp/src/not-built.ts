// What a configuration may ask of an instance and this build cannot do: refused as a whole, never done halfway.
import type { SourceLocation, VrrpInstance } from '@vipward/config';
import { formatIp } from '@vipward/config/address';

export interface NotBuilt {
  readonly what: string;
  readonly hint: string;
  readonly at: SourceLocation;
}

/** Undefined when the instance can run as it is written. Beside peers that do it right, half of it means two masters. */
export const notBuilt = (instance: VrrpInstance): NotBuilt | undefined => {
  const { version, authentication, virtualAddresses, at } = instance;
  const sixth = virtualAddresses.find(({ address }) => address.family === 6);
  if (sixth)
    return {
      what: `IPv6 address ${formatIp(sixth.address)} needs VRRP version 3`,
      hint: 'this build speaks version 2',
      at: sixth.at,
    };
  if (version === 3) return { what: 'VRRP version 3', hint: 'this build speaks version 2', at };
  if (authentication?.type === 'AH') return { what: 'auth_type AH', hint: 'use PASS, or none', at };
  return undefined;
};
