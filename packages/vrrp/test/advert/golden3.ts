// Packets of version 3 that keepalived 2.2.7 put on a wire, and what its configuration said.
import type { AdvertV3, ChecksumFlavour } from '../../src/index.ts';
import { bytes, ip } from './golden.ts';

export interface Golden3 {
  readonly name: string;
  /** Without the IP header. */
  readonly message: Uint8Array;
  readonly path: { readonly source: ReturnType<typeof ip>; readonly destination: ReturnType<typeof ip> };
  readonly flavour: ChecksumFlavour;
  readonly advert: AdvertV3;
}

const common = { version: 3, vrid: 51, priority: 100, intervalCentis: 50 } as const;

export const goldens3: readonly Golden3[] = [
  {
    name: 'IPv4 multicast, every half second',
    message: bytes('3133 6402 0032 6a51 0a4e 0064 0a4e 0065'),
    path: { source: ip('10.78.0.1'), destination: ip('224.0.0.18') },
    flavour: 'pseudo-header',
    advert: { ...common, addresses: ['10.78.0.100', '10.78.0.101'].map(ip) },
  },
  {
    name: 'the farewell with priority 0',
    message: bytes('3133 0002 0032 ce51 0a4e 0064 0a4e 0065'),
    path: { source: ip('10.78.0.1'), destination: ip('224.0.0.18') },
    flavour: 'pseudo-header',
    advert: { ...common, priority: 0, addresses: ['10.78.0.100', '10.78.0.101'].map(ip) },
  },
  {
    name: 'IPv4 unicast',
    message: bytes('3133 6401 0032 4acc 0a4e 0064'),
    path: { source: ip('10.78.0.1'), destination: ip('10.78.0.2') },
    flavour: 'pseudo-header',
    advert: { ...common, addresses: [ip('10.78.0.100')] },
  },
  {
    name: 'IPv4 unicast with old_unicast_checksum',
    message: bytes('3133 6401 0032 7509 0a4e 0064'),
    path: { source: ip('10.78.0.1'), destination: ip('10.78.0.2') },
    flavour: 'old-unicast',
    advert: { ...common, addresses: [ip('10.78.0.100')] },
  },
  {
    name: 'IPv6 multicast',
    message: bytes(`3133 6403 0032 70e4 fd00 0078 0000 0000 0000 0000 0000 0100
      fe80 0000 0000 0000 0000 0000 0000 0100 fd00 0078 0000 0000 0000 0000 0000 0101`),
    path: { source: ip('fe80::ff:fe00:1'), destination: ip('ff02::12') },
    flavour: 'pseudo-header',
    advert: { ...common, addresses: ['fd00:78::100', 'fe80::100', 'fd00:78::101'].map(ip) },
  },
  {
    name: 'IPv6 unicast',
    message: bytes('3133 6401 0032 70a3 fd00 0078 0000 0000 0000 0000 0000 0100'),
    path: { source: ip('fd00:78::1'), destination: ip('fd00:78::2') },
    flavour: 'pseudo-header',
    advert: { ...common, addresses: [ip('fd00:78::100')] },
  },
];

/** Captured whole, Ethernet header included: fd00:78::100 at 02:00:00:00:00:01. */
export const neighbourAdvertisement = bytes(`3333 0000 0001 0200 0000 0001 86dd 6000 0000 0020 3aff
  fd00 0078 0000 0000 0000 0000 0000 0100 ff02 0000 0000 0000 0000 0000 0000 0001
  8800 57ad 2000 0000 fd00 0078 0000 0000 0000 0000 0000 0100 0201 0200 0000 0001`);
