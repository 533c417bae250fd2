// The number of an interface, without which a link-local address means nothing.
import { networkInterfaces } from 'node:os';
import type { IpAddress } from '@vipward/config/address';

/** 0 when there is none, or when the interface has no IPv6 address. */
export const scopeOf = (bindIf: string | undefined): number => {
  if (bindIf === undefined) return 0;
  const address = networkInterfaces()[bindIf]?.find(({ family }) => family === 'IPv6');
  return address?.family === 'IPv6' ? address.scopeid : 0;
};

/** fe80::/10 */
export const isLinkLocal = ({ family, bytes: [first = 0, second = 0] }: IpAddress): boolean =>
  family === 6 && first === 0xfe && (second & 0xc0) === 0x80;
