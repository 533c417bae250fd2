// global_defs: interfaces, and what VRRP instances do where they say nothing themselves.
import type { IpAddress } from '../../address.ts';
import type { Millis } from '../common.ts';

export interface VrrpDefs {
  /** Version of instances that name none; absent = 2, or 3 for IPv6. */
  readonly vrrpVersion?: 2 | 3;
  readonly vrrpGarpMasterDelay?: Millis;
  readonly vrrpGarpMasterRepeat?: number;
  /** Interface for static addresses without dev; default eth0. */
  readonly defaultInterface?: string;
  /** Accept interfaces that do not exist yet; default off. */
  readonly dynamicInterfaces?: { readonly allowIfChanges: boolean };
  /** Clears igmp_link_local_mcast_reports (kernel 4.3+); default off. */
  readonly disableLocalIgmp?: boolean;
  /** Default of the instance keyword; default off. */
  readonly v3ChecksumAsV2?: boolean;
  /** Destination of IPv4 adverts; default 224.0.0.18. */
  readonly vrrpMcastGroup4?: IpAddress;
  /** Destination of IPv6 adverts; default ff02::12. */
  readonly vrrpMcastGroup6?: IpAddress;
  /** Period of GARP/NA refresh while master; default 0 (off); bad value resets to 0. */
  readonly vrrpGarpMasterRefresh?: Millis;
  /** Messages per refresh; default 1. */
  readonly vrrpGarpMasterRefreshRepeat?: number;
  /** Second burst after a lower priority advert; default vrrp_garp_master_delay. */
  readonly vrrpGarpLowerPrioDelay?: Millis;
  /** Messages after a lower priority advert; default vrrp_garp_master_repeat. */
  readonly vrrpGarpLowerPrioRepeat?: number;
  /** Advert intervals before master is declared down; default 3. */
  readonly vrrpDownTimerAdverts?: number;
  /** Gap between GARP messages on one interface; default 0 (none). */
  readonly vrrpGarpInterval?: Millis;
  /** Gap between unsolicited NA messages; default 0 (none). */
  readonly vrrpGnaInterval?: Millis;
  /** One GARP only, no second burst; changes only values still at their default; default off. */
  readonly vrrpMinGarp?: boolean;
  /** Periodic GARP/NA on VIP interfaces other than the instance's own; default 0 (off). */
  readonly vrrpGarpExtraIf?: ExtraGarp;
  /** Do not answer a lower priority advert; default off. */
  readonly vrrpLowerPrioNoAdvert?: boolean;
  /** Answer a higher priority advert once before going backup; default off. */
  readonly vrrpHigherPrioSendAdvert?: boolean;
  /** Drop unicast adverts from senders that are not peers; default off. */
  readonly vrrpCheckUnicastSrc?: boolean;
  /** Skip the VIP list comparison when the sender has not changed; default off. */
  readonly vrrpSkipCheckAdvAddr?: boolean;
  /** Enforce the RFC rules for all instances; default off. */
  readonly vrrpStrict?: boolean;
  /** Instances start this long after daemon start; default 0. */
  readonly vrrpStartupDelay?: Millis;
  /** Instances start no earlier than this uptime; default 0. */
  readonly vrrpDelayAfterBoot?: Millis;
  /** Log adverts of VRIDs not configured; default off. */
  readonly logUnknownVrids?: boolean;
  /** Address owner ignores adverts; default off. */
  readonly vrrpOwnerIgnoreAdverts?: boolean;
  /** Prefix of generated VMAC names; default vrrp. */
  readonly vmacPrefix?: string;
  /** Prefix of VMACs made for addresses; default vmac_prefix. */
  readonly vmacAddrPrefix?: string;
}

/** Gratuitous ARPs on other interfaces of virtual addresses, every `interval`; `all`: also where no macvlan is. */
export interface ExtraGarp {
  readonly interval: Millis;
  readonly all: boolean;
}
