// The schema of the configuration: vrrp_instance.
import * as z from 'zod';
import { bytes, ip, millis, script, sourceLocation } from './common.ts';
import { extraGarp } from './global/vrrp.ts';
import { route, rule, virtualAddress } from './network.ts';
import { trackedItem } from './tracking.ts';

export const hmacKey = z
  .object({
    id: z.int().min(1).max(255).describe('1..255'),
    secret: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('bytes'), bytes: bytes }),
        z.object({ kind: z.literal('file'), path: z.string() }),
      ])
      .describe('32 to 64 bytes, or the file that holds them.'),
  })
  .meta({ id: 'HmacKey' });

export const authHmac = z
  .object({
    keys: z.array(hmacKey).readonly(),
    activeKey: z.number().describe('Id of the key used for sending.'),
    timeWindow: millis.exactOptional().describe('Age accepted; absent = the larger of three advert intervals and 5 s.'),
    antiReplay: z.enum(['time', 'monotonic']),
    mode: z.enum(['enforce', 'permissive', 'receive-only']),
  })
  .meta({ id: 'AuthHmac', description: 'HMAC-SHA256 trailer of adverts.' });

export const ipvlan = z
  .object({
    name: z.string().exactOptional(),
    address: ip.exactOptional(),
    prefixLength: z.number().exactOptional().describe('Of the address; absent = that of a host.'),
    mode: z.enum(['bridge', 'private', 'vepa']),
    group: z.string().exactOptional(),
  })
  .meta({ id: 'Ipvlan', description: 'use_ipvlan: the instance runs on an ipvlan.' });

export const unicastPeer = z
  .object({ address: ip, minTtl: z.number().exactOptional(), maxTtl: z.number().exactOptional() })
  .meta({ id: 'UnicastPeer' });

export const vmac = z
  .object({
    name: z.string().exactOptional(),
    mac: bytes.exactOptional().describe('6 bytes, or the first 5 of them: then virtual_router_id is the last.'),
    netlinkNotify: z.boolean(),
    group: z.string().exactOptional().describe('Group of the interface (number, or name of rt_group).'),
  })
  .meta({ id: 'Vmac', description: "use_vmac: the instance runs on a macvlan with the virtual router's MAC." });

export const vrrpInstance = z
  .object({
    name: z.string(),
    state: z.enum(['MASTER', 'BACKUP']),
    interfaceName: z.string(),
    virtualRouterId: z.int().min(1).max(255).describe('1..255'),
    priority: z.int().min(1).max(255).describe('1..255; 255 is the address owner.'),
    version: z.literal([2, 3]).exactOptional().describe('Version of the protocol; absent means 2.'),
    advertInterval: millis.describe('Version 2: whole seconds. Version 3: hundredths of a second.'),
    nopreempt: z.boolean(),
    preemptDelay: millis.describe('Seconds to wait after start or link up before preempting; 0 = none.'),
    garpMasterDelay: millis.describe(
      'Delay of the second burst of gratuitous ARPs after becoming master (default 5 s).',
    ),
    garpMasterRepeat: z.number().describe('Gratuitous ARPs per address in each burst (default 5).'),
    authentication: z.object({ type: z.enum(['PASS', 'AH']), pass: z.string() }).exactOptional(),
    virtualAddresses: z.array(virtualAddress).readonly(),
    trackInterfaces: z.array(trackedItem).readonly(),
    trackScripts: z.array(trackedItem).readonly(),
    unicastSourceIp: ip.exactOptional(),
    unicastPeers: z.array(unicastPeer).readonly(),
    notifyMaster: script.exactOptional(),
    notifyBackup: script.exactOptional(),
    notifyFault: script.exactOptional(),
    notifyStop: script.exactOptional(),
    notify: script.exactOptional().describe('notify: called with the three (four) words of keepalived appended.'),
    lvsSyncDaemonInterface: z
      .string()
      .exactOptional()
      .describe('From the deprecated lvs_sync_daemon_interface (and the misspelling lvs_sync_daemon_inteface).'),
    excludedAddresses: z.array(virtualAddress).readonly().exactOptional(),
    virtualRoutes: z.array(route).readonly().exactOptional(),
    virtualRules: z.array(rule).readonly().exactOptional(),
    trackFiles: z.array(trackedItem).readonly().exactOptional(),
    trackProcesses: z.array(trackedItem).readonly().exactOptional(),
    trackBfds: z.array(trackedItem).readonly().exactOptional(),
    authHmac: authHmac.exactOptional(),
    vrf: z.string().exactOptional().describe('Unicast without an interface runs in this VRF.'),
    dontTrackPrimary: z.boolean().exactOptional(),
    trackSrcIp: z.boolean().exactOptional(),
    multicastSourceIp: ip.exactOptional().describe('mcast_src_ip; unicast_src_ip is `unicastSourceIp`.'),
    multicastDestinationIp: ip.exactOptional(),
    unicastFaultNoPeer: z.boolean().exactOptional(),
    unicastTtl: z
      .int()
      .min(0)
      .max(255)
      .exactOptional()
      .describe('0..255; absent = 255 for IPv4, what the kernel has for IPv6.'),
    checkUnicastSource: z.boolean().exactOptional(),
    oldUnicastChecksum: z
      .enum(['always', 'never'])
      .exactOptional()
      .describe(
        'old_unicast_checksum: `always` uses the wrong checksum of old versions, `never` refuses to; absent = found out.',
      ),
    v3ChecksumAsV2: z.boolean().exactOptional(),
    strict: z.boolean().exactOptional(),
    skipCheckAdvAddr: z.boolean().exactOptional(),
    noVirtualAddress: z.boolean().exactOptional().describe('no_virtual_ipaddress: that there is no address is meant.'),
    accept: z
      .boolean()
      .exactOptional()
      .describe('Packets for the virtual addresses are taken though priority is not 255.'),
    promoteSecondaries: z.boolean().exactOptional(),
    vmac: vmac.exactOptional(),
    useVmacAddr: z.boolean().exactOptional(),
    vmacXmitBase: z.boolean().exactOptional(),
    ipvlan: ipvlan.exactOptional(),
    garpMasterRefresh: millis.exactOptional().describe('Period of gratuitous ARPs while master; 0 = none.'),
    garpMasterRefreshRepeat: z.number().exactOptional(),
    garpLowerPrioDelay: millis.exactOptional(),
    garpLowerPrioRepeat: z.number().exactOptional(),
    garpExtraIf: extraGarp.exactOptional(),
    downTimerAdverts: z.number().exactOptional().describe('Advert intervals until a silent master counts as down.'),
    timerExpiredBackup: z
      .number()
      .exactOptional()
      .describe('Goes backup after having been scheduled this many percent of the down timer too late.'),
    lowerPrioNoAdvert: z.boolean().exactOptional(),
    higherPrioSendAdvert: z.boolean().exactOptional(),
    ownerIgnoreAdverts: z.boolean().exactOptional(),
    kernelRxBufSize: z.number().exactOptional().describe("Bytes of the socket's receive buffer."),
    linkbeatUsePolling: z.boolean().exactOptional(),
    debug: z.number().exactOptional(),
    notifyDeleted: z
      .object({ script: script.exactOptional() })
      .exactOptional()
      .describe(
        'notify_deleted: DELETED is reported when a reload removes the instance, with the script if there is one.',
      ),
    notifyMasterRxLowerPri: script.exactOptional(),
    notifyPriorityChanges: z.boolean().exactOptional(),
    smtpAlert: z.boolean().exactOptional(),
    at: sourceLocation,
  })
  .meta({ id: 'VrrpInstance' });
