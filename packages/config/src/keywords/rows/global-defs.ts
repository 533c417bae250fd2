// global_defs: settings of the whole process, in the order of the reference page.

import { block } from '../row.ts';
import { advertBuffers, netlinkBuffers } from './global-defs/buffers.ts';
import { files } from './global-defs/files.ts';
import { firewall } from './global-defs/firewall.ts';
import { lvs, startOfServers } from './global-defs/lvs.ts';
import { autoPriority, processNames, scheduling } from './global-defs/processes.ts';
import { fifos, mails } from './global-defs/reports.ts';
import { scriptAccounts, startAndShutdown } from './global-defs/scripts.ts';
import { snmpAndDbus } from './global-defs/snmp-dbus.ts';
import { advertChecks, adverts, interfaces, startOfInstances } from './global-defs/vrrp.ts';

export const globalDefsRows = block('global_defs', [
  ...mails,
  ...interfaces,
  ...processNames,
  ...startAndShutdown,
  ...autoPriority,
  ...lvs,
  ...adverts,
  ...firewall,
  ...advertChecks,
  ...scheduling,
  ...fifos,
  ...snmpAndDbus,
  ...scriptAccounts,
  ...netlinkBuffers,
  ...startOfServers,
  ...advertBuffers,
  ...startOfInstances,
  ...files,
]);
