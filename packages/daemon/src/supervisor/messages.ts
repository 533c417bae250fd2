// What supervisor and workers say to each other over the IPC channel.
import type { Config, Script } from '@vipward/config';
import type { Order, OrderAnswer } from '@vipward/health';
import type { Mail, NotifyState, ServerChange } from '@vipward/notify';
import type { WorkerStatus } from '../control/protocol.ts';
import type { Dump } from '../dump/dump.ts';
import type { BfdChange } from './bfd-states.ts';
import type { Columns } from './columns.ts';
import type { ConfigChange } from './config-change.ts';

export type WorkerRole = 'vrrp' | 'checker' | 'bfd';

/** What a worker needs to know besides the configuration. */
export interface WorkerSettings {
  readonly role: WorkerRole;
  readonly title: string;
  readonly pidFile: string;
  readonly stateFile: string;
  readonly logConsole: boolean;
  readonly logDetail: boolean;
  readonly syslogFacility: number | undefined;
  /** Behind the worker's name in the system log. */
  readonly identSuffix: string;
  /** -V or -I: leave the kernel as it is at the end. */
  readonly keepKernelState: boolean;
}

export type ToWorker =
  /** `bfds`: what is known of BFD sessions as it starts. */
  | {
      readonly kind: 'start';
      readonly config: Columns<Config>;
      readonly settings: WorkerSettings;
      readonly bfds: readonly BfdChange[];
    }
  | ({ readonly kind: 'bfd' } & BfdChange)
  | { readonly kind: 'reload'; readonly change: Columns<ConfigChange> }
  | { readonly kind: 'status'; readonly question: number }
  | { readonly kind: 'order'; readonly question: number; readonly order: Order }
  /** Write down what a signal asked for. */
  | { readonly kind: 'dump'; readonly dump: Dump }
  | { readonly kind: 'stop' };

/** A change that scripts, pipes and mails may want to hear of. */
export interface StateChange {
  readonly kind: 'INSTANCE' | 'GROUP';
  readonly name: string;
  readonly state: NotifyState;
  readonly priority: number;
}

/** Something that happened to a real or virtual server: a line for the pipes, a mail when smtp_alert wants one. */
export interface ServerNotice {
  /** Mails of one object go out one after the other. */
  readonly object: string;
  readonly change?: ServerChange;
  readonly mail?: Mail;
}

/** A script of a real or virtual server that is to run; those of one object run one after the other. */
export interface ServerScript {
  readonly object: string;
  readonly script: Script;
  readonly purpose: string;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reloaded'; readonly error?: string }
  /** The worker cannot run at all: the daemon ends with this status instead of starting it again. */
  | { readonly kind: 'fatal'; readonly status: number; readonly message: string }
  | { readonly kind: 'status'; readonly question: number; readonly status: WorkerStatus }
  | { readonly kind: 'ordered'; readonly question: number; readonly answer: OrderAnswer }
  | { readonly kind: 'state'; readonly change: StateChange }
  | ({ readonly kind: 'bfd' } & BfdChange)
  | { readonly kind: 'script'; readonly run: ServerScript }
  | { readonly kind: 'servers'; readonly notices: readonly ServerNotice[] };
