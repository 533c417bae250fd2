// The plan: rounds of (kernel, wanted, ours) and the operations they need, and what holds for any of them.
import { describe, expect, test } from '@jest/globals';
import type { IpvsOperation, LvsTable } from '@vipward/netlink';
import fc from 'fast-check';
import {
  afterOperations,
  indexTable,
  narrow,
  nothingOwned,
  type Ownership,
  ownershipOf,
  plan,
} from '../../src/index.ts';
import { entryId, serviceIdOf } from '../../src/plan/drift.ts';
import { adopted } from '../../src/plan/index-table.ts';
import { planIndexed } from '../../src/plan/plan.ts';
import { anyTable, entry, server, service, tcp } from '../tables.ts';

const owning = (table: LvsTable): Ownership => ownershipOf(indexTable(table));

describe('a first round', () => {
  test('adds each service and then its destinations to an empty kernel', () => {
    const vs = service(tcp(1));
    expect(plan([], [entry(vs, server(1), server(2))], nothingOwned)).toEqual([
      { kind: 'add-service', service: vs },
      { kind: 'add-destination', service: vs.key, destination: server(1) },
      { kind: 'add-destination', service: vs.key, destination: server(2) },
    ]);
  });

  test('adopts what is there already without a single write, whoever put it there', () => {
    const table = [entry(service(tcp(1)), server(1)), entry(service(tcp(2)), server(2, 5))];
    expect(plan(table, table, nothingOwned)).toEqual([]);
  });

  test('adopts whatever order the kernel reports', () => {
    const [a, b] = [entry(service(tcp(1)), server(1), server(2)), entry(service(tcp(2)))];
    expect(plan([b, entry(service(tcp(1)), server(2), server(1))], [a, b], nothingOwned)).toEqual([]);
  });

  test('leaves services of others alone, their destinations too', () => {
    expect(plan([entry(service(tcp(9)), server(1))], [], nothingOwned)).toEqual([]);
  });

  test('takes over a wanted service that someone else set up differently, by editing it', () => {
    const vs = service(tcp(1), { scheduler: 'wlc' });
    expect(plan([entry(service(tcp(1)), server(1, 7))], [entry(vs, server(1))], nothingOwned)).toEqual([
      { kind: 'edit-service', service: vs },
      { kind: 'edit-destination', service: vs.key, destination: server(1) },
    ]);
  });
});

describe('a later round', () => {
  const vs = service(tcp(1));
  const table = [entry(vs, server(1), server(2))];

  test('deletes a service of ours that is no longer wanted, with one operation', () => {
    expect(plan(table, [], owning(table))).toEqual([{ kind: 'delete-service', service: vs.key }]);
  });

  test('adds the new destination before it deletes the old one', () => {
    expect(plan(table, [entry(vs, server(3))], owning(table))).toEqual([
      { kind: 'add-destination', service: vs.key, destination: server(3) },
      { kind: 'delete-destination', service: vs.key, destination: server(1).key },
      { kind: 'delete-destination', service: vs.key, destination: server(2).key },
    ]);
  });

  test('brings a weight up before it brings another to 0', () => {
    const before = [entry(vs, server(1, 1), server(2, 0))];
    expect(plan(before, [entry(vs, server(1, 0), server(2, 1))], owning(before))).toEqual([
      { kind: 'edit-destination', service: vs.key, destination: server(2, 1) },
      { kind: 'edit-destination', service: vs.key, destination: server(1, 0) },
    ]);
  });

  test('leaves a destination alone that someone else put into our service', () => {
    const withForeign = [entry(vs, server(1), server(2), server(77))];
    expect(plan(withForeign, table, owning(table))).toEqual([]);
    expect(plan(withForeign, [entry(vs, server(1))], owning(table))).toEqual([
      { kind: 'delete-destination', service: vs.key, destination: server(2).key },
    ]);
  });

  test('repairs what someone else changed or deleted in our service', () => {
    expect(plan([entry(service(tcp(1), { scheduler: 'wrr' }), server(1, 9))], table, owning(table))).toEqual([
      { kind: 'edit-service', service: vs },
      { kind: 'add-destination', service: vs.key, destination: server(2) },
      { kind: 'edit-destination', service: vs.key, destination: server(1) },
    ]);
  });

  test('adds everything new of all services before it deletes anything', () => {
    const actual = [entry(service(tcp(1)), server(1)), entry(service(tcp(2)), server(2))];
    const wanted = [entry(service(tcp(1)), server(3)), entry(service(tcp(3)), server(4))];
    expect(plan(actual, wanted, owning(actual)).map(({ kind }) => kind)).toEqual([
      'add-destination',
      'add-service',
      'add-destination',
      'delete-destination',
      'delete-service',
    ]);
  });

  test.each([
    ['scheduler', { scheduler: 'sh' }],
    ['scheduler flags', { schedFlags: 2 }],
    ['one-packet', { onePacket: true }],
    ['persistence', { persistent: true, timeout: 60 }],
    ['granularity', { persistent: true, timeout: 60, netmask: 0xffffff00 }],
    ['persistence engine', { engine: 'sip' }],
  ])('changes the %s of a service with one edit', (_what, more) => {
    const changed = service(tcp(1), more);
    expect(plan(table, [entry(changed, server(1), server(2))], owning(table))).toEqual([
      { kind: 'edit-service', service: changed },
    ]);
  });

  test.each([
    ['weight', { weight: 3 }],
    ['forwarding', { forwarding: 'masq' as const }],
    ['thresholds', { upperThreshold: 10, lowerThreshold: 5 }],
    ['tunnel', { forwarding: 'tunnel' as const, tunnel: { type: 'gre' as const, checksum: 'csum' as const } }],
  ])('changes the %s of a destination with one edit', (_what, more) => {
    const changed = server(2, 1, more);
    expect(plan(table, [entry(vs, server(1), changed)], owning(table))).toEqual([
      { kind: 'edit-destination', service: vs.key, destination: changed },
    ]);
  });
});

