// The schema of the configuration: the whole configuration.
import * as z from 'zod';
import { sslSettings } from './checkers.ts';
import { globalDefs, processSettings } from './global.ts';
import { virtualServer, virtualServerGroup } from './lvs.ts';
import { garpGroup, staticAddress, staticRoute, staticRule } from './network.ts';
import { bfdInstance, trackFile, trackGroup, trackProcess, vrrpScript, vrrpSyncGroup } from './tracking.ts';
import { vrrpInstance } from './vrrp.ts';

export const configSchema = z
  .object({
    global: globalDefs,
    vrrpScripts: z.array(vrrpScript).readonly(),
    vrrpInstances: z.array(vrrpInstance).readonly(),
    virtualServers: z
      .array(virtualServer)
      .readonly()
      .describe('Virtual server groups are written out: one for each address or mark.'),
    process: processSettings.exactOptional(),
    syncGroups: z.array(vrrpSyncGroup).readonly().exactOptional(),
    trackGroups: z.array(trackGroup).readonly().exactOptional(),
    trackFiles: z.array(trackFile).readonly().exactOptional(),
    trackProcesses: z.array(trackProcess).readonly().exactOptional(),
    bfdInstances: z.array(bfdInstance).readonly().exactOptional(),
    garpGroups: z.array(garpGroup).readonly().exactOptional(),
    staticAddresses: z.array(staticAddress).readonly().exactOptional(),
    staticRoutes: z.array(staticRoute).readonly().exactOptional(),
    staticRules: z.array(staticRule).readonly().exactOptional(),
    virtualServerGroups: z.array(virtualServerGroup).readonly().exactOptional(),
    ssl: sslSettings.exactOptional(),
  })
  .meta({
    id: 'Config',
    description:
      'parseConfig fills in every field; those marked optional may be left out by whoever makes a Config by hand.',
  });
