// UDP servers on loopback that answer as a test wants, and ports where nobody listens.
import { createSocket } from 'node:dgram';
import { ip } from '../fixture.ts';

export interface DatagramPeer extends AsyncDisposable {
  readonly connectIp: ReturnType<typeof ip>;
  readonly connectPort: number;
  /** The datagrams that have come so far. */
  readonly received: readonly Uint8Array[];
}

/** `answer` gives the datagrams to send back for one that came. */
export const answering = async (
  answer: (question: Uint8Array) => readonly Uint8Array[],
  address: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<DatagramPeer> => {
  const received: Uint8Array[] = [];
  const socket = createSocket(address === '::1' ? 'udp6' : 'udp4');
  socket.on('message', (question, from) => {
    received.push(question);
    for (const reply of answer(question)) socket.send(reply, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return {
    connectIp: ip(address),
    connectPort: socket.address().port,
    received,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
};

/** A port that was free a moment ago. */
export const closedPort = async (): Promise<Pick<DatagramPeer, 'connectIp' | 'connectPort'>> => {
  await using peer = await answering(() => []);
  return { connectIp: peer.connectIp, connectPort: peer.connectPort };
};