describe('a wanted entry is taken as the kernel reports it', () => {
  test('timeout and netmask mean nothing without persistence', () => {
    const wanted = service(tcp(1), { timeout: 300, netmask: 0xffffff00 });
    expect(plan([entry(service(tcp(1)))], [entry(wanted)], nothingOwned)).toEqual([]);
    expect(plan([], [entry(wanted)], nothingOwned)).toEqual([{ kind: 'add-service', service: service(tcp(1)) }]);
  });

  test('an IPv6 service has the full prefix length', () => {
    const key = { kind: 'fwmark', mark: 1, family: 6 } as const;
    expect(plan([], [entry(service(key, { netmask: 0 }))], nothingOwned)).toEqual([
      { kind: 'add-service', service: service(key, { netmask: 128 }) },
    ]);
  });

  test('a tunnel is ipip unless said otherwise, and only a tunnel has one', () => {
    const vs = service(tcp(1));
    const plain = [entry(vs, server(1, 1, { forwarding: 'tunnel' }), server(2, 1, { tunnel: { type: 'ipip' } }))];
    const full = [entry(vs, server(1, 1, { forwarding: 'tunnel', tunnel: { type: 'ipip' } }), server(2))];
    expect(plan(full, plain, nothingOwned)).toEqual([]);
    expect(plan(plain, full, nothingOwned)).toEqual([]);
  });

  test('a service that is wanted twice is one, with the destinations of both', () => {
    const twice = [
      entry(service(tcp(1)), server(1)),
      entry(service(tcp(1), { scheduler: 'wlc' }), server(1, 9), server(2)),
    ];
    expect(plan([entry(service(tcp(1)), server(1), server(2))], twice, nothingOwned)).toEqual([]);
  });
});

describe('a policy narrows a plan', () => {
  const actual = [entry(service(tcp(1)), server(1)), entry(service(tcp(2)))];
  const operations = plan(actual, [entry(service(tcp(1)), server(2))], owning(actual));

  test('sync carries out all of it, add-only nothing that deletes, dry-run nothing', () => {
    expect(narrow(operations, 'sync')).toBe(operations);
    expect(narrow(operations, 'add-only').map(({ kind }) => kind)).toEqual(['add-destination']);
    expect(narrow(operations, 'dry-run')).toEqual([]);
  });
});

