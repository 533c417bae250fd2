// What global_defs says about the sockets of adverts: the size of their receive buffers, and strangers.
import type { GlobalDefs, VrrpInstance } from '@vipward/config';
import type { Link } from '@vipward/netlink';
import { encodeAdvert } from '../advert/advert.ts';
import { TRAILER_LENGTH } from '../advert/hmac.ts';
import { groupOf, ownAdvert } from './instance-settings.ts';

export type WireSettings = Pick<GlobalDefs, 'vrrpRxBufsPolicy' | 'vrrpRxBufsMultiplier' | 'logUnknownVrids'>;

const MULTIPLIER = 3;
const IPV4_AND_AH = 44;

/**
 * Bytes of the receive buffer of a socket for these instances: for each its kernel_rx_buf_size, or what vrrp_rx_bufs_policy
 * says, and in all what they sum up to, as in keepalived. 0 = the kernel's default.
 */
export const receiveBuffer = (
  instances: readonly VrrpInstance[],
  link: Link | undefined,
  settings: WireSettings,
): number =>
  instances.reduce((sum, instance) => sum + (instance.kernelRxBufSize ?? bufferBy(settings, instance, link)), 0);

const bufferBy = (
  { vrrpRxBufsPolicy: policy, vrrpRxBufsMultiplier: multiplier = MULTIPLIER }: WireSettings,
  instance: VrrpInstance,
  link: Link | undefined,
): number => {
  switch (policy?.kind) {
    case undefined:
      return 0;
    case 'bytes':
      return policy.bytes;
    case 'mtu':
      return multiplier * (link?.mtu ?? 0);
    case 'advert':
      return multiplier * advertLength(instance);
  }
};

/** With all headers that may stand around it. */
const advertLength = (instance: VrrpInstance): number => {
  const group = groupOf(instance);
  return (
    IPV4_AND_AH + encodeAdvert(ownAdvert(instance, 1), { source: group, destination: group }).length + TRAILER_LENGTH
  );
};
