// Protocol 112 over multicast, IPv4 and IPv6, with what VRRP needs: TTL 255, pktinfo, the kernel's checksum.
import {
  AF_INET,
  AF_INET6,
  decodeControl,
  deviceName,
  encodeControl,
  IP_ADD_MEMBERSHIP,
  IP_HDRINCL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_VRRP,
  IPV6_ADD_MEMBERSHIP,
  IPV6_CHECKSUM,
  IPV6_HOPLIMIT,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_IF,
  IPV6_MULTICAST_LOOP,
  IPV6_PKTINFO,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  in6Pktinfo,
  ipMreqn,
  ipv6Mreq,
  openSocket,
  parsePktinfo,
  parseSockaddr,
  readControlInt,
  SO_BINDTODEVICE,
  SOCK_RAW,
  SOL_SOCKET,
  sockaddrIn,
  sockaddrIn6,
} from '../../src/index.ts';
import { indexOf, makeVeth, until } from './veth.ts';

makeVeth();
const ifIndex = indexOf('so-a');
const group4 = Uint8Array.of(224, 0, 0, 18);
const group6 = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12);
const self6 = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a);
let received = 0;

const four = openSocket(AF_INET, SOCK_RAW, IPPROTO_VRRP);
four.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName('so-a'));
four.setOption(IPPROTO_IP, IP_MULTICAST_IF, ipMreqn(new Uint8Array(4), undefined, ifIndex));
four.setOption(IPPROTO_IP, IP_ADD_MEMBERSHIP, ipMreqn(group4, undefined, ifIndex));
four.setOption(IPPROTO_IP, IP_MULTICAST_TTL, 255);
four.setOption(IPPROTO_IP, IP_MULTICAST_LOOP, 1);
four.setOption(IPPROTO_IP, IP_HDRINCL, 0);
four.listen({
  onDatagram({ data, from }) {
    // An IPv4 raw socket delivers the header, too.
    const sender = parseSockaddr(from);
    console.log(
      `ttl ${data[8]} protocol ${data[9]} payload ${[...data.subarray(20)]} from ${sender?.family === 'inet' && sender.address.join('.')}`,
    );
    received++;
  },
  onError(error) {
    throw error;
  },
});
four.send([Uint8Array.of(0x21, 1), Uint8Array.of(100)], sockaddrIn(group4));
await until(() => received === 1);
four.close();

const six = openSocket(AF_INET6, SOCK_RAW, IPPROTO_VRRP);
six.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName('so-a'));
six.setOption(IPPROTO_IPV6, IPV6_MULTICAST_IF, ifIndex);
six.setOption(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, ipv6Mreq(group6, ifIndex));
six.setOption(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1);
six.setOption(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
six.setOption(IPPROTO_IPV6, IPV6_CHECKSUM, 6);
six.setOption(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
six.setOption(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
six.listen({
  onDatagram({ data, from, control }) {
    const messages = decodeControl(control);
    const dataOf = (type: number): Uint8Array => messages.find((m) => m.type === type)?.data ?? new Uint8Array();
    const sender = parseSockaddr(from);
    const arrival = parsePktinfo(dataOf(IPV6_PKTINFO));
    console.log(`hop limit ${readControlInt(dataOf(IPV6_HOPLIMIT))}`);
    console.log(
      `arrived at the group ${arrival?.destination.join() === group6.join()} on so-a ${arrival?.ifIndex === ifIndex}`,
    );
    console.log(
      `from fe80::a ${sender?.family === 'inet6' && sender.address.join() === self6.join() && sender.scopeId === ifIndex}`,
    );
    console.log(`checksum filled ${(data[6] ?? 0) + (data[7] ?? 0) > 0}`);
    received++;
  },
  onError(error) {
    throw error;
  },
});
const control = encodeControl([
  { level: IPPROTO_IPV6, type: IPV6_PKTINFO, data: in6Pktinfo(self6, ifIndex) },
  { level: IPPROTO_IPV6, type: IPV6_HOPLIMIT, data: new Uint8Array(Int32Array.of(255).buffer) },
]);
six.send([Uint8Array.of(0x31, 1, 100, 0, 0, 100, 0, 0)], sockaddrIn6(group6, 0, ifIndex), control);
await until(() => received === 2);
six.close();