describe('for any kernel, any wanted table, anything owned', () => {
  const situation = fc.record({ actual: anyTable, desired: anyTable, before: anyTable });
  const check = (
    law: (s: { actual: LvsTable; desired: LvsTable; owned: Ownership; operations: readonly IpvsOperation[] }) => void,
  ) =>
    fc.assert(
      fc.property(situation, ({ actual, desired, before }) => {
        const owned = owning(before);
        law({ actual, desired, owned, operations: plan(actual, desired, owned) });
      }),
      { numRuns: 500 },
    );

  test('planning again after the plan was carried out gives an empty plan', () => {
    check(({ actual, desired, owned, operations }) => {
      const after = afterOperations(indexTable(actual), operations);
      expect(planIndexed(after, indexTable(desired), owned)).toEqual([]);
    });
  });

  test('carried out as a whole it leads to the same table, in which a new service is the object that was wanted', () => {
    check(({ actual, desired, operations }) => {
      const [found, wanted] = [indexTable(actual), indexTable(desired)];
      const after = afterOperations(found, operations, wanted);
      expect(after).toEqual(afterOperations(found, operations));
      for (const [id, each] of wanted) if (!found.has(id)) expect(after.get(id)).toBe(each);
    });
  });

  test('every wanted entry is then in the kernel as wanted', () => {
    check(({ actual, desired, operations }) => {
      const after = afterOperations(indexTable(actual), operations);
      for (const [id, { service: wanted, destinations }] of indexTable(desired)) {
        expect(after.get(id)?.service).toEqual(wanted);
        for (const [each, destination] of destinations)
          expect(after.get(id)?.destinations.get(each)).toEqual(destination);
      }
    });
  });

  test('what is neither wanted nor ours is not touched', () => {
    check(({ actual, desired, owned, operations }) => {
      const [found, wanted] = [indexTable(actual), indexTable(desired)];
      const after = afterOperations(found, operations);
      for (const [id, { service: present, destinations }] of found) {
        if (wanted.has(id) || !owned.has(id)) expect(after.has(id)).toBe(true);
        if (!wanted.has(id) && !owned.has(id)) expect(after.get(id)).toEqual({ service: present, destinations });
        if (!after.has(id)) continue;
        for (const [each, destination] of destinations) {
          const ours = owned.get(id)?.has(each) || wanted.get(id)?.destinations.has(each);
          if (!ours) expect(after.get(id)?.destinations.get(each)).toEqual(destination);
        }
      }
    });
  });

  test('no entry is touched twice, and every operation changes something', () => {
    check(({ actual, operations }) => {
      const found = indexTable(actual);
      expect(new Set(operations.map(entryId)).size).toBe(operations.length);
      for (const operation of operations) {
        if (operation.kind === 'add-destination' && !found.has(serviceIdOf(operation) ?? '')) continue;
        expect(afterOperations(found, [operation])).not.toEqual(found);
      }
    });
  });

  test('the kernel never refuses: nothing is added twice, edited or deleted when absent', () => {
    check(({ actual, operations }) => {
      let table = indexTable(actual);
      for (const operation of operations) {
        const id = serviceIdOf(operation) ?? '';
        const inService = table.get(id);
        const present = operation.kind.endsWith('service')
          ? inService !== undefined
          : inService?.destinations.has(entryId(operation).slice(id.length + 1));
        expect(present ?? false).toBe(!operation.kind.startsWith('add'));
        if (operation.kind.endsWith('destination')) expect(inService).toBeDefined();
        table = afterOperations(table, [operation]);
      }
    });
  });

  test('on the way no service loses its last server, or its last server with a weight, that has one before and after', () => {
    check(({ actual, operations }) => {
      const before = indexTable(actual);
      const after = afterOperations(before, operations);
      let table = before;
      const servers = (t: typeof before, id: string) => [...(t.get(id)?.destinations.values() ?? [])];
      for (const operation of operations) {
        table = afterOperations(table, [operation]);
        for (const id of before.keys()) {
          for (const usable of [() => true, ({ weight }: { weight: number }) => weight > 0]) {
            if (!servers(before, id).some(usable) || !servers(after, id).some(usable)) continue;
            expect(servers(table, id).some(usable)).toBe(true);
          }
        }
      }
    });
  });
});

describe('an index', () => {
  test('is the same whatever was indexed before', () => {
    fc.assert(
      fc.property(anyTable, anyTable, (before, table) => {
        const kept = table.map(({ service, destinations }, i) => ({
          service,
          // As health does it: what has not changed is the object that it was.
          destinations: destinations.map((destination, j) => {
            const old = before[i]?.destinations[j];
            return JSON.stringify(old) === JSON.stringify(destination) && old !== undefined ? old : destination;
          }),
        }));
        expect(indexTable(kept, indexTable(before))).toEqual(indexTable(table));
      }),
    );
  });

  test('of the kernel becomes what was wanted where nothing else is there, and the next plan is the same', () => {
    fc.assert(
      fc.property(anyTable, anyTable, anyTable, (found, desired, next) => {
        const wanted = indexTable(desired);
        const after = afterOperations(indexTable(found), planIndexed(indexTable(found), wanted, nothingOwned));
        const short = adopted(after, wanted);
        expect(short).toEqual(after);
        const operations = (actual: typeof short): readonly string[] =>
          planIndexed(actual, indexTable(next), ownershipOf(wanted))
            .map((operation) => JSON.stringify([operation.kind, entryId(operation), operation]))
            .sort();
        expect(operations(short)).toEqual(operations(after));
      }),
    );
  });
});
