// The table before any check: it must be the one that the running health checks hand out first, to the last weight.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FakeClock } from '@vipward/testkit';
import fc from 'fast-check';
import { firstTable } from '../../src/runtime/first-table.ts';
import { startHealth } from '../../src/runtime/start.ts';
import { file, http, ip, rs, sorryServer, tcp, trackFile, vs } from '../fixture.ts';

// Beside this file, where nobody makes one: it is looked for in earnest.
const absent = join(import.meta.dirname, 'no-such-file');

const realServer = fc
  .record({
    n: fc.integer({ min: 11, max: 16 }),
    weight: fc.integer({ min: 0, max: 3 }),
    inhibitOnFailure: fc.boolean(),
    checkers: fc.array(
      fc.boolean().chain((alpha) => fc.constantFrom(tcp({ alpha }), http({ alpha }))),
      { maxLength: 2 },
    ),
    slowStart: fc.option(fc.constant(5000), { nil: undefined }),
    maintenanceFile: fc.option(fc.constantFrom('/dev/null', absent), { nil: undefined }),
  })
  .map(({ n, slowStart, maintenanceFile, ...more }) =>
    rs(n, { ...more, ...(slowStart && { slowStart }), ...(maintenanceFile && { maintenanceFile }) }),
  );

const virtualServer = fc
  .record({
    last: fc.integer({ min: 1, max: 3 }),
    servers: fc.array(realServer, { maxLength: 5 }),
    quorum: fc.integer({ min: 1, max: 4 }),
    hysteresis: fc.integer({ min: 0, max: 2 }),
    sorry: fc.boolean(),
    panicThreshold: fc.option(fc.constant(60), { nil: undefined }),
    groupKey: fc.option(fc.constant('web'), { nil: undefined }),
  })
  .map(({ last, servers, sorry, panicThreshold, groupKey, ...more }) =>
    vs(servers, {
      ...more,
      target: { kind: 'address', address: ip(`192.168.33.${last}`), port: 80 },
      ...(sorry && { sorryServer }),
      ...(panicThreshold && { panicThreshold }),
      ...(groupKey && { groupKey }),
    }),
  );

const running = (virtualServers: Parameters<typeof startHealth>[0]['virtualServers'], previous?: unknown) => {
  const clock = new FakeClock();
  const health = startHealth({
    virtualServers,
    clock,
    random: () => 0,
    log: { info: () => {} },
    onChange: () => {},
    waits: true,
    previous,
  });
  return { health, now: clock.now() };
};

test('is the first one of the running checks, with what operators have said before', () => {
  fc.assert(
    fc.property(
      fc.array(virtualServer, { maxLength: 3 }),
      fc.constantFrom('drain', 'maintenance-on'),
      (virtualServers, action) => {
        const before = running(virtualServers);
        expect(firstTable(virtualServers, undefined, isThere, before.now)).toEqual(before.health.table());
        const [named] = before.health.report();
        const server = named?.realServers[0]?.server;
        if (named !== undefined && server !== undefined)
          before.health.order({ action, service: named.service, server });
        for (const saved of [before.health.wordsToJson(), before.health.toJson()]) {
          const previous: unknown = saved === undefined ? undefined : JSON.parse(JSON.stringify(saved));
          const after = running(virtualServers, previous);
          expect(firstTable(virtualServers, previous, isThere, after.now)).toEqual(after.health.table());
          after.health.stop();
        }
        before.health.stop();
      },
    ),
  );
});

const isThere = (path: string): boolean => path === '/dev/null';

test('is not known where the number in a file has a say', () => {
  const checked = vs([rs(11), rs(12, { moreCheckers: [file({ trackFile: trackFile().name })] })]);
  expect(firstTable([vs([rs(11)])], undefined, isThere, 0)).toHaveLength(1);
  expect(firstTable([vs([rs(11)]), checked], undefined, isThere, 0)).toBeUndefined();
});
