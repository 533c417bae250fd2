// Lightweight tunnels of routes (RTA_ENCAP_TYPE and RTA_ENCAP): ip, ip6, mpls, ila.
import type { IpAddress } from '@vipward/config/address';
import { readAttributes, writeAttributes } from '../codec/attribute.ts';
import { ByteWriter, windowOf } from '../codec/bytes.ts';
import { binary, u8, u16be } from '../codec/field.ts';
import { DecodeError } from '../errors.ts';
import { ip } from './address.ts';
import type { RouteEncap } from './routing-model.ts';

/** LWTUNNEL_ENCAP_* */
const encapType = { mpls: 1, ip: 2, ila: 3, ip6: 4 } as const;

/** LWTUNNEL_IP_* and LWTUNNEL_IP6_*, which have the same numbers. */
const ipTable = {
  id: [1, binary],
  destination: [2, binary],
  source: [3, binary],
  ttl: [4, u8],
  tos: [5, u8],
  flags: [6, u16be],
} as const;

/** MPLS_IPTUNNEL_* */
const mplsTable = { labels: [1, binary], ttl: [2, u8] } as const;

/** ILA_ATTR_* */
const ilaTable = { locator: [1, binary], checksumMode: [7, u8] } as const;

export const encodeEncap = (encap: RouteEncap): { readonly encapType: number; readonly encap: Uint8Array } => {
  const writer = new ByteWriter(64);
  switch (encap.kind) {
    case 'ip':
    case 'ip6': {
      const { id, destination, source, kind: _, ...rest } = encap;
      writeAttributes(writer, ipTable, {
        ...rest,
        ...(id === undefined ? {} : { id: bytesOfLong(id) }),
        ...(destination === undefined ? {} : { destination: destination.bytes }),
        ...(source === undefined ? {} : { source: source.bytes }),
      });
      break;
    }
    case 'mpls': {
      const { labels, ttl } = encap;
      writeAttributes(writer, mplsTable, { labels: labelStack(labels), ...(ttl === undefined ? {} : { ttl }) });
      break;
    }
    case 'ila': {
      const { locator, checksumMode } = encap;
      const mode = checksumMode === undefined ? {} : { checksumMode };
      writeAttributes(writer, ilaTable, { locator: bytesOfLong(locator), ...mode });
      break;
    }
    case 'other':
      return { encapType: encap.type, encap: encap.bytes };
  }
  return { encapType: encapType[encap.kind], encap: writer.written() };
};

/** Throws DecodeError. */
export const decodeEncap = (type: number, bytes: Uint8Array): RouteEncap => {
  const window = windowOf(bytes);
  switch (type) {
    case encapType.ip:
    case encapType.ip6: {
      const { id, destination, source, ttl, tos, flags } = readAttributes(ipTable, window);
      const family = type === encapType.ip ? 4 : 6;
      const address = (value: Uint8Array): IpAddress => ip(value, family, 0);
      return {
        kind: type === encapType.ip ? 'ip' : 'ip6',
        ...(id === undefined ? {} : { id: longOf(id) }),
        ...(destination === undefined ? {} : { destination: address(destination) }),
        ...(source === undefined ? {} : { source: address(source) }),
        ...(ttl === undefined ? {} : { ttl }),
        ...(tos === undefined ? {} : { tos }),
        ...(flags === undefined ? {} : { flags }),
      };
    }
    case encapType.mpls: {
      const { labels = new Uint8Array(), ttl } = readAttributes(mplsTable, window);
      return { kind: 'mpls', labels: labelsOf(labels), ...(ttl === undefined ? {} : { ttl }) };
    }
    case encapType.ila: {
      const { locator = new Uint8Array(8), checksumMode } = readAttributes(ilaTable, window);
      return { kind: 'ila', locator: longOf(locator), ...(checksumMode === undefined ? {} : { checksumMode }) };
    }
    default:
      return { kind: 'other', type, bytes };
  }
};

/** 64 bits in network order. */
export const bytesOfLong = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};

export const longOf = (bytes: Uint8Array): bigint => {
  if (bytes.length !== 8) throw new DecodeError(`integer of 8 bytes has ${bytes.length}`, 0);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
};

// RFC 3032 section 2.1: label 20 bits, traffic class 3, bottom of stack 1, TTL 8.
const labelStack = (labels: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * labels.length);
  const view = new DataView(bytes.buffer);
  labels.forEach((label, i) => {
    view.setUint32(4 * i, ((label << 12) | (i === labels.length - 1 ? 0x100 : 0)) >>> 0);
  });
  return bytes;
};

const labelsOf = (bytes: Uint8Array): readonly number[] => {
  if (bytes.length % 4 !== 0) throw new DecodeError(`a label stack has ${bytes.length} bytes`, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i) >>> 12);
};
