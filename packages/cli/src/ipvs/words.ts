// Words for what the kernel has as bits and numbers: scheduler flags and tunnels.
import type { Service, Tunnel } from '@vipward/netlink';

const ownNames: Readonly<Record<string, readonly string[]>> = {
  sh: ['sh-fallback', 'sh-port'],
  mh: ['mh-fallback', 'mh-port'],
};
const plainNames = ['flag-1', 'flag-2', 'flag-3'];

/** ipvsadm's names, and flag-3 also for sh and mh, where ipvsadm has none. */
export const schedulerFlagNames = ({ schedFlags, scheduler }: Pick<Service, 'schedFlags' | 'scheduler'>): string[] =>
  plainNames.flatMap((plain, bit) => ((schedFlags >> bit) & 1 ? [ownNames[scheduler]?.[bit] ?? plain] : []));

/** Bit of a name, 0 to 2; undefined when this scheduler has no such flag. */
export const schedulerFlagBit = (name: string, scheduler: string): number | undefined => {
  const bit = Math.max(plainNames.indexOf(name), ownNames[scheduler]?.indexOf(name) ?? -1);
  return bit < 0 ? undefined : bit;
};

/** `ipip`, `gre csum`, `gue port 6080 nocsum`. */
export const tunnelText = (tunnel: Tunnel): string => {
  switch (tunnel.type) {
    case 'ipip':
      return 'ipip';
    case 'gre':
      return `gre ${tunnel.checksum}`;
    case 'gue':
      return `gue port ${tunnel.port} ${tunnel.checksum}`;
  }
};
