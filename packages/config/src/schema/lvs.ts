// The schema of the configuration: virtual_server and real servers.
import * as z from 'zod';
import { checker, moreChecker } from './checkers.ts';
import { family, ip, millis, script, sourceLocation } from './common.ts';

export const virtualServerTarget = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('address'), address: ip, port: z.number() }),
    z.object({ kind: z.literal('fwmark'), mark: z.number() }),
  ])
  .meta({ id: 'VirtualServerTarget' });

export const protocol = z.enum(['TCP', 'UDP', 'SCTP']).meta({ id: 'Protocol' });

export const forwarding = z
  .union([
    z.object({ kind: z.literal('NAT') }),
    z.object({ kind: z.literal('DR') }),
    z.object({ kind: z.literal('TUN'), tunnel: z.literal('ipip') }),
    z.object({
      kind: z.literal('TUN'),
      tunnel: z.literal('gue'),
      port: z.number(),
      checksum: z.enum(['nocsum', 'csum', 'remcsum']),
    }),
    z.object({ kind: z.literal('TUN'), tunnel: z.literal('gre'), checksum: z.enum(['nocsum', 'csum']) }),
  ])
  .meta({ id: 'Forwarding' });

export const virtualServerGroup = z
  .object({
    name: z.string(),
    targets: z.array(virtualServerTarget).readonly().describe('Ranges written out.'),
    at: sourceLocation,
  })
  .meta({ id: 'VirtualServerGroup', description: 'virtual_server_group: addresses and marks that are one service.' });

export const realServer = z
  .object({
    address: ip,
    port: z.number().describe("Already resolved: the service's port when none was written."),
    forwarding: forwarding,
    weight: z.number(),
    upperThreshold: z.number(),
    lowerThreshold: z.number(),
    inhibitOnFailure: z.boolean().describe('Failed checks set the weight to 0 instead of removing the server.'),
    virtualHost: z.string().exactOptional(),
    checkers: z.array(checker).readonly(),
    moreCheckers: z
      .array(moreChecker)
      .readonly()
      .exactOptional()
      .describe('Checks of the kinds that are not in `Checker` yet.'),
    notifyUp: script.exactOptional(),
    notifyDown: script.exactOptional(),
    smtpAlert: z
      .boolean()
      .exactOptional()
      .describe('Absent = on unless smtp_alert or smtp_alert_checker of global_defs says otherwise.'),
    snmpName: z.string().exactOptional(),
    slowStart: millis
      .exactOptional()
      .describe('@vipward slow_start: its weight grows over this time after it came up.'),
    maintenanceFile: z
      .string()
      .exactOptional()
      .describe('@vipward maintenance_file: in maintenance while this file exists.'),
    at: sourceLocation,
  })
  .meta({ id: 'RealServer' });

export const schedulerFlags = z.object({ flag1: z.boolean(), flag2: z.boolean(), flag3: z.boolean() }).meta({
  id: 'SchedulerFlags',
  description: 'flag-1 to flag-3; sh-fallback and mh-fallback are flag-1, sh-port and mh-port are flag-2.',
});

export const groupMark = z
  .object({
    mark: z.number().describe('The same for all addresses of a group and protocol.'),
    ports: z
      .array(z.number())
      .readonly()
      .describe('Ports of the real servers in their order, as written: 0 where there is none.'),
  })
  .meta({
    id: 'GroupMark',
    description: 'What a service of a mark has in place of those of the addresses of its group.',
  });

export const sorryServer = z
  .object({
    address: ip,
    port: z.number().describe("0 = the service's port."),
    forwarding: forwarding,
    inhibit: z.boolean().describe('sorry_server_inhibit: stays in the table with weight 0 instead of being removed.'),
  })
  .meta({ id: 'SorryServer' });

export const virtualServer = z
  .object({
    target: virtualServerTarget,
    family: family.describe('IPv4 or IPv6; of a fwmark service taken from ip_family or its real servers.'),
    protocol: protocol.exactOptional().describe('Absent for fwmark services.'),
    scheduler: z.string(),
    forwarding: forwarding,
    delayLoop: millis,
    persistenceTimeout: z.number().exactOptional().describe('Seconds; absent = no persistence.'),
    persistenceMask: z
      .number()
      .exactOptional()
      .describe('Granularity: an IPv4 mask as unsigned 32-bit number in host order, or an IPv6 prefix length.'),
    persistenceEngine: z.string().exactOptional(),
    onePacket: z.boolean(),
    quorum: z.number(),
    hysteresis: z.number(),
    alpha: z.boolean(),
    sorryServer: sorryServer.exactOptional(),
    realServers: z.array(realServer).readonly(),
    virtualHost: z.string().exactOptional(),
    group: z
      .string()
      .exactOptional()
      .describe(
        'The virtual_server_group this service is a member of; its members share real servers, checks and quorum.',
      ),
    groupKey: z
      .string()
      .exactOptional()
      .describe('The same for all services that one virtual_server block of a group became, and for no others.'),
    groupMark: groupMark
      .exactOptional()
      .describe('nftables_ipvs: one service of this mark stands for all addresses that have it.'),
    schedulerFlags: schedulerFlags.exactOptional(),
    hashed: z.boolean().exactOptional().describe('hashed: accepted, without effect.'),
    haSuspend: z.boolean().exactOptional().describe('No checks while the address is not on this host.'),
    omega: z.boolean().exactOptional().describe('Scripts for going down run at shutdown.'),
    quorumUp: script.exactOptional(),
    quorumDown: script.exactOptional(),
    smtpAlert: z.boolean().exactOptional(),
    snmpName: z.string().exactOptional(),
    panicThreshold: z
      .number()
      .exactOptional()
      .describe(
        '@vipward panic_threshold, percent of the configured weight: with less than that alive nobody is taken out.',
      ),
    drainOnRemove: millis
      .exactOptional()
      .describe('@vipward drain_on_remove: how long a real server that left the file may keep its connections.'),
    at: sourceLocation,
  })
  .meta({ id: 'VirtualServer' });
