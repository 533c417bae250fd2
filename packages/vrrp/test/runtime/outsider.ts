// Somebody on the wire who is no router: puts the IPv4 packets that come as hex lines on every interface of its command line.
import { createInterface } from 'node:readline';
import {
  AF_INET,
  deviceName,
  IPPROTO_RAW,
  openSocket,
  SO_BINDTODEVICE,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
} from '@vipward/sockets';

const senders = process.argv.slice(2).map((link) => {
  const socket = openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link));
  return socket;
});
createInterface({ input: process.stdin }).on('line', (hex) => {
  const packet = Buffer.from(hex, 'hex');
  for (const sender of senders) sender.send([packet], sockaddrIn(packet.subarray(16, 20)));
});
console.log('ready');
