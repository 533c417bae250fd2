// What the sockets of both families are told alike: their interface, their buffer, their groups.
import { type IpAddress, ipKey } from '@vipward/config/address';
import { deviceName, type NativeSocket, SO_BINDTODEVICE, SO_RCVBUF, SOL_SOCKET } from '@vipward/sockets';
import type { WirePlace } from './wire.ts';

/** TC_PRIO_CONTROL: ahead of bulk traffic in the queue of the interface. */
export const TC_PRIO_CONTROL = 6;
/** Of multicast: nothing that a router has passed on is believed. */
export const MAX_HOPS = 255;

export const bindTo = (socket: NativeSocket, { link }: WirePlace): void => {
  if (link) socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, deviceName(link.name));
};

// The kernel doubles what it is told, for its own book-keeping (socket(7)), and keepalived leaves that to it too.
export const setBuffer = (socket: NativeSocket, bytes: number | undefined): void => {
  if (bytes !== undefined && bytes > 0) socket.setOption(SOL_SOCKET, SO_RCVBUF, bytes);
};

/** A group is joined once on each socket; the kernel answers EADDRINUSE to a second time. `joined`: those of this socket, kept here. */
export const setGroups = (
  joined: Map<string, Uint8Array>,
  { link }: WirePlace,
  groups: readonly IpAddress[],
  change: (group: Uint8Array, ifIndex: number, joins: boolean) => void,
): void => {
  if (link?.multicast !== true) return;
  const wanted = new Map(groups.map((group) => [ipKey(group), group.bytes]));
  for (const [key, group] of wanted) {
    if (joined.has(key)) continue;
    change(group, link.index, true);
    joined.set(key, group);
  }
  for (const [key, group] of [...joined]) {
    if (wanted.has(key)) continue;
    change(group, link.index, false);
    joined.delete(key);
  }
};
