// Elements of sets straight over netlink: what a take-over waits for takes no other program.
import { type IpFamily, parseIp } from '@vipward/config/address';
import { type Clock, systemClock } from '@vipward/sockets';
import { writeAttributes } from '../codec/attribute.ts';
import { ByteWriter, hostIsLittleEndian } from '../codec/bytes.ts';
import { messageFlag, writeMessage } from '../codec/message.ts';
import { Channel } from '../transport/channel.ts';
import { transportWith } from '../transport/open.ts';
import type { Packet } from '../transport/packet.ts';
import { netlinkProtocol, type OpenTransport } from '../transport/transport.ts';
import {
  batchType,
  elementListTable,
  netfilterFamily,
  nftType,
  writeBatchHeader,
  writeNetfilterHeader,
} from './message.ts';
import { isRecord, type NftObject } from './transaction.ts';

export interface ElementChange {
  readonly verb: 'add' | 'delete';
  readonly family: IpFamily;
  readonly table: string;
  readonly set: string;
  /** Keys as the kernel has them: parts in network order, each filled up to 4 bytes; interface numbers in host order. */
  readonly keys: readonly Uint8Array[];
}

export interface ElementKernel {
  /** All of them or none; false when the kernel refuses, or no socket can be had. Never rejects. */
  change(changes: readonly ElementChange[]): Promise<boolean>;
  close(): void;
}

/** ms */
const TIMEOUT = 2000;

export const openElementKernel = (
  namespace?: string,
  clock: Clock = systemClock,
  open: OpenTransport = transportWith({ namespace }),
): ElementKernel => {
  const channel = new Channel({ protocol: netlinkProtocol.netfilter, open, clock, timeout: TIMEOUT });
  return {
    change: (changes) =>
      new Promise((resolve) => {
        let refused = false;
        channel.post({
          packet: elementPacket(changes),
          dump: false,
          onReply: () => undefined,
          onRefusal: () => {
            refused = true;
            // Who may not begin a batch hears of nothing else in it.
            resolve(false);
          },
          onEnd: (interruption) => resolve(!refused && interruption === undefined),
        });
      }),
    close: () => channel.close(),
  };
};

/**
 * One transaction. The end of the batch stands outside of the packet's messages: kernels before 6.10 do not acknowledge it, so the
 * acknowledgement is asked of the last change, which comes when all is done.
 */
export const elementPacket = (changes: readonly ElementChange[]): Packet => {
  const writer = new ByteWriter(512);
  const offsets: number[] = [];
  const write = (type: number, flags: number, payload: (to: ByteWriter) => void): void => {
    writeMessage(writer, { type, flags: flags | messageFlag.request, sequence: 0 }, payload);
  };
  offsets.push(writer.length);
  write(batchType.begin, 0, writeBatchHeader);
  for (const { verb, family, table, set, keys } of changes) {
    offsets.push(writer.length);
    const [type, flags] = verb === 'add' ? [nftType.addElement, messageFlag.create] : [nftType.deleteElement, 0];
    write(type, flags, (to) => {
      writeNetfilterHeader(to, netfilterFamily[family]);
      writeAttributes(to, elementListTable, { table, set, elements: keys });
    });
  }
  write(batchType.end, 0, writeBatchHeader);
  return { offsets, writer, operation: () => 'change elements of an nftables set' };
};

/** Commands of changeElements() in this form; undefined where they have keys other than addresses, with or without interface. */
export const asElementChanges = (
  commands: readonly NftObject[],
  indexOf: (link: string) => number | undefined,
): readonly ElementChange[] | undefined => {
  const changes: ElementChange[] = [];
  for (const command of commands) {
    for (const verb of ['add', 'delete'] as const) {
      const body = command[verb];
      if (body === undefined) continue;
      const element = isRecord(body) ? body.element : undefined;
      if (!isRecord(element) || !Array.isArray(element.elem)) return undefined;
      const { family, table, name, elem } = element;
      const keys = elem.flatMap((one) => keyOf(one, indexOf) ?? []);
      if (typeof table !== 'string' || typeof name !== 'string' || keys.length !== elem.length) return undefined;
      changes.push({ verb, family: family === 'ip' ? 4 : 6, table, set: name, keys });
    }
  }
  return changes;
};

const keyOf = (element: unknown, indexOf: (link: string) => number | undefined): Uint8Array | undefined => {
  if (typeof element === 'string') return parseIp(element)?.bytes;
  if (!isRecord(element) || !Array.isArray(element.concat) || element.concat.length !== 2) return undefined;
  const [address, link]: readonly unknown[] = element.concat;
  const bytes = typeof address === 'string' ? parseIp(address)?.bytes : undefined;
  const index = typeof link === 'string' ? indexOf(link) : undefined;
  if (bytes === undefined || index === undefined) return undefined;
  const key = new Uint8Array(bytes.length + 4);
  key.set(bytes);
  new DataView(key.buffer).setUint32(bytes.length, index, hostIsLittleEndian);
  return key;
};
