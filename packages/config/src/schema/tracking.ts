// The schema of the configuration: what can be watched, and groups of instances.
import * as z from 'zod';
import { ip, millis, script, sourceLocation } from './common.ts';

export const vrrpScript = z
  .object({
    name: z.string(),
    script: script,
    interval: millis,
    weight: z.int().min(-253).max(253).describe('-253..253; 0 means that a failure is a fault of the instance.'),
    reverse: z.boolean(),
    timeout: millis
      .exactOptional()
      .describe('Run time after which a run counts as failed; the interval when none was written.'),
    rise: z.number().exactOptional().describe('Successes needed to come up; absent = 1.'),
    fall: z.number().exactOptional().describe('Failures needed to go down; absent = 1.'),
    initFail: z.boolean().exactOptional().describe('Starts as failed.'),
    at: sourceLocation,
  })
  .meta({ id: 'VrrpScript' });

export const trackedItem = z
  .object({
    name: z.string(),
    weight: z
      .number()
      .exactOptional()
      .describe("0 = fault; otherwise added to the priority. Undefined = the item's own weight."),
    reverse: z.boolean().exactOptional(),
    at: sourceLocation,
  })
  .meta({ id: 'TrackedItem' });

export const trackFile = z
  .object({
    name: z.string(),
    file: z.string(),
    weight: z.int().min(-254).max(254).describe('-254..254; 0 = a number other than 0 is a fault.'),
    reverse: z.boolean(),
    initFile: z
      .object({ value: z.number(), overwrite: z.boolean() })
      .exactOptional()
      .describe('The file is made at start; `overwrite`: also when it is there.'),
    at: sourceLocation,
  })
  .meta({ id: 'TrackFile', description: 'A file whose number, times the weight, changes priorities.' });

export const trackProcess = z
  .object({
    name: z.string(),
    process: z.string(),
    parameters: z.array(z.string()).readonly(),
    parameterMatch: z
      .enum(['exact', 'initial', 'partial'])
      .exactOptional()
      .describe('How parameters are compared; absent = they do not count.'),
    weight: z.int().min(-254).max(254).describe('-254..254; 0 = fault when it does not run.'),
    reverse: z.boolean(),
    quorum: z.number().describe('Fewest processes.'),
    quorumMax: z.number().exactOptional().describe('Most processes.'),
    forkDelay: millis,
    terminateDelay: millis,
    fullCommand: z.boolean(),
    at: sourceLocation,
  })
  .meta({ id: 'TrackProcess' });

export const bfdInstance = z
  .object({
    name: z.string(),
    neighbor: ip,
    source: ip.exactOptional(),
    minRx: millis,
    minTx: millis,
    idleTx: millis,
    multiplier: z.number(),
    passive: z.boolean(),
    ttl: z.int().min(1).max(255).describe('1..255'),
    maxHops: z.number().describe('Largest loss of TTL that is accepted; 255 (or -1) = no check.'),
    multihop: z.boolean(),
    weight: z.number(),
    reverse: z.boolean(),
    reportTo: z.object({ vrrp: z.boolean(), checker: z.boolean() }).describe('Who hears of changes.'),
    at: sourceLocation,
  })
  .meta({ id: 'BfdInstance' });

export const vrrpSyncGroup = z
  .object({
    name: z.string(),
    members: z.array(z.string()).readonly(),
    trackInterfaces: z.array(trackedItem).readonly(),
    trackScripts: z.array(trackedItem).readonly(),
    trackFiles: z.array(trackedItem).readonly(),
    trackProcesses: z.array(trackedItem).readonly(),
    trackBfds: z.array(trackedItem).readonly(),
    notifyMaster: script.exactOptional(),
    notifyBackup: script.exactOptional(),
    notifyFault: script.exactOptional(),
    notifyStop: script.exactOptional(),
    notify: script.exactOptional(),
    smtpAlert: z.boolean().exactOptional(),
    trackingWeight: z.boolean().describe('Members may be watched with weights.'),
    notifyPriorityChanges: z.boolean().exactOptional(),
    at: sourceLocation,
  })
  .meta({ id: 'VrrpSyncGroup', description: 'vrrp_sync_group: its members change state together.' });

export const trackGroup = z
  .object({ name: z.string(), members: z.array(z.string()).readonly(), at: sourceLocation })
  .meta({ id: 'TrackGroup', description: 'track_group: instances that watch static addresses, routes and rules.' });
