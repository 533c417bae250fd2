// What the outside sees of running VRRP: what it passes in, what it can ask for, and what it is told.
import type { ProcessSettings, VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { RouteKernel } from '@vipward/netlink';
import type { Nftables } from '@vipward/netlink/nftables';
import type { Clock, Millis } from '@vipward/sockets';
import type { MachineConfig, NotifyState, Role } from '../machine/model.ts';
import type { FootingSettings } from '../stacked/footing.ts';
import type { ProcessSource } from '../track/processes.ts';
import type { StartScript } from '../track/start-script.ts';
import type { OpenArp } from './announcer.ts';
import type { ProcessName } from './culprit.ts';
import type { VrrpLog } from './log.ts';
import type { OwnedSettings } from './owned-settings.ts';
import type { RefusedSource } from './refusals.ts';
import type { Sysctl } from './secondaries.ts';
import type { Tally } from './tally.ts';
import type { TrackSettings } from './track-settings.ts';
import type { OpenWire } from './wire.ts';
import type { WireSettings } from './wire-settings.ts';

export interface VrrpNotification {
  readonly kind: 'INSTANCE' | 'GROUP';
  readonly name: string;
  readonly state: NotifyState;
  /** Effective, 1..255; of a group 0, as keepalived has it. */
  readonly priority: number;
  /** A restarted process went on as master: nothing has changed for the outside. */
  readonly resumed: boolean;
}

export interface InstanceStatus {
  readonly name: string;
  readonly interfaceName: string;
  readonly virtualRouterId: number;
  readonly version: 2 | 3;
  readonly family: IpFamily;
  readonly role: Role;
  /** Effective. */
  readonly priority: number;
  /** The master last heard, while backup. */
  readonly master?: { readonly address: string; readonly priority: number };
  readonly advertsSent: number;
  readonly advertsReceived: number;
  /** By kind of Rejection. */
  readonly advertsRejected: Readonly<Record<string, number>>;
  /** Who sent what was rejected, 16 at most; absent when nobody did. */
  readonly refusedSources?: readonly RefusedSource[];
  /** What adverts are sent from; absent as long as there is no such address. */
  readonly source?: string;
  readonly becameMaster?: number;
  readonly priorityZeroSent?: number;
  readonly priorityZeroReceived?: number;
}

/** All that a dump of an instance is made of. */
export interface InstanceDetails {
  readonly status: InstanceStatus;
  /** With what its group and its tracked things imply. */
  readonly instance: VrrpInstance;
  /** The settings as the machine has them, all defaults filled in. */
  readonly machine: MachineConfig;
  /** What adverts are sent from. */
  readonly source: IpAddress | undefined;
  /** Keys of what is down, such as `interface eth1`. */
  readonly down: readonly string[];
  /** How many tracked things have given no result yet. */
  readonly waiting: number;
  readonly masterDownInterval: Millis;
  /** ms since 1970. */
  readonly lastTransition: Millis | undefined;
  readonly tally: Tally;
}

export type LinkSettings = Partial<
  Pick<ProcessSettings, 'interfaceDelays' | 'linkbeatInterfaces' | 'linkbeatUsePolling'>
>;

/** Of global_defs: sockets, names of macvlans, nftables. */
export type HostSettings = WireSettings & FootingSettings;

export interface VrrpRuntime {
  /**
   * Changes only what differs: a master stays master, and only changed addresses are written. `scripts` are the
   * vrrp_scripts that track_script names. Throws VrrpError (and changes nothing) when an instance is impossible here.
   */
  reload(
    instances: readonly VrrpInstance[],
    scripts?: readonly VrrpScript[],
    groups?: readonly VrrpSyncGroup[],
    links?: LinkSettings,
    owned?: OwnedSettings,
    wires?: HostSettings,
    tracking?: TrackSettings,
  ): Promise<void>;
  /** A track_script's verdict, for who runs them without `startScript`; they count as up until told otherwise. */
  setScript(name: string, up: boolean): void;
  /** What a BFD session is now; it counts as down until told otherwise. */
  setBfd(name: string, up: boolean): void;
  /** Masters say priority 0 at once and, unless kept, take their addresses down; resolves when that is done. */
  stop(options?: { readonly keepAddresses?: boolean }): Promise<void>;
  states(): readonly InstanceStatus[];
  details(): readonly InstanceDetails[];
  /** What is counted begins anew. */
  clearCounts(): void;
}

export interface VrrpOptions {
  readonly instances: readonly VrrpInstance[];
  readonly scripts?: readonly VrrpScript[];
  readonly groups?: readonly VrrpSyncGroup[];
  /** Names of the BFD sessions that are up as this starts. */
  readonly bfdsUp?: readonly string[];
  /** How a track script becomes a process; with it they are run here, and instances wait for their first results. */
  readonly startScript?: StartScript;
  readonly routeKernel: RouteKernel;
  readonly clock: Clock;
  readonly log: VrrpLog;
  /** vrrp_startup_delay: instances that do not resume wait so long before they begin; ms. */
  readonly startDelay?: Millis;
  /** interface_up_down_delays and what is polled: the `process` of a Config will do. */
  readonly links?: LinkSettings;
  /** Static addresses, routes and rules, and the pace of announcements: what ownedSettings() makes of a configuration. */
  readonly owned?: OwnedSettings;
  /** Receive buffers, whether adverts of strangers are said, names of macvlans and of nftables: a GlobalDefs will do. */
  readonly wires?: HostSettings;
  /** Tracked files and processes, and interfaces that may be missing: what trackSettings() makes of a configuration. */
  readonly tracking?: TrackSettings;
  readonly onEvent?: (event: VrrpNotification) => void;
  /** Where a successor finds who was master; without it a restart begins as backup. */
  readonly stateFile?: string;
  /** For tests: other wires, another boot. */
  readonly edges?: Partial<Edges>;
}

export interface Edges {
  readonly openWire: OpenWire;
  readonly openArp: OpenArp;
  readonly bootId: string;
  readonly sysctl: Sysctl;
  readonly nftables: Nftables;
  /** ms since 1970: what auth_hmac calls the time. */
  readonly realtime: () => Millis;
  readonly processName: ProcessName;
  readonly processes: ProcessSource;
  /** Runs `fn` once the sockets have been read. */
  readonly afterInput: (fn: () => void) => void;
}
