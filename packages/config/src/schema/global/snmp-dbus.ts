// The schema of global_defs: SNMP and D-Bus.
import * as z from 'zod';
import { millis } from '../common.ts';

export const snmpAndDbus = {
  snmpSocket: z.string().exactOptional().describe('AgentX master socket; default unix:/var/agentx/master.'),
  enableTraps: z.boolean().exactOptional().describe('Send SNMP traps; default off.'),
  enableSnmpVrrp: z.boolean().exactOptional().describe('Vrrp part of the KEEPALIVED MIB; default off.'),
  enableSnmpRfc: z.boolean().exactOptional().describe('Both RFC MIBs; default off.'),
  enableSnmpRfcv2: z.boolean().exactOptional().describe('RFC2787 MIB; default off.'),
  enableSnmpRfcv3: z.boolean().exactOptional().describe('RFC6527 MIB; default off.'),
  enableSnmpChecker: z.boolean().exactOptional().describe('Checker part of the KEEPALIVED MIB; default off.'),
  snmpVsStatsUpdateInterval: millis.exactOptional().describe('How stale virtual server counters may be; default 5.'),
  snmpRsStatsUpdateInterval: millis
    .exactOptional()
    .describe('How stale real server counters may be; default the vs interval.'),
  enableDbus: z.boolean().exactOptional().describe('D-Bus interface; default off.'),
  dbusServiceName: z.string().exactOptional().describe('Bus name; default org.keepalived.Vrrp1.'),
  dbusNoInterfaceName: z
    .string()
    .exactOptional()
    .describe('Path element for instances without interface; default none (the word).'),
};
