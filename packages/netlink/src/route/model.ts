// Links and addresses in nouns, and the kernel behind one interface.
import type { IpAddress } from '@vipward/config/address';

/** Interface index; from netlink, never from /sys (another namespace's after unshare). */
export type IfIndex = number;

export interface Link {
  readonly index: IfIndex;
  readonly name: string;
  /** IFF_UP */
  readonly up: boolean;
  /** IFF_RUNNING: carrier and operational state. */
  readonly running: boolean;
  readonly loopback: boolean;
  /** IFF_MULTICAST */
  readonly multicast: boolean;
  /** IFF_NOARP */
  readonly noArp: boolean;
  /** Link-layer address, 6 bytes for Ethernet; empty when there is none. */
  readonly mac: Uint8Array;
  readonly mtu: number;
  /** IFLA_INFO_KIND, such as veth, macvlan, dummy; '' for hardware. */
  readonly kind: string;
}

export interface InterfaceAddress {
  readonly ifIndex: IfIndex;
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** RT_SCOPE_UNIVERSE 0, LINK 253, HOST 254. */
  readonly scope: number;
  /** IFA_F_* bits, from IFA_FLAGS when there. */
  readonly flags: number;
  readonly label?: string;
  readonly broadcast?: IpAddress;
  /** IFA_PROTO (Linux 5.18): who put it there; keepalived and vipward use 18 (RTPROT_KEEPALIVED). 0 = not said. */
  readonly protocol: number;
}

export interface NewAddress {
  readonly ifIndex: IfIndex;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly scope?: number;
  readonly label?: string;
  readonly protocol?: number;
  /** IPv6: skip duplicate address detection (IFA_F_NODAD). */
  readonly noDad?: boolean;
  /** Seconds; absent = for ever. 0: the address is there, and is never chosen as a source (deprecated). */
  readonly preferredLifetime?: number;
}

export interface Neighbour {
  readonly ifIndex: IfIndex;
  readonly address: IpAddress;
  readonly mac: Uint8Array;
  /** NUD_* bits */
  readonly state: number;
}

export type RouteEvent =
  | { readonly kind: 'link'; readonly link: Link }
  | { readonly kind: 'link-removed'; readonly index: IfIndex; readonly name: string }
  | { readonly kind: 'address'; readonly address: InterfaceAddress }
  | { readonly kind: 'address-removed'; readonly address: InterfaceAddress }
  /** The kernel dropped notifications (ENOBUFS): read everything again. */
  | { readonly kind: 'resync' };

/** Links, addresses and neighbours of one network namespace. Refusals are thrown as NetlinkError with errno. */
export interface RouteKernel {
  links(): Promise<readonly Link[]>;
  addresses(): Promise<readonly InterfaceAddress[]>;
  neighbours(): Promise<readonly Neighbour[]>;
  /** EEXIST when it is there already. */
  addAddress(address: NewAddress): Promise<void>;
  /** EADDRNOTAVAIL when it is not there. */
  deleteAddress(address: NewAddress): Promise<void>;
  /** Subscribes to link and address notifications; the listener must not throw. */
  watch(listener: (event: RouteEvent) => void): () => void;
  close(): void;
}
