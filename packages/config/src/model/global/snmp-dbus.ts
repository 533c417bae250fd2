// global_defs: SNMP and D-Bus.
import type { Millis } from '../common.ts';

export interface SnmpAndDbusDefs {
  /** AgentX master socket; default unix:/var/agentx/master. */
  readonly snmpSocket?: string;
  /** Send SNMP traps; default off. */
  readonly enableTraps?: boolean;
  /** Vrrp part of the KEEPALIVED MIB; default off. */
  readonly enableSnmpVrrp?: boolean;
  /** Both RFC MIBs; default off. */
  readonly enableSnmpRfc?: boolean;
  /** RFC2787 MIB; default off. */
  readonly enableSnmpRfcv2?: boolean;
  /** RFC6527 MIB; default off. */
  readonly enableSnmpRfcv3?: boolean;
  /** Checker part of the KEEPALIVED MIB; default off. */
  readonly enableSnmpChecker?: boolean;
  /** How stale virtual server counters may be; default 5. */
  readonly snmpVsStatsUpdateInterval?: Millis;
  /** How stale real server counters may be; default the vs interval. */
  readonly snmpRsStatsUpdateInterval?: Millis;
  /** D-Bus interface; default off. */
  readonly enableDbus?: boolean;
  /** Bus name; default org.keepalived.Vrrp1. */
  readonly dbusServiceName?: string;
  /** Path element for instances without interface; default none (the word). */
  readonly dbusNoInterfaceName?: string;
}
