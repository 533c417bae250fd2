// -x and -A: what they add to the configuration.
import type { Config } from '@vipward/config';
import type { DaemonOptions } from './options.ts';

/** -x switches every MIB on, and no traps; the socket of -A counts whatever the file says. */
export const withSnmpOptions = (
  config: Config,
  { snmp, snmpSocket }: Pick<DaemonOptions, 'snmp' | 'snmpSocket'>,
): Config => ({
  ...config,
  global: {
    ...config.global,
    ...(snmp ? { enableSnmpVrrp: true, enableSnmpChecker: true, enableSnmpRfc: true } : {}),
    ...(snmpSocket === undefined ? {} : { snmpSocket }),
  },
});
