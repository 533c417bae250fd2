// The process connector: what the kernel tells of processes that begin, change and end, until it is stopped.
import { DecodeError } from '../errors.ts';
import { openNative } from '../transport/native.ts';
import { netlinkProtocol, wantedReceiveBuffer } from '../transport/transport.ts';
import { decodeProcessEvents, listenRequest, type ProcessEvent } from './event.ts';

export interface ProcessListener {
  onEvent(event: ProcessEvent): void;
  /** Some were lost: look at all processes again. */
  onOverrun(): void;
  /** Nothing more will come. */
  onFailure(error: Error): void;
}

/** CN_IDX_PROC: its multicast group. */
const group = 1;

/**
 * `receiveBuffer`: bytes of events that wait; less than the usual 4 MB is not taken. Throws SocketError: ECONNREFUSED outside the first network namespace, where
 * the kernel has no connector, EPERM without CAP_NET_ADMIN, EPROTONOSUPPORT in a kernel without it.
 */
export const watchProcesses = (
  listener: ProcessListener,
  { receiveBuffer = 0 }: { readonly receiveBuffer?: number } = {},
): (() => void) => {
  const transport = openNative(
    netlinkProtocol.connector,
    {
      onDatagram(data) {
        for (const event of decoded(data)) {
          if (event === undefined) listener.onOverrun();
          else listener.onEvent(event);
        }
      },
      onOverrun: () => listener.onOverrun(),
      onFailure(error) {
        transport.close();
        listener.onFailure(error);
      },
    },
    [group],
    Math.max(receiveBuffer, wantedReceiveBuffer),
  );
  try {
    transport.send([listenRequest()]);
  } catch (error) {
    transport.close();
    throw error;
  }
  return () => transport.close();
};

/** What nobody can read is an event missed. */
const decoded = (data: Uint8Array): readonly (ProcessEvent | undefined)[] => {
  try {
    return decodeProcessEvents(data);
  } catch (error) {
    if (error instanceof DecodeError) return [undefined];
    throw error;
  }
};
