// The schema of global_defs: the IPVS table, its sync daemon, and notifies of real servers at the start.
import * as z from 'zod';
import { ip, millis } from '../common.ts';

const lvsSyncDaemon = z
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

const lvsTimeouts = z
  .object({ tcp: millis.exactOptional(), tcpFin: millis.exactOptional(), udp: millis.exactOptional() })
  .meta({
    id: 'LvsTimeouts',
    description: 'Times after which IPVS forgets connections; what is absent stays as the kernel has it.',
  });

export const lvs = {
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
  rsInitNotifies: z.boolean().exactOptional().describe('Run notify_up for real servers that start up; default off.'),
};
