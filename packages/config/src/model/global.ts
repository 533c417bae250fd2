// global_defs, and the settings that stand outside of every block.
import type { IpAddress } from '../address.ts';
import type { Millis, Script, ScriptUser } from './common.ts';

/** Fields that are absent have the default their comment names; a flag is always there. */
export interface GlobalDefs {
  readonly routerId?: string;
  readonly scriptUser?: ScriptUser;
  readonly enableScriptSecurity: boolean;
  readonly notificationEmail: readonly string[];
  readonly notificationEmailFrom?: string;
  readonly smtpServer?: { readonly host: string; readonly port: number };
  readonly smtpConnectTimeout: Millis;
  /** Version of instances that name none; absent = 2, or 3 for IPv6. */
  readonly vrrpVersion?: 2 | 3;
  readonly vrrpGarpMasterDelay?: Millis;
  readonly vrrpGarpMasterRepeat?: number;
  /** HELO name; default local host name. */
  readonly smtpHeloName?: string;
  /** Default of all smtp_alert settings; default unset. */
  readonly smtpAlert?: boolean;
  /** Default for vrrp instances and groups; default unset. */
  readonly smtpAlertVrrp?: boolean;
  /** Default for virtual/real servers; default unset. */
  readonly smtpAlertChecker?: boolean;
  /** No mail for FAULT transitions; default off. */
  readonly noEmailFaults?: boolean;
  /** Mail only when a real server is added/removed, not per checker; default off. */
  readonly noCheckerEmails?: boolean;
  /** Log every failed probe; default off. */
  readonly checkerLogAllFailures?: boolean;
  /** Interface for static addresses without dev; default eth0. */
  readonly defaultInterface?: string;
  /** Accept interfaces that do not exist yet; default off. */
  readonly dynamicInterfaces?: { readonly allowIfChanges: boolean };
  /** Clears igmp_link_local_mcast_reports (kernel 4.3+); default off. */
  readonly disableLocalIgmp?: boolean;
  /** Default of the instance keyword; default off. */
  readonly v3ChecksumAsV2?: boolean;
  /** Use keepalived_vrrp / keepalived_lvs / keepalived_bfd as child process names; default off. */
  readonly processNames?: boolean;
  /** Process name of the parent; default keepalived. */
  readonly processName?: string;
  /** Process name of the vrrp child; default inherited. */
  readonly vrrpProcessName?: string;
  /** Process name of the checker child; default inherited. */
  readonly checkerProcessName?: string;
  /** Process name of the BFD child; default inherited. */
  readonly bfdProcessName?: string;
  /** Do not resolve symbolic links in script paths; default off. */
  readonly useSymlinkPaths?: boolean;
  /** Scripts get the supplementary groups of their user; default off. */
  readonly setSupplementaryGroups?: boolean;
  /** Run once before the children start; default none. */
  readonly startupScript?: Script;
  /** Time allowed for startup_script; default 10. */
  readonly startupScriptTimeout?: Millis;
  /** Run once after the children ended; default none. */
  readonly shutdownScript?: Script;
  /** Time allowed for shutdown_script; default 10. */
  readonly shutdownScriptTimeout?: Millis;
  /** Upper limit for automatic realtime priority raise; -1 hides the startup notice; default 0 (off); no argument = 99. */
  readonly maxAutoPriority?: number;
  /** Timer lateness that triggers a raise (us); default 1000000. */
  readonly minAutoPriorityDelay?: number;
  /** IPVS connection timeouts; default kernel values. */
  readonly lvsTimeouts?: LvsTimeouts;
  /** Clear the IPVS table at start; default off. */
  readonly lvsFlush?: boolean;
  /** Clear the table at stop; VS = remove services without removing real servers first; default off. */
  readonly lvsFlushOnStop?: 'services' | 'all';
  /** IPVS connection sync daemon; old form IFNAME INSTANCE [SYNCID] accepted (SYNCID form reports an error but works); default none; id = VRID of the instance or 0. */
  readonly lvsSyncDaemon?: LvsSyncDaemon;
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
  /** Use iptables for no_accept/VMAC filtering; in a build with nftables only: error and nftables is used; default unset; no argument = INPUT OUTPUT. */
  readonly vrrpIptables?: { readonly input: string; readonly output?: string };
  /** Ipset names; omitted ones are derived from earlier ones; default keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd; no argument = no ipsets. */
  readonly vrrpIpsets?: Ipsets | false;
  /** Use nftables with this table name; default unset; no argument = keepalived. */
  readonly nftables?: string;
  /** Priority of the base chains; default -1. */
  readonly nftablesPriority?: number;
  /** IPv6 link-local sets keyed by interface index; default off. */
  readonly nftablesIfindex?: boolean;
  /** Put counters in the rules; default off. */
  readonly nftablesCounters?: boolean;
  /** One fwmark per virtual_server_group through nftables; default unset; no argument = keepalived_ipvs. */
  readonly nftablesIpvs?: string;
  /** Chain priority for that table; default -1. */
  readonly nftablesIpvsPriority?: number;
  /** First fwmark handed out; default 1000. */
  readonly nftablesIpvsStartFwmark?: number;
  /** Drop unicast adverts from senders that are not peers; default off. */
  readonly vrrpCheckUnicastSrc?: boolean;
  /** Skip the VIP list comparison when the sender has not changed; default off. */
  readonly vrrpSkipCheckAdvAddr?: boolean;
  /** Enforce the RFC rules for all instances; default off. */
  readonly vrrpStrict?: boolean;
  /** Nice value of the vrrp child; default 0. */
  readonly vrrpPriority?: number;
  /** Lock the vrrp child in memory; default off. */
  readonly vrrpNoSwap?: boolean;
  /** Realtime priority of the vrrp child; default none. */
  readonly vrrpRtPriority?: number;
  /** Pin the vrrp child; default none. */
  readonly vrrpCpuAffinity?: readonly number[];
  /** RLIMIT_RTTIME of the vrrp child (us); default 10000. */
  readonly vrrpRlimitRttime?: number;
  /** Nice value of the checker child; default 0. */
  readonly checkerPriority?: number;
  /** Lock the checker child in memory; default off. */
  readonly checkerNoSwap?: boolean;
  /** Realtime priority of the checker child; default none. */
  readonly checkerRtPriority?: number;
  /** Pin the checker child; default none. */
  readonly checkerCpuAffinity?: readonly number[];
  /** RLIMIT_RTTIME of the checker child (us); default 10000. */
  readonly checkerRlimitRttime?: number;
  /** Nice value of the BFD child; default 0. */
  readonly bfdPriority?: number;
  /** Lock the BFD child in memory; default off. */
  readonly bfdNoSwap?: boolean;
  /** Realtime priority of the BFD child; default none. */
  readonly bfdRtPriority?: number;
  /** Pin the BFD child; default none. */
  readonly bfdCpuAffinity?: readonly number[];
  /** RLIMIT_RTTIME of the BFD child (us); default 10000. */
  readonly bfdRlimitRttime?: number;
  /** Named pipe that receives every event; default none. */
  readonly notifyFifo?: NotifyFifo;
  /** Program that reads notify_fifo; pipe path is added as last argument; default none. */
  readonly notifyFifoScript?: Script;
  /** Named pipe for vrrp events; default none. */
  readonly vrrpNotifyFifo?: NotifyFifo;
  /** Program that reads vrrp_notify_fifo; default none. */
  readonly vrrpNotifyFifoScript?: Script;
  /** Named pipe for checker events; default none. */
  readonly lvsNotifyFifo?: NotifyFifo;
  /** Program that reads lvs_notify_fifo; default none. */
  readonly lvsNotifyFifoScript?: Script;
  /** Send priority changes to the pipes; default off. */
  readonly vrrpNotifyPriorityChanges?: boolean;
  /** Write all states to the pipes on reload; default off. */
  readonly fifoWriteVrrpStatesOnReload?: boolean;
  /** AgentX master socket; default unix:/var/agentx/master. */
  readonly snmpSocket?: string;
  /** Send SNMP traps; default off. */
  readonly enableTraps?: boolean;
  /** Vrrp part of the KEEPALIVED MIB; default off. */
  readonly enableSnmpVrrp?: boolean;
  /** Both RFC MIBs; default off. */
  readonly enableSnmpRfc?: boolean;
  /** RFC2787 MIB; default off. */
  readonly enableSnmpRfcv2?: boolean;
  /** RFC6527 MIB; default off. */
  readonly enableSnmpRfcv3?: boolean;
  /** Checker part of the KEEPALIVED MIB; default off. */
  readonly enableSnmpChecker?: boolean;
  /** How stale virtual server counters may be; default 5. */
  readonly snmpVsStatsUpdateInterval?: Millis;
  /** How stale real server counters may be; default the vs interval. */
  readonly snmpRsStatsUpdateInterval?: Millis;
  /** D-Bus interface; default off. */
  readonly enableDbus?: boolean;
  /** Bus name; default org.keepalived.Vrrp1. */
  readonly dbusServiceName?: string;
  /** Path element for instances without interface; default none (the word). */
  readonly dbusNoInterfaceName?: string;
  /** Receive buffer (bytes); default system. */
  readonly vrrpNetlinkCmdRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly vrrpNetlinkCmdRcvBufsForce?: boolean;
  /** Receive buffer (bytes); default system. */
  readonly vrrpNetlinkMonitorRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly vrrpNetlinkMonitorRcvBufsForce?: boolean;
  /** Receive buffer of the process connector (bytes); default system. */
  readonly processMonitorRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly processMonitorRcvBufsForce?: boolean;
  /** Receive buffer (bytes); default system. */
  readonly lvsNetlinkCmdRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly lvsNetlinkCmdRcvBufsForce?: boolean;
  /** Receive buffer (bytes); default system. */
  readonly lvsNetlinkMonitorRcvBufs?: number;
  /** Use SO_RCVBUFFORCE for it; default off. */
  readonly lvsNetlinkMonitorRcvBufsForce?: boolean;
  /** Run notify_up for real servers that start up; default off. */
  readonly rsInitNotifies?: boolean;
  /** Receive buffer sizing of vrrp sockets; a number must be the first word; default system. */
  readonly vrrpRxBufsPolicy?: RxBufsPolicy;
  /** Factor for MTU/ADVERT policy; default 3. */
  readonly vrrpRxBufsMultiplier?: number;
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
  /** File creation mask; default 0177 (IXUSR|IRWXG|IRWXO). */
  readonly umask?: number;
  /** Seed of the parameter _RANDOM; without effect in keepalived 2.4.3; default time. */
  readonly randomSeed?: number;
  /** Run a config test before a reload and keep the old configuration on failure; default off; no argument = /dev/null. */
  readonly reloadCheckConfig?: string;
  /** File holding the time of the next reload; default none. */
  readonly reloadTimeFile?: string;
  /** Keep reload_time_file after the reload; default off. */
  readonly reloadRepeat?: boolean;
  /** File that exists while the configuration is read; default off; no argument = RUNDIR/keepalived.reload. */
  readonly reloadFile?: string;
  /** Debugging aid: keeps copies of every configuration read; DIR is created; default none. */
  readonly configSaveDir?: string;
  /** Where the private copy of the configuration is kept; default memory file. */
  readonly tmpConfigDirectory?: string;
  /** Add instance/namespace to dump file names; default off. */
  readonly dataUseInstance?: boolean;
  /** Layout of the JSON dump; default 1. */
  readonly jsonVersion?: number;
  /** Directory of shipped iproute2 tables; default build value. */
  readonly iprouteUsrDir?: string;
  /** Directory of local iproute2 tables; default /etc/iproute2. */
  readonly iprouteEtcDir?: string;
  /** Target of SIGUSR1 (manual page: state_file_location); default TMPDIR/keepalived.data. */
  readonly stateDumpFile?: string;
  /** Meant as target of SIGUSR2 (manual page: stats_file_location); parsed but unused in 2.4.3; default TMPDIR/keepalived.stats. */
  readonly statsDumpFile?: string;
  /** Meant as target of the JSON signal (manual page: json_file_location); parsed but unused in 2.4.3; default TMPDIR/keepalived.json. */
  readonly jsonDumpFile?: string;
}

