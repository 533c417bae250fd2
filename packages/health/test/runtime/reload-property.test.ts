// Where a reload ends is where a start would have ended: the table depends on the configuration and the results, not on the way.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { RealServer, VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import fc from 'fast-check';
import type { Probe } from '../../src/machine/checks.ts';
import { type CheckResult, failure } from '../../src/machine/result.ts';
import type { VirtualServerReport } from '../../src/runtime/report.ts';
import { file, http, ip, misc, rs, sorryServer, tcp, trackFile, url, vs } from '../fixture.ts';
import { type KernelBench, kernelBench } from './kernel-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'reload-property-'));
const load = join(folder, 'load');
writeFileSync(load, '2\n');
afterAll(() => rmSync(folder, { recursive: true }));

const hosts = [11, 12, 13, 14] as const;
const kinds = ['tcp', 'http', 'misc'] as const;

const checkOf = (kind: (typeof kinds)[number], n: number, alpha: boolean, retry: number): Probe => {
  const common = { connectIp: ip(`192.168.33.${n}`), alpha, retry };
  switch (kind) {
    case 'tcp':
      return tcp(common);
    case 'http':
      return http({ ...common, urls: [url('/a'), url('/b')] });
    case 'misc':
      return misc(['/bin/weight'], { ...common, dynamic: true });
  }
};

const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });

const realServer = fc
  .record({
    n: fc.constantFrom(...hosts),
    weight: fc.integer({ min: 0, max: 4 }),
    inhibit: fc.boolean(),
    alpha: fc.boolean(),
    retry: fc.integer({ min: 0, max: 2 }),
    checks: fc.uniqueArray(fc.constantFrom(...kinds), { maxLength: 2 }),
    slowStart: maybe(fc.constantFrom(3000, 10_000)),
    byFile: maybe(fc.constantFrom(-127, 0, 1)),
  })
  .map(({ n, weight, inhibit, alpha, retry, checks, slowStart, byFile }): RealServer => {
    const checkers = checks.map((kind) => checkOf(kind, n, alpha, retry));
    const own = checkers.filter(({ kind }) => kind === 'TCP_CHECK' || kind === 'HTTP_GET' || kind === 'MISC_CHECK');
    return rs(n, {
      weight,
      inhibitOnFailure: inhibit,
      checkers: own.flatMap((check) =>
        check.kind === 'TCP_CHECK' || check.kind === 'HTTP_GET' || check.kind === 'MISC_CHECK' ? [check] : [],
      ),
      ...(slowStart === undefined ? {} : { slowStart }),
      ...(byFile === undefined ? {} : { moreCheckers: [file({ weight: byFile })] }),
    });
  });

const virtualServer = fc
  .record({
    last: fc.constantFrom(1, 2),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
    scheduler: fc.constantFrom('rr', 'wlc'),
    quorum: fc.integer({ min: 1, max: 4 }),
    hysteresis: fc.constantFrom(0, 0, 1),
    /** A virtual_server_group of this address and another. */
    grouped: fc.boolean(),
    sorry: fc.boolean(),
    sorryInhibit: fc.boolean(),
    panicThreshold: maybe(fc.constantFrom(30, 60, 100)),
    drainOnRemove: maybe(fc.constantFrom(5000, 20_000)),
    persistenceTimeout: maybe(fc.constant(300)),
    realServers: fc.uniqueArray(realServer, {
      minLength: 1,
      maxLength: 4,
      selector: ({ address }) => formatIp(address),
    }),
  })
  .map(
    ({
      last,
      grouped,
      hysteresis,
      sorry,
      sorryInhibit,
      panicThreshold,
      drainOnRemove,
      persistenceTimeout,
      realServers,
      ...rest
    }): readonly VirtualServer[] => {
      const group = grouped ? { group: `G${last}`, groupKey: `G${last} ${rest.protocol}` } : { hysteresis };
      const member = (address: string): VirtualServer =>
        vs(realServers, {
          ...rest,
          ...group,
          target: { kind: 'address', address: ip(address), port: 80 },
          ...(sorry ? { sorryServer: { ...sorryServer, inhibit: sorryInhibit } } : {}),
          ...(panicThreshold === undefined ? {} : { panicThreshold }),
          ...(drainOnRemove === undefined ? {} : { drainOnRemove }),
          ...(persistenceTimeout === undefined ? {} : { persistenceTimeout }),
        });
      return [member(`10.5.0.${last}`), ...(grouped ? [member(`10.5.1.${last}`)] : [])];
    },
  );

