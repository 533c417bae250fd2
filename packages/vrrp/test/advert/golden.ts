// Packets that keepalived 2.2.7 put on a wire, captured behind its Ethernet header, and what its configuration said.
import { parseIp } from '@vipward/config/address';
import type { AdvertV2 } from '../../src/index.ts';
import { passwordBytes } from '../../src/index.ts';

export const ip = (text: string) => {
  const address = parseIp(text);
  if (!address) throw new Error(`not an address: ${text}`);
  return address;
};

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));

export interface Golden {
  readonly name: string;
  readonly packet: Uint8Array;
  readonly id: number;
  readonly destination: string;
  readonly advert: AdvertV2;
}

const three = ['10.77.0.100', '10.77.0.101', '10.77.0.102'].map(ip);

export const goldens: readonly Golden[] = [
  {
    name: 'multicast with a password and three addresses',
    packet: bytes(`45c0 0030 0001 0000 ff70 d03c 0a4d 0001 e000 0012 2133 6403 0101 f74f
      0a4d 0064 0a4d 0065 0a4d 0066 3131 3131 0000 0000`),
    id: 1,
    destination: '224.0.0.18',
    advert: {
      version: 2,
      vrid: 51,
      priority: 100,
      authType: 1,
      intervalSeconds: 1,
      addresses: three,
      authData: passwordBytes('1111'),
    },
  },
  {
    name: 'the farewell with priority 0',
    packet: bytes(`45c0 0030 0007 0000 ff70 d036 0a4d 0001 e000 0012 2133 0003 0101 5b50
      0a4d 0064 0a4d 0065 0a4d 0066 3131 3131 0000 0000`),
    id: 7,
    destination: '224.0.0.18',
    advert: {
      version: 2,
      vrid: 51,
      priority: 0,
      authType: 1,
      intervalSeconds: 1,
      addresses: three,
      authData: passwordBytes('1111'),
    },
  },
  {
    name: 'an owner without authentication, every three seconds',
    packet: bytes(
      '45c0 0028 0001 0000 ff70 d044 0a4d 0001 e000 0012 2107 ff01 0003 d542 0a4d 0064 0000 0000 0000 0000',
    ),
    id: 1,
    destination: '224.0.0.18',
    advert: {
      version: 2,
      vrid: 7,
      priority: 255,
      authType: 0,
      intervalSeconds: 3,
      addresses: [ip('10.77.0.100')],
      authData: new Uint8Array(8),
    },
  },
  {
    name: 'unicast with a password of eight characters',
    packet: bytes(`45c0 002c 0001 0000 ff70 a604 0a4d 0001 0a4d 0002 2108 fe02 0101 0bd1
      0a4d 006e 0a4d 006f 6c6f 6e67 7061 7373`),
    id: 1,
    destination: '10.77.0.2',
    advert: {
      version: 2,
      vrid: 8,
      priority: 254,
      authType: 1,
      intervalSeconds: 1,
      addresses: [ip('10.77.0.110'), ip('10.77.0.111')],
      authData: passwordBytes('longpass'),
    },
  },
];
