// The kernel's news of processes (linux/cn_proc.h): datagrams of the process connector as events. Pure.
import { atLeast, ByteWriter, hostIsLittleEndian, type Window } from '../codec/bytes.ts';
import { controlType, decodeMessages, writeMessage } from '../codec/message.ts';

export type ProcessEvent =
  | { readonly kind: 'fork'; readonly parent: number; readonly child: number }
  /** It runs another program now. */
  | { readonly kind: 'exec'; readonly pid: number }
  /** It has given itself another name, of 15 bytes at most. */
  | { readonly kind: 'renamed'; readonly pid: number; readonly name: string }
  | { readonly kind: 'exit'; readonly pid: number };

/** PROC_EVENT_* of linux/cn_proc.h */
const what = { fork: 0x1, exec: 0x2, comm: 0x200, exit: 0x80000000 } as const;
/** struct cn_msg, and the head of struct proc_event before its union. */
const connectorHeader = 20;
const eventHeader = 16;
/** CN_IDX_PROC and CN_VAL_PROC */
const connectorIndex = { idx: 1, val: 1 } as const;

/** The processes of a datagram; threads are left out. Throws DecodeError. */
export const decodeProcessEvents = (datagram: Uint8Array): readonly ProcessEvent[] =>
  decodeMessages(datagram).flatMap(({ payload }) => processEvent(payload) ?? []);

/** What the connector must be sent before it tells anything. */
export const listenRequest = (): Uint8Array => {
  const writer = new ByteWriter();
  writeMessage(writer, { type: controlType.done, flags: 0, sequence: 0 }, () => {
    writer.u32(connectorIndex.idx);
    writer.u32(connectorIndex.val);
    // Sequence number and acknowledgement, of which the connector makes nothing.
    writer.u32(0);
    writer.u32(0);
    writer.u16(4);
    writer.u16(0);
    writer.u32(listen);
  });
  return writer.written();
};

/** PROC_CN_MCAST_LISTEN */
const listen = 1;

const processEvent = (payload: Window): ProcessEvent | undefined => {
  const start = payload.start + connectorHeader;
  const data = start + eventHeader;
  atLeast(payload, connectorHeader + eventHeader + 8, 'a process event');
  const u32 = (at: number): number => payload.view.getUint32(at, hostIsLittleEndian);
  // Each is told with its thread and its process; other threads than the first are no process of their own.
  const [pid, process] = [u32(data), u32(data + 4)];
  switch (u32(start)) {
    case what.fork: {
      atLeast(payload, connectorHeader + eventHeader + 16, 'a fork');
      const [child, childProcess] = [u32(data + 8), u32(data + 12)];
      return child === childProcess ? { kind: 'fork', parent: process, child } : undefined;
    }
    case what.exec:
      return { kind: 'exec', pid: process };
    case what.comm:
      atLeast(payload, connectorHeader + eventHeader + 24, 'a name');
      return pid === process ? { kind: 'renamed', pid, name: nameAt(payload, data + 8) } : undefined;
    case what.exit:
      return pid === process ? { kind: 'exit', pid } : undefined;
    default:
      return undefined;
  }
};

const nameAt = ({ bytes }: Window, at: number): string => {
  const name = bytes.subarray(at, at + 16);
  const end = name.indexOf(0);
  return new TextDecoder().decode(name.subarray(0, end < 0 ? name.length : end));
};
