// The public face of SNMP: the subagent for a configuration, and the state it shows.
export type { Interface, Snapshot } from './mib/snapshot.ts';
export type { ServerChange, VrrpChange } from './mib/traps.ts';
export { type Snmp, type SnmpOptions, startSnmp } from './runtime/snmp.ts';
