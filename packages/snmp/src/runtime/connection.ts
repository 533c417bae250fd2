// The stream to the master: bytes to messages and back, whatever the pieces they come in.
import { connect as connectSocket } from 'node:net';
import { decodePdu, messageLength } from '../agentx/decode.ts';
import { encodePdu } from '../agentx/encode.ts';
import type { Pdu } from '../agentx/pdu.ts';
import type { MasterAddress } from './address.ts';

export interface Connection {
  send(pdu: Pdu): void;
  /** Sends what is still to be sent; nothing is heard any more. */
  close(): void;
}

export interface ConnectionEvents {
  onPdu(pdu: Pdu): void;
  /** Once, unless it is closed here. */
  onClose(why: string): void;
}

/** A master that reads nothing any more does not keep the stream open. */
const flushWithinMs = 5000;

export type Connect = (events: ConnectionEvents) => Connection;

export const connectTo =
  (address: MasterAddress): Connect =>
  ({ onPdu, onClose }) => {
    const socket = connectSocket(
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
    );
    let ended = false;
    const end = (why: string): void => {
      if (ended) return;
      ended = true;
      socket.destroy();
      onClose(why);
    };
    let rest: Uint8Array = new Uint8Array();
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (!ended) {
        const length = messageLength(rest);
        if (length === undefined || (typeof length === 'number' && rest.length < length)) return;
        if (typeof length === 'object') return end(`it sent ${length.unreadable}`);
        const pdu = decodePdu(rest.subarray(0, length));
        if ('unreadable' in pdu) return end(`it sent ${pdu.unreadable}`);
        rest = rest.subarray(length);
        onPdu(pdu);
      }
    });
    socket.on('error', (error) => end('code' in error ? String(error.code) : error.message));
    socket.on('close', () => end('it closed the connection'));
    return {
      send: (pdu) => void socket.write(encodePdu(pdu)),
      close() {
        ended = true;
        socket.setTimeout(flushWithinMs, () => socket.destroy());
        socket.unref();
        socket.destroySoon();
      },
    };
  };
