// keepalived.stats on SIGUSR2, and the same counts for the JSON dump: refused adverts under keepalived's headings. Pure.
import type { InstanceDetails, Rejection } from '@vipward/vrrp';

export const statisticsLines = (details: readonly InstanceDetails[]): readonly string[] =>
  details.flatMap((one) => {
    const { tally, status } = one;
    const of = errorsOf(status.advertsRejected);
    return [
      `VRRP Instance: ${status.name}`,
      '  Advertisements:',
      `    Received: ${tally.received}`,
      `    Sent: ${tally.sent}`,
      `  Became master: ${tally.becameMaster}`,
      `  Released master: ${tally.releasedMaster}`,
      '  Packet Errors:',
      `    Length: ${of.length}`,
      `    TTL: ${of.ttl}`,
      `    Invalid Type: ${of.type}`,
      `    Advertisement Interval: ${of.interval}`,
      `    Address List: ${of.addresses}`,
      '  Authentication Errors:',
      `    Invalid Type: ${of.unknownAuthentication}`,
      `    Type Mismatch: ${of.otherAuthentication}`,
      `    Failure: ${of.failedAuthentication}`,
      '  Priority Zero:',
      `    Received: ${tally.priorityZeroReceived}`,
      `    Sent: ${tally.priorityZeroSent}`,
    ];
  });

export interface AdvertErrors {
  readonly length: number;
  readonly ttl: number;
  readonly type: number;
  readonly interval: number;
  readonly addresses: number;
  /** Always 0: a type that nobody knows is another one than the configured one. */
  readonly unknownAuthentication: number;
  readonly otherAuthentication: number;
  readonly failedAuthentication: number;
}

export const errorsOf = (rejected: Readonly<Record<string, number>>): AdvertErrors => {
  const sum = (...kinds: readonly Rejection['kind'][]): number =>
    kinds.reduce((total, kind) => total + (rejected[kind] ?? 0), 0);
  return {
    length: sum('length', 'ip-length'),
    ttl: sum('ttl'),
    type: sum('type'),
    interval: sum('interval', 'interval-zero'),
    addresses: sum('address-count', 'address-missing'),
    unknownAuthentication: 0,
    otherAuthentication: sum('auth-type'),
    failedAuthentication: sum(
      ...(['auth-pass', 'ah-missing', 'ah-spi', 'ah-replay', 'ah-integrity'] as const),
      ...(['hmac-missing', 'hmac-malformed', 'hmac-stale', 'hmac-key', 'hmac-integrity', 'hmac-replay'] as const),
    ),
  };
};
