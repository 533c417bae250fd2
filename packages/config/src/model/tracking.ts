// What instances and real servers can watch: scripts, files, processes, BFD sessions; and the groups of instances.
import type { IpAddress } from '../address.ts';
import type { Millis, Script, SourceLocation } from './common.ts';

export interface VrrpScript {
  readonly name: string;
  readonly script: Script;
  readonly interval: Millis;
  /** -253..253; 0 means that a failure is a fault of the instance. */
  readonly weight: number;
  readonly reverse: boolean;
  /** Run time after which a run counts as failed; the interval when none was written. */
  readonly timeout?: Millis;
  /** Successes needed to come up; absent = 1. */
  readonly rise?: number;
  /** Failures needed to go down; absent = 1. */
  readonly fall?: number;
  /** Starts as failed. */
  readonly initFail?: boolean;
  readonly at: SourceLocation;
}

export interface TrackedItem {
  readonly name: string;
  /** 0 = fault; otherwise added to the priority. Undefined = the item's own weight. */
  readonly weight?: number;
  readonly reverse?: boolean;
  readonly at: SourceLocation;
}

/** A file whose number, times the weight, changes priorities. */
export interface TrackFile {
  readonly name: string;
  readonly file: string;
  /** -254..254; 0 = a number other than 0 is a fault. */
  readonly weight: number;
  readonly reverse: boolean;
  /** The file is made at start; `overwrite`: also when it is there. */
  readonly initFile?: { readonly value: number; readonly overwrite: boolean };
  readonly at: SourceLocation;
}

export interface TrackProcess {
  readonly name: string;
  readonly process: string;
  readonly parameters: readonly string[];
  /** How parameters are compared; absent = they do not count. */
  readonly parameterMatch?: 'exact' | 'initial' | 'partial';
  /** -254..254; 0 = fault when it does not run. */
  readonly weight: number;
  readonly reverse: boolean;
  /** Fewest processes. */
  readonly quorum: number;
  /** Most processes. */
  readonly quorumMax?: number;
  readonly forkDelay: Millis;
  readonly terminateDelay: Millis;
  readonly fullCommand: boolean;
  readonly at: SourceLocation;
}

export interface BfdInstance {
  readonly name: string;
  readonly neighbor: IpAddress;
  readonly source?: IpAddress;
  readonly minRx: Millis;
  readonly minTx: Millis;
  readonly idleTx: Millis;
  readonly multiplier: number;
  readonly passive: boolean;
  /** 1..255 */
  readonly ttl: number;
  /** Largest loss of TTL that is accepted; 255 (or -1) = no check. */
  readonly maxHops: number;
  readonly multihop: boolean;
  readonly weight: number;
  readonly reverse: boolean;
  /** Who hears of changes. */
  readonly reportTo: { readonly vrrp: boolean; readonly checker: boolean };
  readonly at: SourceLocation;
}

/** vrrp_sync_group: its members change state together. */
export interface VrrpSyncGroup {
  readonly name: string;
  readonly members: readonly string[];
  readonly trackInterfaces: readonly TrackedItem[];
  readonly trackScripts: readonly TrackedItem[];
  readonly trackFiles: readonly TrackedItem[];
  readonly trackProcesses: readonly TrackedItem[];
  readonly trackBfds: readonly TrackedItem[];
  readonly notifyMaster?: Script;
  readonly notifyBackup?: Script;
  readonly notifyFault?: Script;
  readonly notifyStop?: Script;
  readonly notify?: Script;
  readonly smtpAlert?: boolean;
  /** Members may be watched with weights. */
  readonly trackingWeight: boolean;
  readonly notifyPriorityChanges?: boolean;
  readonly at: SourceLocation;
}

/** track_group: instances that watch static addresses, routes and rules. */
export interface TrackGroup {
  readonly name: string;
  readonly members: readonly string[];
  readonly at: SourceLocation;
}
