// The schema of the configuration: global_defs and the settings outside of every block.
import * as z from 'zod';
import { ip, millis, script, scriptUser } from './common.ts';

export const extraGarp = z.object({ interval: millis, all: z.boolean() }).meta({
  id: 'ExtraGarp',
  description:
    'Gratuitous ARPs on other interfaces of virtual addresses, every `interval`; `all`: also where no macvlan is.',
});

export const ipsets = z
  .object({
    address: z.string(),
    address6: z.string(),
    interface6: z.string(),
    igmp: z.string(),
    mld: z.string(),
    neighbour: z.string(),
  })
  .meta({ id: 'Ipsets' });

export const lvsSyncDaemon = z
  .object({
    interfaceName: z.string(),
    instance: z
      .string()
      .exactOptional()
      .describe('The daemon follows the state of this vrrp_instance; without one both sides run.'),
    id: z
      .int()
      .min(0)
      .max(255)
      .exactOptional()
      .describe('0..255; absent = the virtual_router_id of the instance, or 0.'),
    maxLength: z.int().min(1).max(65507).exactOptional().describe('1..65507 bytes of a message.'),
    port: z.number().exactOptional(),
    ttl: z.number().exactOptional(),
    group: ip.exactOptional(),
  })
  .meta({ id: 'LvsSyncDaemon' });

export const lvsTimeouts = z
  .object({ tcp: millis.exactOptional(), tcpFin: millis.exactOptional(), udp: millis.exactOptional() })
  .meta({
    id: 'LvsTimeouts',
    description: 'Times after which IPVS forgets connections; what is absent stays as the kernel has it.',
  });

export const notifyFifo = z
  .object({ path: z.string(), user: scriptUser.exactOptional() })
  .meta({ id: 'NotifyFifo', description: 'A named pipe and the account that owns it.' });

export const rxBufsPolicy = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('bytes'), bytes: z.number() }),
    z.object({ kind: z.literal('mtu') }),
    z.object({ kind: z.literal('advert') }),
  ])
  .meta({ id: 'RxBufsPolicy', description: 'Bytes, or what the size is derived from.' });

