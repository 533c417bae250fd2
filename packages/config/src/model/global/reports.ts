// global_defs: whom vipward tells what happens, by mail, log and FIFO.
import type { Millis, Script, ScriptUser } from '../common.ts';

export interface ReportDefs {
  readonly routerId?: string;
  readonly notificationEmail: readonly string[];
  readonly notificationEmailFrom?: string;
  readonly smtpServer?: { readonly host: string; readonly port: number };
  readonly smtpConnectTimeout: Millis;
  /** HELO name; default local host name. */
  readonly smtpHeloName?: string;
  /** Default of all smtp_alert settings; default unset. */
  readonly smtpAlert?: boolean;
  /** Default for vrrp instances and groups; default unset. */
  readonly smtpAlertVrrp?: boolean;
  /** Default for virtual/real servers; default unset. */
  readonly smtpAlertChecker?: boolean;
  /** No mail for FAULT transitions; default off. */
  readonly noEmailFaults?: boolean;
  /** Mail only when a real server is added/removed, not per checker; default off. */
  readonly noCheckerEmails?: boolean;
  /** Log every failed probe; default off. */
  readonly checkerLogAllFailures?: boolean;
  /** Named pipe that receives every event; default none. */
  readonly notifyFifo?: NotifyFifo;
  /** Program that reads notify_fifo; pipe path is added as last argument; default none. */
  readonly notifyFifoScript?: Script;
  /** Named pipe for vrrp events; default none. */
  readonly vrrpNotifyFifo?: NotifyFifo;
  /** Program that reads vrrp_notify_fifo; default none. */
  readonly vrrpNotifyFifoScript?: Script;
  /** Named pipe for checker events; default none. */
  readonly lvsNotifyFifo?: NotifyFifo;
  /** Program that reads lvs_notify_fifo; default none. */
  readonly lvsNotifyFifoScript?: Script;
  /** Send priority changes to the pipes; default off. */
  readonly vrrpNotifyPriorityChanges?: boolean;
  /** Write all states to the pipes on reload; default off. */
  readonly fifoWriteVrrpStatesOnReload?: boolean;
}

/** A named pipe and the account that owns it. */
export interface NotifyFifo {
  readonly path: string;
  readonly user?: ScriptUser;
}
