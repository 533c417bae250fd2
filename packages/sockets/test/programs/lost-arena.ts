// Detaches the receive arena inside a callback while more datagrams wait.
import { addon } from '../../src/addon.ts';
import { boundUdp } from './udp.ts';

const native = addon();
const bound = boundUdp();
const address = bound.localAddress();
const handle = native.adopt(bound.release());
const arena = new Uint8Array(1024);
native.listen(handle, arena, new Int32Array(4), 512, 0, (errno) => {
  console.log(errno === 0 ? `datagram ${arena[128]}` : `errno ${errno}`);
  if (errno === 0) structuredClone(arena.buffer, { transfer: [arena.buffer] });
});
for (let i = 1; i <= 3; i++) native.send(handle, [Uint8Array.of(i)], address);
// The poll has stopped, so nothing but this timer keeps the process.
setTimeout(() => {
  native.close(handle);
  console.log('closed');
}, 50);
