// Whether SNMP is wanted, and the way there: nothing of it is loaded before a configuration asks for it.
import type { Config, GlobalDefs } from '@vipward/config';
import type { Notifications } from './notifications.ts';
import type { MonitoringParts, SnmpSide } from './snmp.ts';

/** The same notifications, of which SNMP hears as well. */
export const monitored = (notifications: Notifications, parts: MonitoringParts): Notifications => {
  let loaded: Promise<SnmpSide> | undefined;
  const withLoaded = (use: (side: SnmpSide) => void): void => {
    void loaded?.then(use).catch((error: unknown) => parts.log.error(`SNMP: ${String(error)}`));
  };
  return {
    ...notifications,
    async configure(config) {
      await notifications.configure(config);
      if (loaded === undefined && !wantsSnmp(config)) return;
      loaded ??= import('./snmp.ts').then(({ createSnmpSide }) => createSnmpSide(parts));
      withLoaded((side) => side.configure(config));
    },
    notify(change) {
      notifications.notify(change);
      withLoaded((side) => side.vrrpChanged(change));
    },
    tell(notices) {
      notifications.tell(notices);
      withLoaded((side) => side.serversChanged(notices));
    },
    async drain() {
      await notifications.drain();
      await (await loaded)?.close();
    },
  };
};

const wantsSnmp = ({ global }: Config): boolean => keywords.some((keyword) => global[keyword] === true);

/** Each switches a MIB on. */
const keywords = [
  'enableSnmpVrrp',
  'enableSnmpChecker',
  'enableSnmpRfc',
  'enableSnmpRfcv2',
  'enableSnmpRfcv3',
] as const satisfies readonly (keyof GlobalDefs)[];
