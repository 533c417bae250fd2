// Addresses as IPVS has them: AF_INET numbers and a 16-byte union, whose first 4 bytes are an IPv4 address.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import { copiedBytes } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';

export const addressFamilyNumber = { 4: 2, 6: 10 } as const;

/** 4 for AF_INET, 6 for AF_INET6. */
export const familyOfNumber = (number: number | undefined): IpFamily => {
  if (number === 2) return 4;
  if (number === 10) return 6;
  throw new DecodeError(`address family ${number} is neither IPv4 nor IPv6`, 0);
};

/** The address in a union nf_inet_addr. */
export const decodeUnion = (union: Uint8Array | undefined, family: IpFamily): IpAddress => {
  const length = family === 4 ? 4 : 16;
  if (union === undefined || union.length < length)
    throw new DecodeError(`address has ${union?.length ?? 0} of ${length} bytes`, 0);
  return { family, bytes: copiedBytes(union, 0, length) };
};
