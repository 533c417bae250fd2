// The schema of global_defs: receive buffers of netlink and VRRP sockets.
import * as z from 'zod';

const rxBufsPolicy = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('bytes'), bytes: z.number() }),
    z.object({ kind: z.literal('mtu') }),
    z.object({ kind: z.literal('advert') }),
  ])
  .meta({ id: 'RxBufsPolicy', description: 'Bytes, or what the size is derived from.' });

export const buffers = {
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
  vrrpRxBufsPolicy: rxBufsPolicy
    .exactOptional()
    .describe('Receive buffer sizing of vrrp sockets; a number must be the first word; default system.'),
  vrrpRxBufsMultiplier: z.number().exactOptional().describe('Factor for MTU/ADVERT policy; default 3.'),
};
