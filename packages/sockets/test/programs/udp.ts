// A UDP socket on 127.0.0.1 with a port of its own, for the programs beside.
import { AF_INET, type OwnedSocket, openSocket, SOCK_DGRAM, sockaddrIn } from '../../src/index.ts';

export function boundUdp(): OwnedSocket {
  const socket = openSocket(AF_INET, SOCK_DGRAM, 0);
  socket.bind(sockaddrIn(Uint8Array.of(127, 0, 0, 1)));
  return socket;
}
