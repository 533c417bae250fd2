// Ends the process in the way the first argument says, with sockets in different states.
import { boundUdp } from './udp.ts';

const socket = boundUdp();
const listener = { onDatagram: () => socket.close(), onError: () => {} };

switch (process.argv[2]) {
  case 'process.exit while listening':
    socket.listen(listener);
    setImmediate(() => process.exit(7));
    break;
  case 'closed':
    socket.listen(listener);
    socket.close();
    break;
  case 'never listening':
    break;
  case "unref'd":
    socket.unref();
    socket.listen(listener);
    break;
  case "unref'd later":
    socket.listen(listener);
    socket.unref();
    break;
  case 'listening until a datagram': {
    socket.listen(listener);
    console.log(Buffer.from(socket.localAddress()).readUInt16BE(2));
    break;
  }
  default:
    throw new Error('say how to end');
}
