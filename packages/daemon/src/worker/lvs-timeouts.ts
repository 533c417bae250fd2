// lvs_timeouts: what the file names is set, the rest is as it was before, and so is everything at the end.
import type { LvsTimeouts } from '@vipward/config';
import type { IpvsTimeouts } from '@vipward/netlink';

/** Seconds; `before` is what the kernel had when nothing had been set yet. 0 in the file leaves a timeout alone. */
export const wantedTimeouts = (written: LvsTimeouts | undefined, before: IpvsTimeouts): IpvsTimeouts => ({
  tcp: seconds(written?.tcp) ?? before.tcp,
  tcpFin: seconds(written?.tcpFin) ?? before.tcpFin,
  udp: seconds(written?.udp) ?? before.udp,
});

/** Timeouts of a state file, which another version or another hand may have written. */
export const timeoutsFrom = (json: unknown): IpvsTimeouts | undefined => {
  if (typeof json !== 'object' || json === null) return undefined;
  const { tcp, tcpFin, udp } = Object.fromEntries(Object.entries(json));
  return isSeconds(tcp) && isSeconds(tcpFin) && isSeconds(udp) ? { tcp, tcpFin, udp } : undefined;
};

export const sameTimeouts = (a: IpvsTimeouts, b: IpvsTimeouts): boolean =>
  a.tcp === b.tcp && a.tcpFin === b.tcpFin && a.udp === b.udp;

const seconds = (millis: number | undefined): number | undefined =>
  millis === undefined || millis === 0 ? undefined : Math.round(millis / 1000);

// What a C int holds.
const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0x7fffffff;
