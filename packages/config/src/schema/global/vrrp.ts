// The schema of global_defs: interfaces, and what VRRP instances do where they say nothing themselves.
import * as z from 'zod';
import { ip, millis } from '../common.ts';

export const extraGarp = z.object({ interval: millis, all: z.boolean() }).meta({
  id: 'ExtraGarp',
  description:
    'Gratuitous ARPs on other interfaces of virtual addresses, every `interval`; `all`: also where no macvlan is.',
});

export const vrrp = {
  vrrpVersion: z
    .literal([2, 3])
    .exactOptional()
    .describe('Version of instances that name none; absent = 2, or 3 for IPv6.'),
  vrrpGarpMasterDelay: millis.exactOptional(),
  vrrpGarpMasterRepeat: z.number().exactOptional(),
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
  vrrpCheckUnicastSrc: z
    .boolean()
    .exactOptional()
    .describe('Drop unicast adverts from senders that are not peers; default off.'),
  vrrpSkipCheckAdvAddr: z
    .boolean()
    .exactOptional()
    .describe('Skip the VIP list comparison when the sender has not changed; default off.'),
  vrrpStrict: z.boolean().exactOptional().describe('Enforce the RFC rules for all instances; default off.'),
  vrrpStartupDelay: millis.exactOptional().describe('Instances start this long after daemon start; default 0.'),
  vrrpDelayAfterBoot: millis.exactOptional().describe('Instances start no earlier than this uptime; default 0.'),
  logUnknownVrids: z.boolean().exactOptional().describe('Log adverts of VRIDs not configured; default off.'),
  vrrpOwnerIgnoreAdverts: z.boolean().exactOptional().describe('Address owner ignores adverts; default off.'),
  vmacPrefix: z.string().exactOptional().describe('Prefix of generated VMAC names; default vrrp.'),
  vmacAddrPrefix: z.string().exactOptional().describe('Prefix of VMACs made for addresses; default vmac_prefix.'),
};