export const globalDefs = z
  .object({
    routerId: z.string().exactOptional(),
    scriptUser: scriptUser.exactOptional(),
    enableScriptSecurity: z.boolean(),
    notificationEmail: z.array(z.string()).readonly(),
    notificationEmailFrom: z.string().exactOptional(),
    smtpServer: z.object({ host: z.string(), port: z.number() }).exactOptional(),
    smtpConnectTimeout: millis,
    vrrpVersion: z
      .literal([2, 3])
      .exactOptional()
      .describe('Version of instances that name none; absent = 2, or 3 for IPv6.'),
    vrrpGarpMasterDelay: millis.exactOptional(),
    vrrpGarpMasterRepeat: z.number().exactOptional(),
    smtpHeloName: z.string().exactOptional().describe('HELO name; default local host name.'),
    smtpAlert: z.boolean().exactOptional().describe('Default of all smtp_alert settings; default unset.'),
    smtpAlertVrrp: z.boolean().exactOptional().describe('Default for vrrp instances and groups; default unset.'),
    smtpAlertChecker: z.boolean().exactOptional().describe('Default for virtual/real servers; default unset.'),
    noEmailFaults: z.boolean().exactOptional().describe('No mail for FAULT transitions; default off.'),
    noCheckerEmails: z
      .boolean()
      .exactOptional()
      .describe('Mail only when a real server is added/removed, not per checker; default off.'),
    checkerLogAllFailures: z.boolean().exactOptional().describe('Log every failed probe; default off.'),
    defaultInterface: z.string().exactOptional().describe('Interface for static addresses without dev; default eth0.'),
    dynamicInterfaces: z
      .object({ allowIfChanges: z.boolean() })
      .exactOptional()
      .describe('Accept interfaces that do not exist yet; default off.'),
    disableLocalIgmp: z
      .boolean()
      .exactOptional()
      .describe('Clears igmp_link_local_mcast_reports (kernel 4.3+); default off.'),
    v3ChecksumAsV2: z.boolean().exactOptional().describe('Default of the instance keyword; default off.'),
    processNames: z
      .boolean()
      .exactOptional()
      .describe('Use keepalived_vrrp / keepalived_lvs / keepalived_bfd as child process names; default off.'),
    processName: z.string().exactOptional().describe('Process name of the parent; default keepalived.'),
    vrrpProcessName: z.string().exactOptional().describe('Process name of the vrrp child; default inherited.'),
    checkerProcessName: z.string().exactOptional().describe('Process name of the checker child; default inherited.'),
    bfdProcessName: z.string().exactOptional().describe('Process name of the BFD child; default inherited.'),
    useSymlinkPaths: z
      .boolean()
      .exactOptional()
      .describe('Do not resolve symbolic links in script paths; default off.'),
    setSupplementaryGroups: z
      .boolean()
      .exactOptional()
      .describe('Scripts get the supplementary groups of their user; default off.'),
    startupScript: script.exactOptional().describe('Run once before the children start; default none.'),
    startupScriptTimeout: millis.exactOptional().describe('Time allowed for startup_script; default 10.'),
    shutdownScript: script.exactOptional().describe('Run once after the children ended; default none.'),
    shutdownScriptTimeout: millis.exactOptional().describe('Time allowed for shutdown_script; default 10.'),
    maxAutoPriority: z
      .number()
      .exactOptional()
      .describe(
        'Upper limit for automatic realtime priority raise; -1 hides the startup notice; default 0 (off); no argument = 99.',
      ),
    minAutoPriorityDelay: z
      .number()
      .exactOptional()
      .describe('Timer lateness that triggers a raise (us); default 1000000.'),
    lvsTimeouts: lvsTimeouts.exactOptional().describe('IPVS connection timeouts; default kernel values.'),
    lvsFlush: z.boolean().exactOptional().describe('Clear the IPVS table at start; default off.'),
    lvsFlushOnStop: z
      .enum(['services', 'all'])
      .exactOptional()
      .describe('Clear the table at stop; VS = remove services without removing real servers first; default off.'),
    lvsSyncDaemon: lvsSyncDaemon
      .exactOptional()
      .describe(
        'IPVS connection sync daemon; old form IFNAME INSTANCE [SYNCID] accepted (SYNCID form reports an error but works); default none; id = VRID of the instance or 0.',
      ),
    vrrpMcastGroup4: ip.exactOptional().describe('Destination of IPv4 adverts; default 224.0.0.18.'),
    vrrpMcastGroup6: ip.exactOptional().describe('Destination of IPv6 adverts; default ff02::12.'),
    vrrpGarpMasterRefresh: millis
      .exactOptional()
      .describe('Period of GARP/NA refresh while master; default 0 (off); bad value resets to 0.'),
    vrrpGarpMasterRefreshRepeat: z.number().exactOptional().describe('Messages per refresh; default 1.'),
    vrrpGarpLowerPrioDelay: millis
      .exactOptional()
      .describe('Second burst after a lower priority advert; default vrrp_garp_master_delay.'),
    vrrpGarpLowerPrioRepeat: z
      .number()
      .exactOptional()
      .describe('Messages after a lower priority advert; default vrrp_garp_master_repeat.'),
    vrrpDownTimerAdverts: z
      .number()
      .exactOptional()
      .describe('Advert intervals before master is declared down; default 3.'),
    vrrpGarpInterval: millis.exactOptional().describe('Gap between GARP messages on one interface; default 0 (none).'),
    vrrpGnaInterval: millis.exactOptional().describe('Gap between unsolicited NA messages; default 0 (none).'),
    vrrpMinGarp: z
      .boolean()
      .exactOptional()
      .describe('One GARP only, no second burst; changes only values still at their default; default off.'),
    vrrpGarpExtraIf: extraGarp
      .exactOptional()
      .describe("Periodic GARP/NA on VIP interfaces other than the instance's own; default 0 (off)."),
    vrrpLowerPrioNoAdvert: z.boolean().exactOptional().describe('Do not answer a lower priority advert; default off.'),
    vrrpHigherPrioSendAdvert: z
      .boolean()
      .exactOptional()
      .describe('Answer a higher priority advert once before going backup; default off.'),
    vrrpIptables: z
      .object({ input: z.string(), output: z.string().exactOptional() })
      .exactOptional()
      .describe(
        'Use iptables for no_accept/VMAC filtering; in a build with nftables only: error and nftables is used; default unset; no argument = INPUT OUTPUT.',
      ),
    vrrpIpsets: z
      .union([ipsets, z.literal(false)])
      .exactOptional()
      .describe(
        'Ipset names; omitted ones are derived from earlier ones; default keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd; no argument = no ipsets.',
      ),
    nftables: z
      .string()
      .exactOptional()
      .describe('Use nftables with this table name; default unset; no argument = keepalived.'),
    nftablesPriority: z.number().exactOptional().describe('Priority of the base chains; default -1.'),
    nftablesIfindex: z
      .boolean()
      .exactOptional()
      .describe('IPv6 link-local sets keyed by interface index; default off.'),
    nftablesCounters: z.boolean().exactOptional().describe('Put counters in the rules; default off.'),
    nftablesIpvs: z
      .string()
      .exactOptional()
      .describe('One fwmark per virtual_server_group through nftables; default unset; no argument = keepalived_ipvs.'),
    nftablesIpvsPriority: z.number().exactOptional().describe('Chain priority for that table; default -1.'),
    nftablesIpvsStartFwmark: z.number().exactOptional().describe('First fwmark handed out; default 1000.'),
    vrrpCheckUnicastSrc: z
      .boolean()
      .exactOptional()
      .describe('Drop unicast adverts from senders that are not peers; default off.'),
    vrrpSkipCheckAdvAddr: z
      .boolean()
      .exactOptional()
      .describe('Skip the VIP list comparison when the sender has not changed; default off.'),
    vrrpStrict: z.boolean().exactOptional().describe('Enforce the RFC rules for all instances; default off.'),
    vrrpPriority: z.number().exactOptional().describe('Nice value of the vrrp child; default 0.'),
    vrrpNoSwap: z.boolean().exactOptional().describe('Lock the vrrp child in memory; default off.'),
    vrrpRtPriority: z.number().exactOptional().describe('Realtime priority of the vrrp child; default none.'),
    vrrpCpuAffinity: z.array(z.number()).readonly().exactOptional().describe('Pin the vrrp child; default none.'),
    vrrpRlimitRttime: z.number().exactOptional().describe('RLIMIT_RTTIME of the vrrp child (us); default 10000.'),
    checkerPriority: z.number().exactOptional().describe('Nice value of the checker child; default 0.'),
    checkerNoSwap: z.boolean().exactOptional().describe('Lock the checker child in memory; default off.'),
    checkerRtPriority: z.number().exactOptional().describe('Realtime priority of the checker child; default none.'),
    checkerCpuAffinity: z.array(z.number()).readonly().exactOptional().describe('Pin the checker child; default none.'),
    checkerRlimitRttime: z.number().exactOptional().describe('RLIMIT_RTTIME of the checker child (us); default 10000.'),
    bfdPriority: z.number().exactOptional().describe('Nice value of the BFD child; default 0.'),
    bfdNoSwap: z.boolean().exactOptional().describe('Lock the BFD child in memory; default off.'),
    bfdRtPriority: z.number().exactOptional().describe('Realtime priority of the BFD child; default none.'),
    bfdCpuAffinity: z.array(z.number()).readonly().exactOptional().describe('Pin the BFD child; default none.'),
    bfdRlimitRttime: z.number().exactOptional().describe('RLIMIT_RTTIME of the BFD child (us); default 10000.'),
    notifyFifo: notifyFifo.exactOptional().describe('Named pipe that receives every event; default none.'),
    notifyFifoScript: script
      .exactOptional()
      .describe('Program that reads notify_fifo; pipe path is added as last argument; default none.'),
    vrrpNotifyFifo: notifyFifo.exactOptional().describe('Named pipe for vrrp events; default none.'),
    vrrpNotifyFifoScript: script.exactOptional().describe('Program that reads vrrp_notify_fifo; default none.'),
    lvsNotifyFifo: notifyFifo.exactOptional().describe('Named pipe for checker events; default none.'),
    lvsNotifyFifoScript: script.exactOptional().describe('Program that reads lvs_notify_fifo; default none.'),
    vrrpNotifyPriorityChanges: z.boolean().exactOptional().describe('Send priority changes to the pipes; default off.'),
    fifoWriteVrrpStatesOnReload: z
      .boolean()
      .exactOptional()
      .describe('Write all states to the pipes on reload; default off.'),
    snmpSocket: z.string().exactOptional().describe('AgentX master socket; default unix:/var/agentx/master.'),
    enableTraps: z.boolean().exactOptional().describe('Send SNMP traps; default off.'),
    enableSnmpVrrp: z.boolean().exactOptional().describe('Vrrp part of the KEEPALIVED MIB; default off.'),
    enableSnmpRfc: z.boolean().exactOptional().describe('Both RFC MIBs; default off.'),
    enableSnmpRfcv2: z.boolean().exactOptional().describe('RFC2787 MIB; default off.'),
    enableSnmpRfcv3: z.boolean().exactOptional().describe('RFC6527 MIB; default off.'),
    enableSnmpChecker: z.boolean().exactOptional().describe('Checker part of the KEEPALIVED MIB; default off.'),
    snmpVsStatsUpdateInterval: millis.exactOptional().describe('How stale virtual server counters may be; default 5.'),
    snmpRsStatsUpdateInterval: millis
      .exactOptional()
      .describe('How stale real server counters may be; default the vs interval.'),
    enableDbus: z.boolean().exactOptional().describe('D-Bus interface; default off.'),
    dbusServiceName: z.string().exactOptional().describe('Bus name; default org.keepalived.Vrrp1.'),
    dbusNoInterfaceName: z
      .string()
      .exactOptional()
      .describe('Path element for instances without interface; default none (the word).'),
    vrrpNetlinkCmdRcvBufs: z.number().exactOptional().describe('Receive buffer (bytes); default system.'),
    vrrpNetlinkCmdRcvBufsForce: z.boolean().exactOptional().describe('Use SO_RCVBUFFORCE for it; default off.'),
    vrrpNetlinkMonitorRcvBufs: z.number().exactOptional().describe('Receive buffer (bytes); default system.'),
    vrrpNetlinkMonitorRcvBufsForce: z.boolean().exactOptional().describe('Use SO_RCVBUFFORCE for it; default off.'),
    processMonitorRcvBufs: z
      .number()
      .exactOptional()
      .describe('Receive buffer of the process connector (bytes); default system.'),
    processMonitorRcvBufsForce: z.boolean().exactOptional().describe('Use SO_RCVBUFFORCE for it; default off.'),
    lvsNetlinkCmdRcvBufs: z.number().exactOptional().describe('Receive buffer (bytes); default system.'),
    lvsNetlinkCmdRcvBufsForce: z.boolean().exactOptional().describe('Use SO_RCVBUFFORCE for it; default off.'),
    lvsNetlinkMonitorRcvBufs: z.number().exactOptional().describe('Receive buffer (bytes); default system.'),
    lvsNetlinkMonitorRcvBufsForce: z.boolean().exactOptional().describe('Use SO_RCVBUFFORCE for it; default off.'),
    rsInitNotifies: z.boolean().exactOptional().describe('Run notify_up for real servers that start up; default off.'),
    vrrpRxBufsPolicy: rxBufsPolicy
      .exactOptional()
      .describe('Receive buffer sizing of vrrp sockets; a number must be the first word; default system.'),
    vrrpRxBufsMultiplier: z.number().exactOptional().describe('Factor for MTU/ADVERT policy; default 3.'),
    vrrpStartupDelay: millis.exactOptional().describe('Instances start this long after daemon start; default 0.'),
    vrrpDelayAfterBoot: millis.exactOptional().describe('Instances start no earlier than this uptime; default 0.'),
    logUnknownVrids: z.boolean().exactOptional().describe('Log adverts of VRIDs not configured; default off.'),
    vrrpOwnerIgnoreAdverts: z.boolean().exactOptional().describe('Address owner ignores adverts; default off.'),
    vmacPrefix: z.string().exactOptional().describe('Prefix of generated VMAC names; default vrrp.'),
    vmacAddrPrefix: z.string().exactOptional().describe('Prefix of VMACs made for addresses; default vmac_prefix.'),
    umask: z.number().exactOptional().describe('File creation mask; default 0177 (IXUSR|IRWXG|IRWXO).'),
    randomSeed: z
      .number()
      .exactOptional()
      .describe('Seed of the parameter _RANDOM; without effect in keepalived 2.4.3; default time.'),
    reloadCheckConfig: z
      .string()
      .exactOptional()
      .describe(
        'Run a config test before a reload and keep the old configuration on failure; default off; no argument = /dev/null.',
      ),
    reloadTimeFile: z.string().exactOptional().describe('File holding the time of the next reload; default none.'),
    reloadRepeat: z.boolean().exactOptional().describe('Keep reload_time_file after the reload; default off.'),
    reloadFile: z
      .string()
      .exactOptional()
      .describe(
        'File that exists while the configuration is read; default off; no argument = RUNDIR/keepalived.reload.',
      ),
    configSaveDir: z
      .string()
      .exactOptional()
      .describe('Debugging aid: keeps copies of every configuration read; DIR is created; default none.'),
    tmpConfigDirectory: z
      .string()
      .exactOptional()
      .describe('Where the private copy of the configuration is kept; default memory file.'),
    dataUseInstance: z.boolean().exactOptional().describe('Add instance/namespace to dump file names; default off.'),
    jsonVersion: z.number().exactOptional().describe('Layout of the JSON dump; default 1.'),
    iprouteUsrDir: z.string().exactOptional().describe('Directory of shipped iproute2 tables; default build value.'),
    iprouteEtcDir: z.string().exactOptional().describe('Directory of local iproute2 tables; default /etc/iproute2.'),
    stateDumpFile: z
      .string()
      .exactOptional()
      .describe('Target of SIGUSR1 (manual page: state_file_location); default TMPDIR/keepalived.data.'),
    statsDumpFile: z
      .string()
      .exactOptional()
      .describe(
        'Meant as target of SIGUSR2 (manual page: stats_file_location); parsed but unused in 2.4.3; default TMPDIR/keepalived.stats.',
      ),
    jsonDumpFile: z
      .string()
      .exactOptional()
      .describe(
        'Meant as target of the JSON signal (manual page: json_file_location); parsed but unused in 2.4.3; default TMPDIR/keepalived.json.',
      ),
  })
  .meta({
    id: 'GlobalDefs',
    description: 'Fields that are absent have the default their comment names; a flag is always there.',
  });

export const processSettings = z
  .object({
    netNamespace: z.string().exactOptional(),
    netNamespaceIpvs: z.string().exactOptional().describe('Empty = the namespace the daemon was started in.'),
    namespaceWithIpsets: z.boolean(),
    usePidDir: z.boolean(),
    instance: z.string().exactOptional(),
    childWaitTime: millis,
    linkbeatUsePolling: z.boolean(),
    linkbeatInterfaces: z
      .array(
        z.object({
          name: z.string(),
          method: z
            .enum(['MII', 'ETHTOOL', 'IOCTL'])
            .exactOptional()
            .describe('How the link is read; absent = the best way there is.'),
        }),
      )
      .readonly(),
    interfaceDelays: z.array(z.object({ name: z.string(), down: millis, up: millis })).readonly(),
  })
  .meta({
    id: 'ProcessSettings',
    description:
      'Keywords of the top level that are not blocks, and the lines of linkbeat_interfaces and interface_up_down_delays.',
  });
