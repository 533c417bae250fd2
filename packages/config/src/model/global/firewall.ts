// global_defs: the firewall rules that keep virtual addresses quiet.

export interface FirewallDefs {
  /** Use iptables for no_accept/VMAC filtering; in a build with nftables only: error and nftables is used; default unset; no argument = INPUT OUTPUT. */
  readonly vrrpIptables?: { readonly input: string; readonly output?: string };
  /** Ipset names; omitted ones are derived from earlier ones; default keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd; no argument = no ipsets. */
  readonly vrrpIpsets?: Ipsets | false;
  /** Use nftables with this table name; default unset; no argument = keepalived. */
  readonly nftables?: string;
  /** Priority of the base chains; default -1. */
  readonly nftablesPriority?: number;
  /** IPv6 link-local sets keyed by interface index; default off. */
  readonly nftablesIfindex?: boolean;
  /** Put counters in the rules; default off. */
  readonly nftablesCounters?: boolean;
  /** One fwmark per virtual_server_group through nftables; default unset; no argument = keepalived_ipvs. */
  readonly nftablesIpvs?: string;
  /** Chain priority for that table; default -1. */
  readonly nftablesIpvsPriority?: number;
  /** First fwmark handed out; default 1000. */
  readonly nftablesIpvsStartFwmark?: number;
}

export interface Ipsets {
  readonly address: string;
  readonly address6: string;
  readonly interface6: string;
  readonly igmp: string;
  readonly mld: string;
  readonly neighbour: string;
}
