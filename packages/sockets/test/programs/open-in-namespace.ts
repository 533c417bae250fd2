// A socket of another network namespace: it is there and stays there, and the process is where it was.
import { AF_INET, openSocket, openSocketIn, SOCK_DGRAM, SOL_SOCKET } from '../../src/index.ts';

const elsewhere = `/proc/${process.argv[2]}/ns/net`;
const SO_NETNS_COOKIE = 71;
const cookie = (open: () => ReturnType<typeof openSocket>): string => {
  const socket = open();
  const bytes = socket.getOption(SOL_SOCKET, SO_NETNS_COOKIE, 8);
  socket.close();
  return Buffer.from(bytes).toString('hex');
};
const refused = (open: () => unknown): string => {
  try {
    open();
    return 'opened';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

const before = cookie(() => openSocket(AF_INET, SOCK_DGRAM, 0));
const there = cookie(() => openSocketIn(elsewhere, AF_INET, SOCK_DGRAM, 0));
const after = cookie(() => openSocket(AF_INET, SOCK_DGRAM, 0));
console.log(`elsewhere ${there !== before}`);
console.log(`back ${after === before}`);
console.log(`again ${cookie(() => openSocketIn(elsewhere, AF_INET, SOCK_DGRAM, 0)) === there}`);
console.log(refused(() => openSocketIn('/nonexistent', AF_INET, SOCK_DGRAM, 0)));
console.log(refused(() => openSocketIn('/proc/self/ns/uts', AF_INET, SOCK_DGRAM, 0)));
console.log(`still back ${cookie(() => openSocket(AF_INET, SOCK_DGRAM, 0)) === before}`);
