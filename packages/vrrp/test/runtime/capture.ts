// Prints every VRRP, ARP and neighbour advertisement frame that an interface sees, for tests in a namespace: `TIME HEX`.
import {
  AF_PACKET,
  decodeControl,
  ETH_P_ALL,
  networkOrder16,
  openSocket,
  SO_TIMESTAMPNS,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrLl,
  systemClock,
} from '@vipward/sockets';

// The moment at which the kernel saw the frame, and not that at which a busy machine let this process read it.
const wallClock = (): number => performance.timeOrigin + performance.now();
// Of twenty readings the one that was least interrupted: what stands between the two clocks is lost to the difference.
const sinceBoot = Math.max(...Array.from({ length: 20 }, () => systemClock.now() - wallClock()));
const seenAt = (control: Uint8Array): number => {
  const stamp = decodeControl(control).find(({ level, type }) => level === SOL_SOCKET && type === SO_TIMESTAMPNS);
  if (stamp === undefined) throw new Error('a frame without the time that was asked for');
  const view = new DataView(stamp.data.buffer, stamp.data.byteOffset, stamp.data.byteLength);
  return Number(view.getBigInt64(0, true)) * 1000 + Number(view.getBigInt64(8, true)) / 1e6 + sinceBoot;
};

const ifIndex = Number(process.argv[2]);
const socket = openSocket(AF_PACKET, SOCK_RAW, networkOrder16(ETH_P_ALL));
socket.setOption(SOL_SOCKET, SO_TIMESTAMPNS, 1);
socket.bind(sockaddrLl({ ifIndex, protocol: ETH_P_ALL }));
socket.listen({
  onDatagram({ data, control }) {
    const frame = Buffer.from(data);
    const type = frame.readUInt16BE(12);
    // AH (51) is taken for VRRP: nothing else speaks it here.
    const vrrp4 = type === 0x0800 && (frame[23] === 112 || frame[23] === 51);
    const vrrp = vrrp4 || (type === 0x86dd && frame[20] === 112);
    const advertisement = type === 0x86dd && frame[20] === 58 && frame[54] === 136;
    if (vrrp || advertisement || type === 0x0806) console.log(seenAt(control).toFixed(3), frame.toString('hex'));
  },
  onError: (error) => console.log('error', error.message),
});
console.log('capturing');
