// The schema of the configuration: global_defs and the settings outside of every block.
import * as z from 'zod';
import { millis } from './common.ts';
import { buffers } from './global/buffers.ts';
import { files } from './global/files.ts';
import { firewall } from './global/firewall.ts';
import { lvs } from './global/lvs.ts';
import { processes } from './global/processes.ts';
import { reports } from './global/reports.ts';
import { scripts } from './global/scripts.ts';
import { snmpAndDbus } from './global/snmp-dbus.ts';
import { vrrp } from './global/vrrp.ts';

export const globalDefs = z
  .object({
    ...reports,
    ...vrrp,
    ...processes,
    ...scripts,
    ...lvs,
    ...firewall,
    ...snmpAndDbus,
    ...buffers,
    ...files,
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
    childWaitTime: millis.exactOptional(),
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
