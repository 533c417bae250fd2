// Prints every VRRP, ARP and neighbour advertisement frame that an interface sees, for tests in a namespace: `TIME HEX`.
import { AF_PACKET, ETH_P_ALL, networkOrder16, openSocket, SOCK_RAW, sockaddrLl, systemClock } from '@vipward/sockets';

const ifIndex = Number(process.argv[2]);
const socket = openSocket(AF_PACKET, SOCK_RAW, networkOrder16(ETH_P_ALL));
socket.bind(sockaddrLl({ ifIndex, protocol: ETH_P_ALL }));
socket.listen({
  onDatagram({ data }) {
    const frame = Buffer.from(data);
    const type = frame.readUInt16BE(12);
    // AH (51) is taken for VRRP: nothing else speaks it here.
    const vrrp4 = type === 0x0800 && (frame[23] === 112 || frame[23] === 51);
    const vrrp = vrrp4 || (type === 0x86dd && frame[20] === 112);
    const advertisement = type === 0x86dd && frame[20] === 58 && frame[54] === 136;
    if (vrrp || advertisement || type === 0x0806) console.log(systemClock.now().toFixed(3), frame.toString('hex'));
  },
  onError: (error) => console.log('error', error.message),
});
console.log('capturing');
