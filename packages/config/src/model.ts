// The typed configuration: what a keepalived.conf means once it has been read and checked. Plain data, safe to send between processes.

import type { SslSettings } from './model/checkers.ts';
import type { GlobalDefs, ProcessSettings } from './model/global.ts';
import type { VirtualServer, VirtualServerGroup } from './model/lvs.ts';
import type { GarpGroup, StaticAddress, StaticRoute, StaticRule } from './model/network.ts';
import type { BfdInstance, TrackFile, TrackGroup, TrackProcess, VrrpScript, VrrpSyncGroup } from './model/tracking.ts';
import type { VrrpInstance } from './model/vrrp.ts';

export * from './model/checkers.ts';
export * from './model/common.ts';
export * from './model/global.ts';
export * from './model/lvs.ts';
export * from './model/network.ts';
export * from './model/tracking.ts';
export * from './model/vrrp.ts';

/** parseConfig fills in every field; those marked optional may be left out by whoever makes a Config by hand. */
export interface Config {
  readonly global: GlobalDefs;
  readonly vrrpScripts: readonly VrrpScript[];
  readonly vrrpInstances: readonly VrrpInstance[];
  /** Virtual server groups are written out: one for each address or mark. */
  readonly virtualServers: readonly VirtualServer[];
  readonly process?: ProcessSettings;
  readonly syncGroups?: readonly VrrpSyncGroup[];
  readonly trackGroups?: readonly TrackGroup[];
  readonly trackFiles?: readonly TrackFile[];
  readonly trackProcesses?: readonly TrackProcess[];
  readonly bfdInstances?: readonly BfdInstance[];
  readonly garpGroups?: readonly GarpGroup[];
  readonly staticAddresses?: readonly StaticAddress[];
  readonly staticRoutes?: readonly StaticRoute[];
  readonly staticRules?: readonly StaticRule[];
  readonly virtualServerGroups?: readonly VirtualServerGroup[];
  readonly ssl?: SslSettings;
}
