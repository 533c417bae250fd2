// The schema of global_defs: whom vipward tells what happens, by mail, log and FIFO.
import * as z from 'zod';
import { millis, script, scriptUser } from '../common.ts';

const notifyFifo = z
  .object({ path: z.string(), user: scriptUser.exactOptional() })
  .meta({ id: 'NotifyFifo', description: 'A named pipe and the account that owns it.' });

export const reports = {
  routerId: z.string().exactOptional(),
  notificationEmail: z.array(z.string()).readonly(),
  notificationEmailFrom: z.string().exactOptional(),
  smtpServer: z.object({ host: z.string(), port: z.number() }).exactOptional(),
  smtpConnectTimeout: millis,
  smtpHeloName: z.string().exactOptional().describe('HELO name; default local host name.'),
  smtpAlert: z.boolean().exactOptional().describe('Default of all smtp_alert settings; default unset.'),
  smtpAlertVrrp: z.boolean().exactOptional().describe('Default for vrrp instances and groups; default unset.'),
  smtpAlertChecker: z.boolean().exactOptional().describe('Default for virtual/real servers; default unset.'),
  noEmailFaults: z.boolean().exactOptional().describe('No mail for FAULT transitions; default off.'),
  noCheckerEmails: z
    .boolean()
    .exactOptional()
    .describe('Mail only when a real server is added/removed, not per checker; default off.'),
  checkerLogAllFailures: z.boolean().exactOptional().describe('Log every failed probe; default off.'),
  notifyFifo: notifyFifo.exactOptional().describe('Named pipe that receives every event; default none.'),
  notifyFifoScript: script
    .exactOptional()
    .describe('Program that reads notify_fifo; pipe path is added as last argument; default none.'),
  vrrpNotifyFifo: notifyFifo.exactOptional().describe('Named pipe for vrrp events; default none.'),
  vrrpNotifyFifoScript: script.exactOptional().describe('Program that reads vrrp_notify_fifo; default none.'),
  lvsNotifyFifo: notifyFifo.exactOptional().describe('Named pipe for checker events; default none.'),
  lvsNotifyFifoScript: script.exactOptional().describe('Program that reads lvs_notify_fifo; default none.'),
  vrrpNotifyPriorityChanges: z.boolean().exactOptional().describe('Send priority changes to the pipes; default off.'),
  fifoWriteVrrpStatesOnReload: z
    .boolean()
    .exactOptional()
    .describe('Write all states to the pipes on reload; default off.'),
};
