// A packet socket meets its link going down, and works again after it came back.
import { AF_PACKET, openSocket, parseSockaddr, SOCK_RAW, sockaddrLl } from '../../src/index.ts';
import { indexOf, ip, makeVeth, until } from './veth.ts';

const EXPERIMENTAL = 0x88b5;
makeVeth();
const listenOn = (name: string, log: (line: string) => void) => {
  const socket = openSocket(AF_PACKET, SOCK_RAW, 0);
  socket.bind(sockaddrLl({ ifIndex: indexOf(name), protocol: EXPERIMENTAL }));
  socket.listen({
    onDatagram({ data, from }) {
      const sender = parseSockaddr(from);
      if (sender?.family !== 'packet' || sender.protocol !== EXPERIMENTAL) throw new Error('not ours');
      log(`${name} got ${data[14]}`);
    },
    onError: (error) => log(`${name} ${error.code}`),
  });
  return socket;
};
const frame = (mark: number): Uint8Array => {
  const bytes = new Uint8Array(60).fill(0xff, 0, 6);
  bytes.set([2, 0, 0, 0, 0, 1, EXPERIMENTAL >> 8, EXPERIMENTAL & 0xff, mark], 6);
  return bytes;
};

const lines: string[] = [];
const log = (line: string): void => {
  lines.push(line);
  console.log(line);
};
const a = listenOn('so-a', log);
const b = listenOn('so-b', () => {});
const toA = sockaddrLl({ ifIndex: indexOf('so-b'), protocol: EXPERIMENTAL, address: new Uint8Array(6).fill(0xff) });
b.send([frame(1)], toA);
await until(() => lines.length === 1);
ip('link set so-a down');
await until(() => lines.length === 2);
ip('link set so-a up');
await until(() => ip('-o link show so-b').includes('LOWER_UP'));
b.send([frame(2)], toA);
await until(() => lines.length === 3);
a.close();
b.close();
