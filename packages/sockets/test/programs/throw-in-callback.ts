// Throws in a callback. With "caught", an uncaughtException handler is there and the next datagram must still come.
import { boundUdp } from './udp.ts';

const socket = boundUdp();
if (process.argv[2] === 'caught') {
  process.on('uncaughtException', (error) => console.log(`uncaughtException: ${error.message}`));
}
socket.listen({
  onDatagram({ data }) {
    if (data[0] === 1) throw new Error('from the callback');
    console.log(`datagram ${data[0]}`);
    socket.close();
  },
  onError(error) {
    console.log(error.message);
  },
});
socket.send([Uint8Array.of(1)], socket.localAddress());
socket.send([Uint8Array.of(2)], socket.localAddress());
