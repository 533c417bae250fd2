// What there is to tell: states of VRRP objects, and real and virtual servers that come and go. Plain data.
import type { NotifyScripts } from './job.ts';

/** The states that scripts, pipes and mails name, in keepalived's words. */
export type NotifyState =
  | 'MASTER'
  | 'BACKUP'
  | 'FAULT'
  | 'STOP'
  /** A reload removed the instance (notify_deleted). */
  | 'DELETED'
  /** A master heard a lower priority. */
  | 'MASTER_RX_LOWER_PRI'
  /** The effective priority is another now (notify_priority_changes); for pipes alone. */
  | 'MASTER_PRIORITY'
  | 'BACKUP_PRIORITY';

export interface StateChange {
  readonly object: 'INSTANCE' | 'GROUP';
  readonly name: string;
  readonly state: NotifyState;
  /** The priority now in effect, 0..255; of a group 0. */
  readonly priority: number;
  readonly scripts: NotifyScripts;
}

/** Names are keepalived's: `[192.168.33.12]:tcp:80`, `FWM 7`. */
export type ServerChange =
  | {
      readonly kind: 'RS';
      readonly realServer: string;
      readonly virtualServer: string;
      readonly up: boolean;
    }
  | { readonly kind: 'VS'; readonly virtualServer: string; readonly up: boolean };
