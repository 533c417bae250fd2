// What happened to real servers and quorums: data for scripts and mails, each with the sentence that keepalived logs.
import type { RealServer, SorryServer, VirtualServer } from '@vipward/config';
import type { AnyCheck } from './checks.ts';
import type { Out } from './condition.ts';
import { realServerName, sorryServerName, virtualServerName } from './name.ts';
import type { FailureReason } from './result.ts';

interface Said {
  readonly virtualServer: VirtualServer;
  /** The log line, in keepalived's words; '' where there is none. */
  readonly text: string;
}

export type HealthEvent =
  | (Said & { readonly kind: 'real-server-up'; readonly realServer: RealServer })
  | (Said & { readonly kind: 'real-server-down'; readonly realServer: RealServer; readonly reason: string })
  /** Up from the start, before any check: only with rs_init_notifies. Nothing is said of it. */
  | (Said & { readonly kind: 'real-server-starts-up'; readonly realServer: RealServer })
  /** One that began as down (alpha) has failed its first check. */
  | (Said & { readonly kind: 'real-server-not-up'; readonly realServer: RealServer; readonly reason: string })
  /** With omega, at an orderly end. Nothing is said of it. */
  | (Said & { readonly kind: 'real-server-stops'; readonly realServer: RealServer })
  | (Said & { readonly kind: 'quorum-stops' })
  /** A reload took it out while it was in use. */
  | (Said & { readonly kind: 'real-server-removed'; readonly realServer: RealServer })
  /** A reload took out a virtual server, and with it the quorum that it had. */
  | (Said & { readonly kind: 'virtual-server-removed' | 'quorum-removed' })
  | CheckEvent
  | (Said & { readonly kind: 'weight'; readonly realServer: RealServer; readonly from: number; readonly to: number })
  /** `weight` is the sum over the servers that are alive. `starting`: of a virtual server that is new. */
  | (Said & { readonly kind: 'quorum-gained' | 'quorum-lost'; readonly weight: number; readonly starting: boolean })
  | (Said & { readonly kind: 'sorry-server-in' | 'sorry-server-out'; readonly sorryServer: SorryServer })
  | (Said & { readonly kind: 'pool-emptied' | 'pool-filled' })
  /** An operator has taken it out, or lets it in again. */
  | (Said & { readonly kind: 'out'; readonly realServer: RealServer; readonly out: Out | undefined })
  /** panic_threshold: failed checks take nobody out from here on, or do so again. */
  | (Said & { readonly kind: 'panic'; readonly panic: boolean });

/** One check of a real server has a verdict that is news, whatever the others say. Mails are about these. */
export interface CheckEvent extends Said {
  readonly kind: 'check';
  readonly realServer: RealServer;
  readonly check: AnyCheck;
  readonly passed: boolean;
  /** False of a first verdict that is as expected. */
  readonly turned: boolean;
  readonly failure?: FailureReason;
  /** What that made of the real server. */
  readonly wasAlive: boolean;
  readonly alive: boolean;
}

export const realServerEvent = (
  virtualServer: VirtualServer,
  realServer: RealServer,
  change: { readonly verdict: 'up' } | { readonly verdict: 'down'; readonly reason: string },
): HealthEvent => {
  const name = realServerName(virtualServer, realServer);
  const vs = virtualServerName(virtualServer);
  if (change.verdict === 'up') {
    const text = realServer.inhibitOnFailure
      ? `Enabling service ${name} of VS ${vs}`
      : `Adding service ${name} to VS ${vs}`;
    return { kind: 'real-server-up', virtualServer, realServer, text };
  }
  const text = realServer.inhibitOnFailure
    ? `Disabling service ${name} of VS ${vs}`
    : `Removing service ${name} from VS ${vs}`;
  return { kind: 'real-server-down', virtualServer, realServer, reason: change.reason, text };
};

export const notUpEvent = (virtualServer: VirtualServer, realServer: RealServer, reason: string): HealthEvent => ({
  kind: 'real-server-not-up',
  virtualServer,
  realServer,
  reason,
  text: `Service ${realServerName(virtualServer, realServer)} of VS ${virtualServerName(virtualServer)} does not come up`,
});

export const startsUpEvents = (
  virtualServer: VirtualServer,
  servers: readonly { readonly alive: boolean }[],
): readonly HealthEvent[] =>
  virtualServer.realServers
    .filter((_, i) => servers[i]?.alive === true)
    .map((realServer) => ({ kind: 'real-server-starts-up', virtualServer, realServer, text: '' }));

export const stopEvents = (virtualServer: VirtualServer, inUse: readonly RealServer[]): readonly HealthEvent[] => [
  ...inUse.map((realServer) => ({ kind: 'real-server-stops', virtualServer, realServer, text: '' }) as const),
  { kind: 'quorum-stops', virtualServer, text: '' },
];

