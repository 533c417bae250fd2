// Link notifications overrun a small receive buffer while the event loop is busy; later ones still come.
import { execFileSync } from 'node:child_process';
import {
  AF_NETLINK,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_ROUTE,
  openSocket,
  RTNLGRP_LINK,
  readControlInt,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
  sockaddrNl,
} from '../../src/index.ts';
import { ip, makeVeth, until } from './veth.ts';

makeVeth();
const socket = openSocket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
socket.bind(sockaddrNl());
socket.setOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
socket.setOption(SOL_SOCKET, SO_RCVBUF, 8192);
const errors: string[] = [];
let notifications = 0;
socket.listen({ onDatagram: () => notifications++, onError: (error) => errors.push(error.code) });

// Synchronous, so nothing is read meanwhile.
const changes = Array.from({ length: 300 }, (_, i) => `link set so-a alias change-${i}`).join('\n');
execFileSync('ip', ['-batch', '-'], { input: changes });
await until(() => errors.length > 0);
await new Promise((resolve) => setTimeout(resolve, 50));
const before = notifications;
console.log(`${[...new Set(errors)].join()}, some arrived: ${before > 0 && before < 300}`);
ip('link set so-a alias afterwards');
await until(() => notifications > before);
console.log('notifications go on');

socket.setOption(SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20);
console.log(`forced buffer: ${readControlInt(socket.getOption(SOL_SOCKET, SO_RCVBUF, 4))}`);
socket.close();
