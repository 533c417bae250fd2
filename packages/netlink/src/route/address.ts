// Interface addresses out of rtnetlink messages and into them.
import { type IpAddress, type IpFamily, ipEqual } from '@vipward/config/address';
import { readAttributes, writeAttributes } from '../codec/attribute.ts';
import { type ByteWriter, hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { addressTable, decodeAddressHeader, writeAddressHeader } from './message.ts';
import type { InterfaceAddress, NewAddress } from './model.ts';

/** undefined for a family that is neither IPv4 nor IPv6. Throws DecodeError. */
export const decodeAddress = (payload: Window): InterfaceAddress | undefined => {
  const { header, attributes } = decodeAddressHeader(payload);
  const family = familyOf(header.family);
  if (family === undefined) return undefined;
  const values = readAttributes(addressTable, attributes);
  const { local, address, broadcast, label, flags, protocol, cacheInfo } = values;
  const ours = ip(local ?? address, family, payload.start);
  const other = ip(address ?? local, family, payload.start);
  return {
    ifIndex: header.index,
    address: ours,
    prefixLength: header.prefixLength,
    scope: header.scope,
    flags: flags ?? header.flags,
    ...(label === undefined ? {} : { label }),
    ...(broadcast === undefined ? {} : { broadcast: ip(broadcast, family, payload.start) }),
    ...(ipEqual(ours, other) ? {} : { peer: other }),
    ...(cacheInfo === undefined ? {} : lifetimesOf(cacheInfo)),
    protocol: protocol ?? 0,
  };
};

/** Payload of RTM_NEWADDR and RTM_DELADDR. */
export const writeAddress = (writer: ByteWriter, added: NewAddress): void => {
  const { address, label, broadcast, peer, protocol, preferredLifetime } = added;
  const flags = flagsOf(added);
  const only4 = address.family === 4;
  writeAddressHeader(writer, {
    family: only4 ? AF_INET : AF_INET6,
    prefixLength: added.prefixLength,
    flags: flags & 0xff,
    scope: added.scope ?? 0,
    index: added.ifIndex,
  });
  writeAttributes(writer, addressTable, {
    local: address.bytes,
    address: (peer ?? address).bytes,
    // IPv6 addresses have neither labels nor broadcast addresses.
    ...(label === undefined || !only4 ? {} : { label }),
    ...(broadcast === undefined || !only4 ? {} : { broadcast: broadcast.bytes }),
    ...(preferredLifetime === undefined ? {} : { cacheInfo: lifetimes(preferredLifetime) }),
    // The header has room for 8 bits.
    ...(flags > 0xff ? { flags } : {}),
    ...(protocol === undefined || protocol === 0 ? {} : { protocol }),
  });
};

/** IFA_F_*: linux/if_addr.h */
export const addressFlag = {
  noDad: 0x02,
  home: 0x10,
  manageTemporary: 0x100,
  noPrefixRoute: 0x200,
  autoJoin: 0x400,
} as const;

/** The flags that are asked for; some mean nothing in IPv4. */
export const flagsOf = (added: NewAddress): number => {
  const { noDad, home, manageTemporary, noPrefixRoute, autoJoin } = added;
  const six = added.address.family === 6;
  return (
    (six && noDad === true ? addressFlag.noDad : 0) |
    (six && home === true ? addressFlag.home : 0) |
    (six && manageTemporary === true ? addressFlag.manageTemporary : 0) |
    (noPrefixRoute === true ? addressFlag.noPrefixRoute : 0) |
    (autoJoin === true ? addressFlag.autoJoin : 0)
  );
};

const FOREVER = 0xffffffff;

// struct ifa_cacheinfo: preferred and valid lifetime in seconds, then two time stamps of the kernel's own.
const lifetimes = (preferred: number): Uint8Array => new Uint8Array(Uint32Array.of(preferred, FOREVER, 0, 0).buffer);

const lifetimesOf = (cacheInfo: Uint8Array): Pick<InterfaceAddress, 'preferredLifetime' | 'validLifetime'> => {
  if (cacheInfo.length < 8) return {};
  const view = new DataView(cacheInfo.buffer, cacheInfo.byteOffset, cacheInfo.length);
  const preferred = view.getUint32(0, hostIsLittleEndian);
  const valid = view.getUint32(4, hostIsLittleEndian);
  return {
    ...(preferred === FOREVER ? {} : { preferredLifetime: preferred }),
    ...(valid === FOREVER ? {} : { validLifetime: valid }),
  };
};

const AF_INET = 2;
const AF_INET6 = 10;

export const familyOf = (number: number): IpFamily | undefined => {
  if (number === AF_INET) return 4;
  return number === AF_INET6 ? 6 : undefined;
};

export const ip = (bytes: Uint8Array | undefined, family: IpFamily, offset: number): IpAddress => {
  const length = family === 4 ? 4 : 16;
  if (bytes?.length !== length) throw new DecodeError(`address has ${bytes?.length ?? 0} of ${length} bytes`, offset);
  return { family, bytes };
};
