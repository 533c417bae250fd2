// Tells the neighbours that an address is here now: gratuitous ARP, or an unsolicited neighbour advertisement.
import type { IpAddress } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import { AF_PACKET, openSocket, SOCK_RAW, sockaddrLl } from '@vipward/sockets';
import { ETH_P_ARP, encodeGratuitousArp } from '../arp.ts';
import { ALL_NODES_MAC, ETH_P_IPV6, encodeNeighbourAdvertisement } from '../ndp.ts';

const BROADCAST_MAC = new Uint8Array(6).fill(0xff);

export interface Arp {
  /** One frame for an address of either family. Throws SocketError. */
  announce(address: IpAddress, link: Link): void;
  close(): void;
}

export type OpenArp = () => Arp;

/** One packet socket for all interfaces; its protocol 0 receives nothing. Throws SocketError. */
export const openArp: OpenArp = () => {
  const socket = openSocket(AF_PACKET, SOCK_RAW, 0);
  return {
    announce(address, { index: ifIndex, mac }) {
      const [frame, protocol, to] =
        address.family === 4
          ? [encodeGratuitousArp(address, mac), ETH_P_ARP, BROADCAST_MAC]
          : [encodeNeighbourAdvertisement(address, mac), ETH_P_IPV6, ALL_NODES_MAC];
      socket.send([frame], sockaddrLl({ ifIndex, protocol, address: to }));
    },
    close: () => socket.close(),
  };
};
