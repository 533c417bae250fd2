// vrrp_instance: one virtual router, with everything inherited from global_defs filled in.
import type { IpAddress } from '../address.ts';
import type { Millis, Script, SourceLocation } from './common.ts';
import type { ExtraGarp } from './global.ts';
import type { Route, Rule, VirtualAddress } from './network.ts';
import type { TrackedItem } from './tracking.ts';

export interface VrrpInstance {
  readonly name: string;
  readonly state: 'MASTER' | 'BACKUP';
  readonly interfaceName: string;
  /** 1..255 */
  readonly virtualRouterId: number;
  /** 1..255; 255 is the address owner. */
  readonly priority: number;
  /** Version of the protocol; absent means 2. */
  readonly version?: 2 | 3;
  /** Version 2: whole seconds. Version 3: hundredths of a second. */
  readonly advertInterval: Millis;
  readonly nopreempt: boolean;
  /** Seconds to wait after start or link up before preempting; 0 = none. */
  readonly preemptDelay: Millis;
  /** Delay of the second burst of gratuitous ARPs after becoming master (default 5 s). */
  readonly garpMasterDelay: Millis;
  /** Gratuitous ARPs per address in each burst (default 5). */
  readonly garpMasterRepeat: number;
  readonly authentication?: { readonly type: 'PASS' | 'AH'; readonly pass: string };
  readonly virtualAddresses: readonly VirtualAddress[];
  readonly trackInterfaces: readonly TrackedItem[];
  readonly trackScripts: readonly TrackedItem[];
  readonly unicastSourceIp?: IpAddress;
  readonly unicastPeers: readonly UnicastPeer[];
  readonly notifyMaster?: Script;
  readonly notifyBackup?: Script;
  readonly notifyFault?: Script;
  readonly notifyStop?: Script;
  /** notify: called with the three (four) words of keepalived appended. */
  readonly notify?: Script;
  /** From the deprecated lvs_sync_daemon_interface (and the misspelling lvs_sync_daemon_inteface). */
  readonly lvsSyncDaemonInterface?: string;
  readonly excludedAddresses?: readonly VirtualAddress[];
  readonly virtualRoutes?: readonly Route[];
  readonly virtualRules?: readonly Rule[];
  readonly trackFiles?: readonly TrackedItem[];
  readonly trackProcesses?: readonly TrackedItem[];
  readonly trackBfds?: readonly TrackedItem[];
  readonly authHmac?: AuthHmac;
  /** Unicast without an interface runs in this VRF. */
  readonly vrf?: string;
  readonly dontTrackPrimary?: boolean;
  readonly trackSrcIp?: boolean;
  /** mcast_src_ip; unicast_src_ip is `unicastSourceIp`. */
  readonly multicastSourceIp?: IpAddress;
  readonly multicastDestinationIp?: IpAddress;
  readonly unicastFaultNoPeer?: boolean;
  /** 0..255; absent = 255 for IPv4, what the kernel has for IPv6. */
  readonly unicastTtl?: number;
  readonly checkUnicastSource?: boolean;
  /** old_unicast_checksum: `always` uses the wrong checksum of old versions, `never` refuses to; absent = found out. */
  readonly oldUnicastChecksum?: 'always' | 'never';
  readonly v3ChecksumAsV2?: boolean;
  readonly strict?: boolean;
  readonly skipCheckAdvAddr?: boolean;
  /** no_virtual_ipaddress: that there is no address is meant. */
  readonly noVirtualAddress?: boolean;
  /** Packets for the virtual addresses are taken though priority is not 255. */
  readonly accept?: boolean;
  readonly promoteSecondaries?: boolean;
  readonly vmac?: Vmac;
  readonly useVmacAddr?: boolean;
  readonly vmacXmitBase?: boolean;
  readonly ipvlan?: Ipvlan;
  /** Period of gratuitous ARPs while master; 0 = none. */
  readonly garpMasterRefresh?: Millis;
  readonly garpMasterRefreshRepeat?: number;
  readonly garpLowerPrioDelay?: Millis;
  readonly garpLowerPrioRepeat?: number;
  readonly garpExtraIf?: ExtraGarp;
  /** Advert intervals until a silent master counts as down. */
  readonly downTimerAdverts?: number;
  /** timer_expired_backup: the highest priority of the others; a master held up until they took over goes backup. */
  readonly timerExpiredBackup?: number;
  readonly lowerPrioNoAdvert?: boolean;
  readonly higherPrioSendAdvert?: boolean;
  readonly ownerIgnoreAdverts?: boolean;
  /** Bytes of the socket's receive buffer. */
  readonly kernelRxBufSize?: number;
  readonly linkbeatUsePolling?: boolean;
  readonly debug?: number;
  /** notify_deleted: DELETED is reported when a reload removes the instance, with the script if there is one. */
  readonly notifyDeleted?: { readonly script?: Script };
  readonly notifyMasterRxLowerPri?: Script;
  readonly notifyPriorityChanges?: boolean;
  readonly smtpAlert?: boolean;
  readonly at: SourceLocation;
}

export interface UnicastPeer {
  readonly address: IpAddress;
  readonly minTtl?: number;
  readonly maxTtl?: number;
}

/** HMAC-SHA256 trailer of adverts. */
export interface AuthHmac {
  readonly keys: readonly HmacKey[];
  /** Id of the key used for sending. */
  readonly activeKey: number;
  /** Age accepted; absent = the larger of three advert intervals and 5 s. */
  readonly timeWindow?: Millis;
  readonly antiReplay: 'time' | 'monotonic';
  readonly mode: 'enforce' | 'permissive' | 'receive-only';
}

export interface HmacKey {
  /** 1..255 */
  readonly id: number;
  /** 32 to 64 bytes, or the file that holds them. */
  readonly secret:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'file'; readonly path: string };
}

/** use_vmac: the instance runs on a macvlan with the virtual router's MAC. */
export interface Vmac {
  readonly name?: string;
  /** 6 bytes, or the first 5 of them: then virtual_router_id is the last. */
  readonly mac?: Uint8Array;
  readonly netlinkNotify: boolean;
  /** Group of the interface (number, or name of rt_group). */
  readonly group?: string;
}

/** use_ipvlan: the instance runs on an ipvlan. */
export interface Ipvlan {
  readonly name?: string;
  readonly address?: IpAddress;
  /** Of the address; absent = that of a host. */
  readonly prefixLength?: number;
  readonly mode: 'bridge' | 'private' | 'vepa';
  readonly group?: string;
}