/** Times after which IPVS forgets connections; what is absent stays as the kernel has it. */
export interface LvsTimeouts {
  readonly tcp?: Millis;
  readonly tcpFin?: Millis;
  readonly udp?: Millis;
}

export interface LvsSyncDaemon {
  readonly interfaceName: string;
  /** The daemon follows the state of this vrrp_instance; without one both sides run. */
  readonly instance?: string;
  /** 0..255; absent = the virtual_router_id of the instance, or 0. */
  readonly id?: number;
  /** 1..65507 bytes of a message. */
  readonly maxLength?: number;
  readonly port?: number;
  readonly ttl?: number;
  readonly group?: IpAddress;
}

/** Gratuitous ARPs on other interfaces of virtual addresses, every `interval`; `all`: also where no macvlan is. */
export interface ExtraGarp {
  readonly interval: Millis;
  readonly all: boolean;
}

export interface Ipsets {
  readonly address: string;
  readonly address6: string;
  readonly interface6: string;
  readonly igmp: string;
  readonly mld: string;
  readonly neighbour: string;
}

/** A named pipe and the account that owns it. */
export interface NotifyFifo {
  readonly path: string;
  readonly user?: ScriptUser;
}

/** Bytes, or what the size is derived from. */
export type RxBufsPolicy =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'mtu' }
  | { readonly kind: 'advert' };

/** Keywords of the top level that are not blocks, and the lines of linkbeat_interfaces and interface_up_down_delays. */
export interface ProcessSettings {
  readonly netNamespace?: string;
  /** Empty = the namespace the daemon was started in. */
  readonly netNamespaceIpvs?: string;
  readonly namespaceWithIpsets: boolean;
  readonly usePidDir: boolean;
  readonly instance?: string;
  readonly childWaitTime: Millis;
  readonly linkbeatUsePolling: boolean;
  readonly linkbeatInterfaces: readonly {
    readonly name: string;
    /** How the link is read; absent = the best way there is. */
    readonly method?: 'MII' | 'ETHTOOL' | 'IOCTL';
  }[];
  readonly interfaceDelays: readonly { readonly name: string; readonly down: Millis; readonly up: Millis }[];
}
