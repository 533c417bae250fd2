// Why a received packet is not taken: reasons as values, and the words keepalived's users grep for.
import type { ChecksumFlavour } from './v3.ts';

export type Rejection =
  | { readonly kind: 'not-ipv4' }
  | { readonly kind: 'not-vrrp'; readonly protocol: number }
  | { readonly kind: 'ip-length'; readonly claimed: number; readonly received: number }
  /** Too short, or longer than its own counts say; receiveAdvert() counts the IPv4 headers in, as keepalived does. */
  | { readonly kind: 'length'; readonly received: number; readonly expected: number }
  | { readonly kind: 'version'; readonly received: number; readonly expected: number }
  | { readonly kind: 'type'; readonly received: number }
  /** `fitting`: the flavour in which it is right. */
  | { readonly kind: 'checksum'; readonly version: 2 | 3; readonly fitting?: ChecksumFlavour }
  | { readonly kind: 'ttl'; readonly received: number; readonly min: number; readonly max: number }
  | { readonly kind: 'vrid'; readonly received: number; readonly expected: number }
  | { readonly kind: 'auth-type'; readonly received: number; readonly expected: number }
  | { readonly kind: 'auth-pass' }
  /** The authentication header is not there, though the message speaks of one. */
  | { readonly kind: 'ah-missing' }
  | { readonly kind: 'ah-spi'; readonly received: string; readonly source: string }
  /** Not above the last one that was sent or believed here. */
  | { readonly kind: 'ah-replay'; readonly received: number; readonly last: number }
  | { readonly kind: 'ah-integrity' }
  /** Of auth_hmac: no trailer where one is wanted, or one that nobody writes so. */
  | { readonly kind: 'hmac-missing' }
  | { readonly kind: 'hmac-malformed' }
  /** Seconds by which the sender's clock is behind ours, and how many are allowed. */
  | { readonly kind: 'hmac-stale'; readonly skew: number; readonly window: number }
  | { readonly kind: 'hmac-key'; readonly id: number }
  | { readonly kind: 'hmac-integrity' }
  | { readonly kind: 'hmac-replay' }
  /** Seconds, as VRRPv2 carries them. */
  | { readonly kind: 'interval'; readonly received: number; readonly expected: number }
  | { readonly kind: 'interval-zero' }
  | { readonly kind: 'address-count'; readonly received: number; readonly expected: number }
  | { readonly kind: 'address-missing'; readonly vrid: number; readonly address: string }
  | { readonly kind: 'destination'; readonly expected: 'multicast' | 'unicast' }
  | { readonly kind: 'source'; readonly source: string };

/** The sentence for the log, without the instance's name. */
export const describeRejection = (why: Rejection): string => {
  switch (why.kind) {
    case 'not-ipv4':
      return 'received a packet that is not IPv4';
    case 'not-vrrp':
      return `received IP protocol ${why.protocol}, expecting 112`;
    case 'ip-length':
      return `ip_tot_len mismatch against received length. ${why.claimed} and received ${why.received}`;
    case 'length':
      return `vrrp packet too ${why.received < why.expected ? 'short' : 'long'}, length ${why.received} and expect ${why.expected}`;
    case 'version':
      return `wrong version. Received ${why.received} and expect ${why.expected}`;
    case 'type':
      return `Invalid packet type. ${why.received} and expect 1`;
    case 'checksum':
      return `Invalid VRRPv${why.version} checksum${describeFlavour(why.fitting)}`;
    case 'ttl':
      return why.min === why.max
        ? `invalid TTL/HL. Received ${why.received} and expect ${why.min}`
        : `TTL/HL ${why.received} not in range ${why.min} - ${why.max}`;
    case 'vrid':
      return `received VRID ${why.received}, expecting ${why.expected}`;
    case 'auth-type':
      return `received a ${why.received} auth, expecting ${why.expected}!`;
    case 'auth-pass':
      return 'received an invalid passwd!';
    case 'ah-missing':
      return 'No AH header but auth type is AH';
    case 'ah-spi':
      return `IPSEC-AH : invalid IPSEC SPI value. ${why.received} and expect ${why.source}`;
    case 'ah-replay':
      return `IPSEC-AH : sequence number ${why.received} already processed. Packet dropped. Local(${why.last})`;
    case 'ah-integrity':
      return 'IPSEC-AH : invalid IPSEC HMAC-MD5 value. Due to fields mutation or bad password !';
    case 'hmac-missing':
      return 'received an advert without an HMAC trailer';
    case 'hmac-malformed':
      return 'received an HMAC trailer of an unknown type';
    case 'hmac-stale':
      return `received an HMAC trailer whose time differs by ${why.skew} sec, allowed are ${why.window}`;
    case 'hmac-key':
      return `received an HMAC trailer made with key ${why.id}, which is not configured`;
    case 'hmac-integrity':
      return 'received an invalid HMAC: another key, or a forged advert';
    case 'hmac-replay':
      return 'received an HMAC trailer again, or out of order';
    case 'interval':
      return `advertisement interval mismatch mine=${why.expected} sec rcv'd=${why.received} sec`;
    case 'interval-zero':
      return 'received an advertisement interval of 0';
    case 'address-count':
      return `received an unexpected ip number count ${why.received}, expected ${why.expected}!`;
    case 'address-missing':
      return `ip address associated with VRID ${why.vrid} not present in MASTER advert: ${why.address}`;
    case 'destination':
      return `Expected ${why.expected} packet but received ${why.expected === 'multicast' ? 'unicast' : 'multicast'} packet`;
    case 'source':
      return `unicast source address ${why.source} not a unicast peer`;
  }
};

const describeFlavour = (fitting: ChecksumFlavour | undefined): string => {
  switch (fitting) {
    case undefined:
      return '';
    case 'pseudo-header':
      return ': the sender includes the pseudo header, we have v3_checksum_as_v2 or old_unicast_checksum';
    case 'no-pseudo-header':
      return ': the sender leaves out the pseudo header (v3_checksum_as_v2)';
    case 'old-unicast':
      return ': the sender puts the multicast group in the pseudo header (old_unicast_checksum)';
  }
};
