// The vocabulary of the VRRP machine: what it knows, what happens to it, and what it wants done.

import type { Millis, VirtualAddress } from '@vipward/config';
import type { IpAddress, IpFamily } from '@vipward/config/address';
import type { Advert } from '../advert/advert.ts';

/** The settings that the protocol rules need; a VrrpInstance has them all. */
export interface MachineConfig {
  readonly name: string;
  readonly version: 2 | 3;
  readonly family: IpFamily;
  readonly state: 'MASTER' | 'BACKUP';
  /** 1..255 as configured, before tracking changes it; 255 = address owner. */
  readonly priority: number;
  readonly advertInterval: Millis;
  readonly nopreempt: boolean;
  readonly preemptDelay: Millis;
  readonly garpMasterDelay: Millis;
  readonly garpMasterRepeat: number;
  /** The same after an advert of lower priority. */
  readonly garpLowerPrioDelay: Millis;
  readonly garpLowerPrioRepeat: number;
  /** How often a master announces its addresses again; 0 = never. */
  readonly garpRefresh: Millis;
  readonly garpRefreshRepeat: number;
  /** A lower priority is not answered with an advert. */
  readonly lowerPrioNoAdvert: boolean;
  /** A higher priority is answered with one before yielding. */
  readonly higherPrioSendAdvert: boolean;
  /** down_timer_adverts: 3 unless configured, which no RFC knows. */
  readonly downTimerAdverts: number;
  /** The address owner hears nobody (owner_ignore_adverts). */
  readonly ownerIgnoresAdverts?: boolean;
  /** timer_expired_backup: the highest priority that another has; 1..254. Absent = as high as our own. */
  readonly othersPriority?: number;
  /** Unicast is meant, but there are no peers (unicast_fault_no_peer). */
  readonly noPeers?: boolean;
  readonly virtualAddresses: readonly VirtualAddress[];
  readonly tracked: readonly Tracked[];
  /** A member of a sync group becomes master when all members want to. */
  readonly synced: boolean;
}

/** Something whose failure matters: `key` is shown in the log, such as "interface eth1" or "script chk". */
export interface Tracked {
  readonly key: string;
  /** 0 = a failure is a fault; positive is added while it is up, negative while it is down. */
  readonly weight: number;
  /** What would be added is taken away, and the other way round; with weight 0, being up is the fault. */
  readonly reverse: boolean;
  /** It is a number, and not up or down (track_file): it counts times the weight. */
  readonly measured?: boolean;
}

/** What every role knows. */
export interface Common {
  readonly config: MachineConfig;
  /** The source of our adverts, which breaks ties; without it there is nothing to speak with (fault). */
  readonly primaryAddress: IpAddress | undefined;
  /** Keys of what is down now. */
  readonly down: ReadonlySet<string>;
  /** Keys of what has given no result yet: neither a fault nor any weight. */
  readonly pending?: ReadonlySet<string>;
  /** Numbers in tracked files, by key: those whose number is a fault are `down` instead. */
  readonly measures?: ReadonlyMap<string, number>;
}

export type State =
  /** `waiting`: started, but a first result that may be a fault is still to come. */
  | (Common & { readonly role: 'initialize'; readonly waiting?: boolean })
  | (Common & { readonly role: 'fault' })
  | (Common & {
      readonly role: 'backup';
      readonly masterDownAt: Millis;
      /** Set by the first advert of lower priority: until then it is obeyed (preempt_delay). */
      readonly preemptAt?: Millis;
      /** Version 3: what the master heard last says that it keeps. */
      readonly masterInterval?: Millis;
      /** Of a sync group: silence has been declared, the others are not there yet. */
      readonly wantsMaster?: boolean;
    })
  | (Common & {
      readonly role: 'master';
      readonly nextAdvertAt: Millis;
      readonly lastAdvertAt: Millis;
      /** The second burst, and its rounds. */
      readonly garpAt?: Millis;
      readonly garpRepeat?: number;
      readonly refreshAt?: Millis;
      /** When a lower priority advert was last answered: at most once per interval, however many come. */
      readonly answeredAt?: Millis;
    });

export type Role = State['role'];
export type StateOf<R extends Role> = Extract<State, { readonly role: R }>;

/** RFC 3768 names them Master_Down_Timer and Adver_Timer; `garp` is keepalived's second burst. */
export type TimerName = 'master-down' | 'advert' | 'garp';

export type Event =
  /** `resume`: the predecessor of this process was master less than the master-down interval ago. */
  | { readonly kind: 'start'; readonly resume?: { readonly role: 'master' } }
  | { readonly kind: 'advert'; readonly from: IpAddress; readonly advert: Advert }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'track'; readonly key: string; readonly up: boolean }
  /** The number in a tracked file; undefined when there is none. */
  | { readonly kind: 'measure'; readonly key: string; readonly value: number | undefined }
  | { readonly kind: 'primary-address'; readonly address: IpAddress | undefined }
  /** The sync group goes there, and so does its member. */
  | { readonly kind: 'sync'; readonly to: 'MASTER' | 'BACKUP' }
  /** Someone else took a virtual address off its interface; `by` says who, in words. */
  | { readonly kind: 'address-lost'; readonly address: VirtualAddress; readonly by?: string }
  /** `pending`: keys of new things that have no result yet. */
  | { readonly kind: 'config'; readonly config: MachineConfig; readonly pending?: readonly string[] }
  /** `deleted`: a reload removed the instance, the process goes on; what the outside is told then (notify_deleted). */
  | { readonly kind: 'shutdown'; readonly deleted?: 'FAULT' | 'DELETED' };

/** In keepalived's words: states, a lower priority that a master heard, and another priority of its own. */
export type NotifyState =
  | 'MASTER'
  | 'BACKUP'
  | 'FAULT'
  | 'STOP'
  | 'DELETED'
  | 'MASTER_RX_LOWER_PRI'
  | 'MASTER_PRIORITY'
  | 'BACKUP_PRIORITY';

export type Effect =
  /** To be performed before anything that follows it, and never after a wait. */
  | { readonly kind: 'send-advert'; readonly priority: number }
  | { readonly kind: 'set-timer'; readonly timer: TimerName; readonly at: Millis }
  | { readonly kind: 'cancel-timer'; readonly timer: TimerName }
  | { readonly kind: 'add-addresses'; readonly addresses: readonly VirtualAddress[] }
  | { readonly kind: 'remove-addresses'; readonly addresses: readonly VirtualAddress[] }
  /** `repeat` rounds over all addresses, after they are in place. */
  | { readonly kind: 'garp'; readonly addresses: readonly VirtualAddress[]; readonly repeat: number }
  | {
      readonly kind: 'notify';
      readonly state: NotifyState;
      readonly priority: number;
      /** Master went on as master over a restart: nothing has changed for the outside. */
      readonly resumed: boolean;
    }
  /** `detail`: keepalived says it only with -D. */
  | { readonly kind: 'log'; readonly level: 'info' | 'warning'; readonly text: string; readonly detail: boolean };

export interface Step<S extends State = State> {
  readonly state: S;
  readonly effects: readonly Effect[];
}
