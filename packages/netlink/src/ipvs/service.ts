// Services into attributes and back.
import type { IpFamily } from '@vipward/config/address';
import type { Values } from '../codec/attribute.ts';
import { hostIsLittleEndian } from '../codec/bytes.ts';
import { DecodeError } from '../errors.ts';
import { addressFamilyNumber, decodeUnion, familyOfNumber } from './address.ts';
import type { serviceTable } from './command.ts';
import type { ProtocolNumber, Service, ServiceEntry, ServiceKey } from './model.ts';
import { decodeStats } from './stats.ts';

type Attributes = Values<typeof serviceTable>;

/** What names a service: enough for delete, get, zero and for its destinations. */
export const encodeServiceKey = (key: ServiceKey): Attributes => {
  switch (key.kind) {
    case 'address':
      return {
        family: addressFamilyNumber[key.address.family],
        protocol: key.protocol,
        address: key.address.bytes,
        port: key.port,
      };
    case 'fwmark':
      return { family: addressFamilyNumber[key.family], mark: key.mark };
  }
};

/** All that new and edit want; the kernel refuses (EINVAL) when scheduler, flags, timeout or netmask is missing. */
export const encodeService = (service: Service): Attributes => {
  const flags =
    (service.persistent ? flagBits.persistent : 0) |
    (service.onePacket ? flagBits.onePacket : 0) |
    ((service.schedFlags & 7) << flagBits.schedShift);
  return {
    ...encodeServiceKey(service.key),
    scheduler: service.scheduler,
    flags: words(hostIsLittleEndian, flags, 0xffffffff),
    timeout: service.timeout,
    netmask: words(familyOf(service.key) === 6 && hostIsLittleEndian, service.netmask),
    ...(service.engine === '' ? {} : { engine: service.engine }),
  };
};

/** Throws DecodeError when the kernel left out what makes a service. */
export const decodeService = (attributes: Attributes): ServiceEntry => {
  const key = decodeServiceKey(attributes);
  const flags = word(attributes.flags, 'flags', hostIsLittleEndian);
  return {
    key,
    scheduler: attributes.scheduler ?? '',
    persistent: (flags & flagBits.persistent) !== 0,
    onePacket: (flags & flagBits.onePacket) !== 0,
    schedFlags: (flags >> flagBits.schedShift) & 7,
    timeout: attributes.timeout ?? 0,
    netmask: word(attributes.netmask, 'netmask', familyOf(key) === 6 && hostIsLittleEndian),
    engine: attributes.engine ?? '',
    stats: decodeStats(attributes),
  };
};

export const decodeServiceKey = (attributes: Attributes): ServiceKey => {
  const family = familyOfNumber(attributes.family);
  if (attributes.mark !== undefined && attributes.mark !== 0) return { kind: 'fwmark', mark: attributes.mark, family };
  return {
    kind: 'address',
    protocol: knownProtocol(attributes.protocol),
    address: decodeUnion(attributes.address, family),
    port: attributes.port ?? 0,
  };
};

export const familyOf = (key: ServiceKey): IpFamily => (key.kind === 'fwmark' ? key.family : key.address.family);

// IP_VS_SVC_F_*. The kernel also reports HASHED (2), which is its own affair.
const flagBits = { persistent: 0x1, onePacket: 0x4, schedShift: 3 } as const;

const knownProtocol = (protocol: number | undefined): ProtocolNumber => {
  if (protocol === 6 || protocol === 17 || protocol === 132) return protocol;
  throw new DecodeError(`service of protocol ${protocol}`, 0);
};

const words = (littleEndian: boolean, ...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => void view.setUint32(i * 4, value, littleEndian));
  return bytes;
};

const word = (bytes: Uint8Array | undefined, what: string, littleEndian: boolean): number => {
  if (bytes === undefined || bytes.length < 4) throw new DecodeError(`${what} has ${bytes?.length ?? 0} of 4 bytes`, 0);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, littleEndian);
};
