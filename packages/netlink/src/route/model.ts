// Links and addresses in nouns, and the kernel behind one interface.
import type { IpAddress } from '@vipward/config/address';
import type { NetlinkError } from '../errors.ts';
import type { IpRoute, IpRule, RoutePlace } from './routing-model.ts';

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
  /** Of kind vrf: the table that its routes lie in. */
  readonly vrfTable?: number;
  /** The bridge, bond or VRF that it belongs to. */
  readonly master?: IfIndex;
  /** Of kinds macvlan and ipvlan: what it lies upon, when that is in this namespace. */
  readonly parent?: IfIndex;
  /** Of kinds macvlan and ipvlan: whom among its siblings it talks to. */
  readonly mode?: StackedMode;
}

/** Of macvlan, and of ipvlan in its L2 mode; `other`: what we never make (passthru, source, L3). */
export type StackedMode = 'private' | 'vepa' | 'bridge' | 'other';

/** A macvlan, or an ipvlan in L2 mode. It begins down. */
export interface NewLink {
  readonly name: string;
  readonly kind: 'macvlan' | 'ipvlan';
  readonly parent: IfIndex;
  readonly mode: Exclude<StackedMode, 'other'>;
  /** 6 bytes; absent = the kernel's choice (macvlan: random, ipvlan: always the parent's). */
  readonly mac?: Uint8Array;
  /** IFLA_GROUP */
  readonly group?: number;
}

/** What is to be other in a link that is there. */
export interface LinkSetting {
  readonly name: string;
  /** IFF_UP */
  readonly up?: boolean;
  /** The VRF that it is to belong to; 0: none. */
  readonly master?: IfIndex;
  /** The kernel makes no link-local address of its own for it (IN6_ADDR_GEN_MODE_NONE). */
  readonly noLinkLocal?: boolean;
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
  /** The other end of a point-to-point link; the prefix length is of its network. */
  readonly peer?: IpAddress;
  /** Seconds that are left; absent = for ever. 0: never chosen as a source (deprecated). */
  readonly preferredLifetime?: number;
  /** Seconds that are left until the kernel removes it; absent = for ever. */
  readonly validLifetime?: number;
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
  /** IPv4 only. */
  readonly broadcast?: IpAddress;
  /** The other end of a point-to-point link; the prefix length is of its network. */
  readonly peer?: IpAddress;
  /** IPv6: skip duplicate address detection (IFA_F_NODAD). */
  readonly noDad?: boolean;
  /** IPv6: of Mobile IPv6 (IFA_F_HOMEADDRESS). */
  readonly home?: boolean;
  /** IPv6: the pattern of temporary addresses (IFA_F_MANAGETEMPADDR). */
  readonly manageTemporary?: boolean;
  /** No route to the network of the address comes with it (IFA_F_NOPREFIXROUTE). */
  readonly noPrefixRoute?: boolean;
  /** The kernel joins the multicast group that the address is (IFA_F_MCAUTOJOIN). */
  readonly autoJoin?: boolean;
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
  /** `by`: netlink port of who asked for it, most often a process id; 0 = the kernel itself, or ioctl(2). */
  | { readonly kind: 'address-removed'; readonly address: InterfaceAddress; readonly by?: number }
  /** The kernel dropped notifications (ENOBUFS): read everything again. */
  | { readonly kind: 'resync' };

export type RoutingEvent =
  | { readonly kind: 'route'; readonly route: IpRoute }
  | { readonly kind: 'route-removed'; readonly route: IpRoute; readonly by: number }
  /** `route` took the place of one to the same destination, of whose end the kernel says nothing (NLM_F_REPLACE). */
  | { readonly kind: 'route-replaced'; readonly route: IpRoute; readonly by: number }
  | { readonly kind: 'rule'; readonly rule: IpRule }
  | { readonly kind: 'rule-removed'; readonly rule: IpRule; readonly by: number }
  | { readonly kind: 'resync' };

/** One change of links, addresses, routes or rules. */
export type RouteChange =
  | { readonly kind: 'add-address' | 'delete-address'; readonly address: NewAddress }
  | { readonly kind: 'add-route'; readonly route: IpRoute; readonly place: RoutePlace }
  | { readonly kind: 'delete-route'; readonly route: IpRoute }
  | { readonly kind: 'add-rule' | 'delete-rule'; readonly rule: IpRule }
  /** EEXIST when the name is taken. */
  | { readonly kind: 'add-link'; readonly link: NewLink }
  /** ENODEV when there is no such link. */
  | { readonly kind: 'set-link'; readonly link: LinkSetting }
  | { readonly kind: 'delete-link'; readonly name: string };

export interface RouteRefusal {
  readonly change: RouteChange;
  readonly error: NetlinkError;
}

/** Links, addresses, routes, rules and neighbours of one network namespace. Refusals are thrown as NetlinkError with errno. */
export interface RouteKernel {
  links(): Promise<readonly Link[]>;
  addresses(): Promise<readonly InterfaceAddress[]>;
  neighbours(): Promise<readonly Neighbour[]>;
  /** EEXIST when it is there already. */
  addAddress(address: NewAddress): Promise<void>;
  /** EADDRNOTAVAIL when it is not there. */
  deleteAddress(address: NewAddress): Promise<void>;
  /** Routes of IPv4 and IPv6 in all tables, or those of one protocol (RTPROT_*). */
  routes(protocol?: number): Promise<readonly IpRoute[]>;
  rules(): Promise<readonly IpRule[]>;
  /** All in order, a hundred to a datagram; goes on after a refusal, and resolves with all of them. */
  apply(changes: readonly RouteChange[]): Promise<readonly RouteRefusal[]>;
  /** Subscribes to notifications of routes and rules; `protocol`: only routes of that one, and what replaces one. The listener must not throw. */
  watchRouting(listener: (event: RoutingEvent) => void, protocol?: number): () => void;
  /** Subscribes to link and address notifications; the listener must not throw. */
  watch(listener: (event: RouteEvent) => void): () => void;
  close(): void;
}
