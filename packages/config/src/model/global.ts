// global_defs, and the settings that stand outside of every block.
import type { Millis } from './common.ts';
import type { BufferDefs } from './global/buffers.ts';
import type { FileDefs } from './global/files.ts';
import type { FirewallDefs } from './global/firewall.ts';
import type { LvsDefs } from './global/lvs.ts';
import type { ProcessDefs } from './global/processes.ts';
import type { ReportDefs } from './global/reports.ts';
import type { ScriptDefs } from './global/scripts.ts';
import type { SnmpAndDbusDefs } from './global/snmp-dbus.ts';
import type { VrrpDefs } from './global/vrrp.ts';

export type { RxBufsPolicy } from './global/buffers.ts';
export type { Ipsets } from './global/firewall.ts';
export type { LvsSyncDaemon, LvsTimeouts } from './global/lvs.ts';
export type { NotifyFifo } from './global/reports.ts';
export type { ExtraGarp } from './global/vrrp.ts';

/** Fields that are absent have the default their comment names; a flag is always there. */
export interface GlobalDefs
  extends ReportDefs,
    VrrpDefs,
    ProcessDefs,
    ScriptDefs,
    LvsDefs,
    FirewallDefs,
    SnmpAndDbusDefs,
    BufferDefs,
    FileDefs {}

/** Keywords of the top level that are not blocks, and the lines of linkbeat_interfaces and interface_up_down_delays. */
export interface ProcessSettings {
  readonly netNamespace?: string;
  /** Empty = the namespace the daemon was started in. */
  readonly netNamespaceIpvs?: string;
  readonly namespaceWithIpsets: boolean;
  readonly usePidDir: boolean;
  readonly instance?: string;
  readonly childWaitTime?: Millis;
  readonly linkbeatUsePolling: boolean;
  readonly linkbeatInterfaces: readonly {
    readonly name: string;
    /** How the link is read; absent = the best way there is. */
    readonly method?: 'MII' | 'ETHTOOL' | 'IOCTL';
  }[];
  readonly interfaceDelays: readonly { readonly name: string; readonly down: Millis; readonly up: Millis }[];
}
