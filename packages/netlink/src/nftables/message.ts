// nfnetlink and nftables as numbers: its header, its batches, elements of sets, the end of a transaction.

import type { Table } from '../codec/attribute.ts';
import { writeAttributes } from '../codec/attribute.ts';
import { atLeast, type ByteWriter, slice, type Window } from '../codec/bytes.ts';
import { binary, type Field, nested, text, u32be } from '../codec/field.ts';

const SUBSYSTEM = 10;

/** NFNL_MSG_BATCH_*: all between the two is one transaction. */
export const batchType = { begin: 0x10, end: 0x11 } as const;

/** NFT_MSG_* in the subsystem of nftables. */
export const nftType = {
  addElement: (SUBSYSTEM << 8) | 12,
  deleteElement: (SUBSYSTEM << 8) | 14,
  /** A transaction has ended; what it did came before. */
  generation: (SUBSYSTEM << 8) | 15,
} as const;

/** NFPROTO_* of the tables ip and ip6. */
export const netfilterFamily = { 4: 2, 6: 10 } as const;

const headerLength = 4;

/** struct nfgenmsg */
export const writeNetfilterHeader = (writer: ByteWriter, family: number, resource = 0): void => {
  writer.u8(family);
  writer.u8(0);
  writer.u16(resource, false);
};

/** The header of a batch's begin and end names the subsystem. */
export const writeBatchHeader = (writer: ByteWriter): void => writeNetfilterHeader(writer, 0, SUBSYSTEM);

export const isNftables = (type: number): boolean => type >> 8 === SUBSYSTEM;

/** The family, and the attributes after it. Throws DecodeError. */
export const decodeNetfilter = (payload: Window): { readonly family: number; readonly attributes: Window } => {
  atLeast(payload, headerLength, 'nfnetlink header');
  return {
    family: payload.view.getUint8(payload.start),
    attributes: slice(payload, payload.start + headerLength, payload.end),
  };
};

/** NFTA_GEN_*; the id is that of the thread. */
export const generationTable = {
  id: [1, u32be],
  process: [2, u32be],
  name: [3, text],
} as const satisfies Table;

// NFTA_SET_ELEM_KEY and NFTA_DATA_VALUE within NFTA_LIST_ELEM.
const elementTable = { element: [1, nested({ key: [1, nested({ value: [1, binary] })] })] } as const satisfies Table;

const keys: Field<readonly Uint8Array[]> = {
  flags: nested({}).flags,
  write: (writer, values) => {
    for (const value of values) writeAttributes(writer, elementTable, { element: { key: { value } } });
  },
  read: () => [],
};

/** NFTA_SET_ELEM_LIST_*; written, never read. */
export const elementListTable = {
  table: [1, text],
  set: [2, text],
  elements: [3, keys],
} as const satisfies Table;
