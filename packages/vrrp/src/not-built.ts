// What a configuration may ask of an instance and this build cannot do: refused as a whole, never done halfway.
import type { GlobalDefs, SourceLocation, VrrpInstance } from '@vipward/config';
import { ipEqual } from '@vipward/config/address';
import { vrrpGroup } from './advert/groups.ts';

export interface NotBuilt {
  readonly what: string;
  readonly hint: string;
  readonly at: SourceLocation;
}

/** Undefined when the instance can run as it is written. Beside peers that do it right, half of it means two masters. */
export const notBuilt = (
  instance: VrrpInstance,
  { vrrpMcastGroup4, vrrpMcastGroup6 }: Pick<GlobalDefs, 'vrrpMcastGroup4' | 'vrrpMcastGroup6'> = {},
): NotBuilt | undefined => {
  const { authentication, authHmac, multicastDestinationIp, interfaceName, vrf, at } = instance;
  if (authentication?.type === 'AH') return { what: 'auth_type AH', hint: 'use PASS, or none', at };
  if (authHmac) return { what: 'auth_hmac', hint: 'peers would refuse adverts without it', at };
  const groups = [multicastDestinationIp, vrrpMcastGroup4, vrrpMcastGroup6].filter((group) => group !== undefined);
  if (instance.unicastPeers.length === 0 && groups.some((group) => !ipEqual(group, vrrpGroup(group.family))))
    return { what: 'another multicast group', hint: 'only 224.0.0.18 and ff02::12 are joined', at };
  if (interfaceName === '' || vrf !== undefined)
    return { what: 'unicast without an interface', hint: 'name the interface of the adverts', at };
  return undefined;
};
