// Tells which nftables tables a transaction touched, and who made it.
import { readAttributes, walkAttributes } from '../codec/attribute.ts';
import { text } from '../codec/field.ts';
import { decodeMessages, type Message } from '../codec/message.ts';
import { DecodeError } from '../errors.ts';
import { openNative } from '../transport/native.ts';
import { netlinkProtocol } from '../transport/transport.ts';
import { decodeNetfilter, generationTable, isNftables, netfilterFamily, nftType } from './message.ts';

export interface NftTransaction {
  /** `ip NAME` and `ip6 NAME`; undefined: some may have been missed. */
  readonly tables: ReadonlySet<string> | undefined;
  /** Who made it; process 0 where the kernel does not say (before 4.14). */
  readonly process: number;
  readonly name: string;
}

export type WatchNft = (listener: (transaction: NftTransaction) => void) => () => void;

/** NFNLGRP_NFTABLES */
const group = 7;
/** Bytes: what others do in large does not matter, only that it may have been about us. */
const receiveBuffer = 512 * 1024;

/** Throws SocketError, and AddonError where no addon loads. */
export const watchNft =
  (namespace: string | undefined): WatchNft =>
  (listener) => {
    const read = transactions(listener);
    const missed = (): void => listener({ tables: undefined, process: 0, name: '' });
    const transport = openNative(
      netlinkProtocol.netfilter,
      { onDatagram: read, onOverrun: missed, onFailure: missed },
      [group],
      receiveBuffer,
      namespace,
    );
    return () => transport.close();
  };

/** Takes datagrams of the group in their order. */
export const transactions = (listener: (transaction: NftTransaction) => void): ((datagram: Uint8Array) => void) => {
  let tables = new Set<string>();
  const take = ({ type, payload }: Message): void => {
    if (!isNftables(type)) return;
    const { family, attributes } = decodeNetfilter(payload);
    if (type === nftType.generation) {
      const { process = 0, name = '' } = readAttributes(generationTable, attributes);
      listener({ tables, process, name });
      tables = new Set();
      return;
    }
    const prefix = family === netfilterFamily[4] ? 'ip' : family === netfilterFamily[6] ? 'ip6' : undefined;
    if (prefix === undefined) return;
    // The table's name is attribute 1 of everything that lies in it, and of the table itself.
    walkAttributes(attributes, (number, _flags, value) => {
      if (number === 1) tables.add(`${prefix} ${text.read(value, false)}`);
    });
  };
  return (datagram) => {
    try {
      for (const message of decodeMessages(datagram)) take(message);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      tables = new Set();
      listener({ tables: undefined, process: 0, name: '' });
    }
  };
};
