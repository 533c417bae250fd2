// Health state to and from JSON, so that a restart knows what the last run knew. A file's content is not trusted.
import type { CheckerState } from './checker.ts';
import type { CheckerHealth, HealthState, Kept, RealServerHealth, VirtualServerHealth } from './health-state.ts';
import type { Verdict } from './result.ts';
import { maximumWeight } from './weight.ts';

const version = 1;

/** A plain JSON value, for JSON.stringify. What only lives in one run (a check under way) is left out. */
export const toJson = (state: HealthState): object => ({
  version,
  virtualServers: state.virtualServers.map(({ key, quorum, realServers }) => ({
    key,
    quorum,
    realServers: realServers.map((rs) => ({
      key: rs.key,
      checkers: rs.checkers.map((checker) => ({ key: checker.key, ...checkerToJson(checker.state) })),
      kept: rs.kept,
    })),
  })),
});

/**
 * What can be understood of a value that JSON.parse gave: entries that make no sense are dropped, and so is everything
 * when the version is another. Never throws. carryOver() then drops what the configuration doesn't have.
 */
export const fromJson = (json: unknown): HealthState => {
  const file = record(json);
  if (file?.version !== version) return { virtualServers: [] };
  return { virtualServers: list(file.virtualServers, virtualServerFrom) };
};

const virtualServerFrom = (json: unknown): VirtualServerHealth | undefined => {
  const fields = keyed(json);
  if (fields === undefined) return undefined;
  return { key: fields.key, quorum: verdict(fields.quorum), realServers: list(fields.realServers, realServerFrom) };
};

const realServerFrom = (json: unknown): RealServerHealth | undefined => {
  const fields = keyed(json);
  if (fields === undefined) return undefined;
  const kept = keptFrom(fields.kept);
  return {
    key: fields.key,
    checkers: list(fields.checkers, checkerFrom),
    ...(kept === undefined ? {} : { kept }),
  };
};

const keptFrom = (json: unknown): Kept | undefined => {
  const fields = record(json);
  if (fields === undefined) return undefined;
  const { since, wasAlive } = fields;
  return {
    ...(fields.drain === true && { drain: true }),
    ...(fields.maintenance === true && { maintenance: true }),
    ...(typeof wasAlive === 'boolean' && { wasAlive }),
    ...(typeof since === 'number' && since >= 0 && { since }),
  };
};

const checkerFrom = (json: unknown): CheckerHealth | undefined => {
  const fields = keyed(json);
  const said = verdict(fields?.verdict);
  if (fields === undefined || said === undefined) return undefined;
  const state: CheckerState = {
    verdict: said,
    hasRun: fields.hasRun === true,
    failures: count(fields.failures, maximumCount) ?? 0,
    url: count(fields.url, maximumCount) ?? 0,
    urlFailed: fields.urlFailed === true,
    running: false,
    hindered: false,
    weight: whole(fields.weight, maximumWeight),
  };
  return { key: fields.key, state };
};

const checkerToJson = ({ verdict: said, hasRun, failures, url, urlFailed, weight }: CheckerState): object => ({
  verdict: said,
  hasRun,
  failures,
  url,
  urlFailed,
  weight,
});

const maximumCount = 0xffffffff;

const record = (json: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? Object.fromEntries(Object.entries(json))
    : undefined;

const keyed = (json: unknown): (Readonly<Record<string, unknown>> & { readonly key: string }) | undefined => {
  const fields = record(json);
  return fields !== undefined && typeof fields.key === 'string' ? { ...fields, key: fields.key } : undefined;
};

const list = <T>(json: unknown, read: (item: unknown) => T | undefined): readonly T[] =>
  Array.isArray(json) ? json.map(read).filter((item) => item !== undefined) : [];

const verdict = (json: unknown): Verdict | undefined => (json === 'up' || json === 'down' ? json : undefined);

const count = (json: unknown, maximum: number): number | undefined =>
  typeof json === 'number' && json >= 0 ? whole(json, maximum) : undefined;

const whole = (json: unknown, maximum: number): number | undefined =>
  typeof json === 'number' && Number.isInteger(json) && Math.abs(json) <= maximum ? json : undefined;