const configuration = fc
  .uniqueArray(virtualServer, {
    maxLength: 3,
    selector: ([one]) => (one?.target.kind === 'address' ? `${one.protocol} ${formatIp(one.target.address)}` : ''),
  })
  .map((blocks) => blocks.flat());

/** By host and kind: passes, fails, or (of a script) the weight it wants. */
const results = fc.dictionary(
  fc.constantFrom(...hosts.flatMap((n) => kinds.map((kind) => `${n} ${kind}`))),
  fc.oneof(fc.constant('fails' as const), fc.integer({ min: 0, max: 5 })),
);

const answerBy =
  (said: Readonly<Record<string, number | 'fails'>>) =>
  (checker: Probe): CheckResult => {
    const n = formatIp(checker.connectIp).split('.').at(-1);
    const kind = { TCP_CHECK: 'tcp', HTTP_GET: 'http', MISC_CHECK: 'misc' }[String(checker.kind)];
    const result = said[`${n} ${kind}`];
    if (result === 'fails') return failure('refused', 'connection refused');
    return kind === 'misc' && result !== undefined ? { ok: true, weight: result } : { ok: true };
  };

/** Longer than every retry, slow_start and drain_on_remove together. */
const settled = 90_000;

/** With hysteresis a weight between loss and gain keeps what was: there the way counts, and is meant to. */
const undecided = (report: VirtualServerReport, virtualServers: readonly VirtualServer[]): boolean => {
  const { hysteresis = 0, quorum = 1 } =
    virtualServers.find(
      (one) => report.name.includes(nameOf(one)) && report.name.includes(`${one.protocol}`.toLowerCase()),
    ) ?? {};
  const weight = report.realServers.reduce((sum, one) => sum + (one.alive ? one.weight : 0), 0);
  return hysteresis > 0 && weight >= quorum - hysteresis && weight < quorum + hysteresis;
};
const nameOf = ({ target }: VirtualServer): string => (target.kind === 'address' ? formatIp(target.address) : '');

const linesOf = async (
  { lines, health }: KernelBench,
  written: readonly VirtualServer[],
): Promise<readonly string[]> => {
  const open = health.report().filter((report) => undecided(report, written));
  const skipped = open.map(({ service }) => service.replace('tcp ', '-t ').replace('udp ', '-u '));
  return (await lines()).filter((line) => !skipped.some((name) => line.includes(`${name} `)));
};

const files = { trackFiles: [trackFile({ file: load })] };

test('start(A), reload(B) ends in the table of start(B), whatever the checks say', async () => {
  await fc.assert(
    fc.asyncProperty(
      configuration,
      configuration,
      results,
      fc.integer({ min: 0, max: 15_000 }),
      async (first, second, said, before) => {
        const answer = answerBy(said);
        const reloaded = kernelBench(first, answer, files);
        await reloaded.clock.run(before);
        reloaded.health.reload(second, files);
        await reloaded.clock.run(settled);
        const started = kernelBench(second, answer, files);
        await started.clock.run(settled);
        expect(await linesOf(reloaded, second)).toEqual(await linesOf(started, second));
        reloaded.health.stop();
        started.health.stop();
      },
    ),
    { numRuns: Number(process.env.FC_RUNS ?? 200) },
  );
}, 120_000);
