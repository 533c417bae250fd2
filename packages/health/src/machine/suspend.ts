// ha_suspend: no checks while none of a virtual server's addresses is on this host.
import { ipKey } from '@vipward/config/address';
import type { ServiceBlock } from './service-block.ts';

/** Whether an address is on this host, by ipKey(). */
export type IsHere = (address: string) => boolean;

/** A group is watched for all of its addresses: one is enough. */
export const isSuspended = ({ virtualServer, written }: ServiceBlock, isHere: IsHere): boolean =>
  virtualServer.haSuspend === true &&
  !written.some(({ target }) => target.kind === 'address' && isHere(ipKey(target.address)));
