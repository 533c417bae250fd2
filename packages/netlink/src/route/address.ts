// Interface addresses out of rtnetlink messages and into them.
import type { IpAddress, IpFamily } from '@vipward/config/address';
import { readAttributes, writeAttributes } from '../codec/attribute.ts';
import type { ByteWriter, Window } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { addressTable, decodeAddressHeader, writeAddressHeader } from './message.ts';
import type { InterfaceAddress, NewAddress } from './model.ts';

/** undefined for a family that is neither IPv4 nor IPv6. Throws DecodeError. */
export const decodeAddress = (payload: Window): InterfaceAddress | undefined => {
  const { header, attributes } = decodeAddressHeader(payload);
  const family = familyOf(header.family);
  if (family === undefined) return undefined;
  const { local, address, broadcast, label, flags, protocol } = readAttributes(addressTable, attributes);
  return {
    ifIndex: header.index,
    address: ip(local ?? address, family, payload.start),
    prefixLength: header.prefixLength,
    scope: header.scope,
    flags: flags ?? header.flags,
    ...(label === undefined ? {} : { label }),
    ...(broadcast === undefined ? {} : { broadcast: ip(broadcast, family, payload.start) }),
    protocol: protocol ?? 0,
  };
};

/** Payload of RTM_NEWADDR and RTM_DELADDR. */
export const writeAddress = (writer: ByteWriter, added: NewAddress): void => {
  const { address, label, protocol, noDad = false, preferredLifetime } = added;
  writeAddressHeader(writer, {
    family: address.family === 4 ? AF_INET : AF_INET6,
    prefixLength: added.prefixLength,
    flags: noDad && address.family === 6 ? IFA_F_NODAD : 0,
    scope: added.scope ?? 0,
    index: added.ifIndex,
  });
  writeAttributes(writer, addressTable, {
    local: address.bytes,
    address: address.bytes,
    // IPv6 addresses have no labels.
    ...(label === undefined || address.family === 6 ? {} : { label }),
    ...(preferredLifetime === undefined ? {} : { cacheInfo: lifetimes(preferredLifetime) }),
    ...(protocol === undefined || protocol === 0 ? {} : { protocol }),
  });
};

// struct ifa_cacheinfo: preferred and valid lifetime in seconds, then two time stamps of the kernel's own.
const lifetimes = (preferred: number): Uint8Array => {
  const forever = 0xffffffff;
  return new Uint8Array(Uint32Array.of(preferred, forever, 0, 0).buffer);
};

const AF_INET = 2;
const AF_INET6 = 10;
const IFA_F_NODAD = 0x02;

export const familyOf = (number: number): IpFamily | undefined => {
  if (number === AF_INET) return 4;
  return number === AF_INET6 ? 6 : undefined;
};

export const ip = (bytes: Uint8Array | undefined, family: IpFamily, offset: number): IpAddress => {
  const length = family === 4 ? 4 : 16;
  if (bytes?.length !== length) throw new DecodeError(`address has ${bytes?.length ?? 0} of ${length} bytes`, offset);
  return { family, bytes };
};
