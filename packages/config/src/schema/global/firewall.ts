// The schema of global_defs: the firewall rules that keep virtual addresses quiet.
import * as z from 'zod';

const ipsets = z
  .object({
    address: z.string(),
    address6: z.string(),
    interface6: z.string(),
    igmp: z.string(),
    mld: z.string(),
    neighbour: z.string(),
  })
  .meta({ id: 'Ipsets' });

export const firewall = {
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
  nftablesIfindex: z.boolean().exactOptional().describe('IPv6 link-local sets keyed by interface index; default off.'),
  nftablesCounters: z.boolean().exactOptional().describe('Put counters in the rules; default off.'),
  nftablesIpvs: z
    .string()
    .exactOptional()
    .describe('One fwmark per virtual_server_group through nftables; default unset; no argument = keepalived_ipvs.'),
  nftablesIpvsPriority: z.number().exactOptional().describe('Chain priority for that table; default -1.'),
  nftablesIpvsStartFwmark: z.number().exactOptional().describe('First fwmark handed out; default 1000.'),
};