export const weightEvent = (
  virtualServer: VirtualServer,
  realServer: RealServer,
  before: { readonly alive: boolean; readonly weight: number },
  to: number,
): HealthEvent => {
  const state = before.alive ? 'active' : 'inactive';
  const name = realServerName(virtualServer, realServer);
  const text = `Changing weight from ${before.weight} to ${to} for ${state} service ${name} of VS ${virtualServerName(virtualServer)}`;
  return { kind: 'weight', virtualServer, realServer, from: before.weight, to, text };
};

export const startsWithQuorum = (virtualServer: VirtualServer, weight: number): readonly HealthEvent[] => [
  quorumGained(virtualServer, weight, true),
];

export const gainedQuorum = (virtualServer: VirtualServer, weight: number): readonly HealthEvent[] => [
  quorumGained(virtualServer, weight, false),
  ...sorry(virtualServer, 'out'),
];

const quorumGained = (virtualServer: VirtualServer, weight: number, starting: boolean): HealthEvent => {
  const { quorum, hysteresis } = virtualServer;
  const text = `Gained quorum ${quorum}+${hysteresis}=${quorum + hysteresis} <= ${weight} for VS ${virtualServerName(virtualServer)}`;
  return { kind: 'quorum-gained', virtualServer, weight, starting, text };
};

export const lostQuorum = (virtualServer: VirtualServer, weight: number): readonly HealthEvent[] => [
  {
    kind: 'quorum-lost',
    virtualServer,
    weight,
    starting: false,
    text: `Lost quorum ${shortfall(virtualServer, weight)}`,
  },
  ...sorry(virtualServer, 'in'),
];

export const startsWithoutQuorum = (virtualServer: VirtualServer, weight: number): readonly HealthEvent[] => {
  const text = `Starting with quorum down ${shortfall(virtualServer, weight)}`;
  return [{ kind: 'quorum-lost', virtualServer, weight, starting: true, text }, ...sorry(virtualServer, 'in')];
};

const shortfall = (vs: VirtualServer, weight: number): string =>
  `${vs.quorum}-${vs.hysteresis}=${vs.quorum - vs.hysteresis} > ${weight} for VS ${virtualServerName(vs)}`;

const sorry = (virtualServer: VirtualServer, direction: 'in' | 'out'): readonly HealthEvent[] => {
  const { sorryServer } = virtualServer;
  if (sorryServer === undefined) return [];
  const name = sorryServerName(virtualServer, sorryServer);
  const vs = virtualServerName(virtualServer);
  if (direction === 'in') {
    const text = `${sorryServer.inhibit ? 'Enabling' : 'Adding'} sorry server ${name} to VS ${vs}`;
    return [
      { kind: 'sorry-server-in', virtualServer, sorryServer, text },
      { kind: 'pool-emptied', virtualServer, text: `Removing alive servers from the pool for VS ${vs}` },
    ];
  }
  const text = `${sorryServer.inhibit ? 'Disabling' : 'Removing'} sorry server ${name} from VS ${vs}`;
  return [
    { kind: 'sorry-server-out', virtualServer, sorryServer, text },
    { kind: 'pool-filled', virtualServer, text: `Adding alive servers to the pool for VS ${vs}` },
  ];
};

export const outEvent = (
  virtualServer: VirtualServer,
  realServer: RealServer,
  before: Out | undefined,
  out: Out | undefined,
  why: string,
): HealthEvent => {
  const service = `service ${realServerName(virtualServer, realServer)} of VS ${virtualServerName(virtualServer)}`;
  const text =
    out === undefined
      ? `End of ${before ?? 'drain'} of ${service}${why}`
      : out === 'drain'
        ? `Draining ${service}${why}: its connections stay, new ones go elsewhere`
        : `Maintenance of ${service}${why}`;
  return { kind: 'out', virtualServer, realServer, out, text };
};

export const panicEvent = (
  virtualServer: VirtualServer,
  panic: boolean,
  alive: number,
  threshold: number,
): HealthEvent => {
  const vs = virtualServerName(virtualServer);
  const share = `${Math.floor(alive)} % of the weight of VS ${vs}`;
  const text = panic
    ? `PANIC: checks pass for only ${share}, less than panic_threshold ${threshold}: failed checks take no real server out until more pass`
    : `End of panic: checks pass for ${share}: failed ones take real servers out again`;
  return { kind: 'panic', virtualServer, panic, text };
};

/** The same event of a server that stays in the table although its checks fail. */
export const staysInPanic = (event: HealthEvent): HealthEvent =>
  event.kind !== 'real-server-down'
    ? event
    : {
        ...event,
        text: `Service ${realServerName(event.virtualServer, event.realServer)} of VS ${virtualServerName(event.virtualServer)} is down and stays, for panic_threshold`,
      };
