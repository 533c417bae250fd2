// Where multicast adverts go, and the number of the protocol.
import type { IpAddress, IpFamily } from '@vipward/config/address';

/** IANA protocol number of VRRP (RFC 3768 section 5.2.4, RFC 9568 section 5.1.1.4). */
export const IPPROTO_VRRP = 112;

/** 224.0.0.18, vrrp_mcast_group4's default: RFC 3768 section 5.2.2. */
export const VRRP_GROUP: IpAddress = { family: 4, bytes: Uint8Array.of(224, 0, 0, 18) };

/** ff02::12: RFC 9568 section 5.1.2.2. */
export const VRRP_GROUP6: IpAddress = {
  family: 6,
  bytes: Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12),
};

/** The group of a family unless another is configured. */
export const vrrpGroup = (family: IpFamily): IpAddress => (family === 4 ? VRRP_GROUP : VRRP_GROUP6);

/** 224.0.0.0/4 and ff00::/8. */
export const isMulticast = ({ family, bytes }: IpAddress): boolean =>
  family === 4 ? ((bytes[0] ?? 0) & 0xf0) === 0xe0 : bytes[0] === 0xff;
