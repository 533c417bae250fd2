// The loop on a kernel in memory: what it writes, what it repairs, how it waits after a refusal, and how it ends.
import { describe, expect, test } from '@jest/globals';
import { type IpvsOperation, type LvsTable, NetlinkError } from '@vipward/netlink';
import { createMemoryIpvs, FakeClock, type MemoryIpvs } from '@vipward/testkit';
import {
  createReconciler,
  indexTable,
  nothingOwned,
  type Ownership,
  ownershipOf,
  type ReconcilerOptions,
} from '../../src/index.ts';
import { entry, server, service, tcp } from '../tables.ts';

const vs = service(tcp(1));
const wanted = [entry(vs, server(1), server(2))];

const setUp = (more: Partial<ReconcilerOptions> & { memory?: MemoryIpvs } = {}) => {
  const memory = more.memory ?? createMemoryIpvs();
  const clock = new FakeClock();
  const lines: string[] = [];
  const records: Ownership[] = [];
  const say = (level: string) => (text: string) => void lines.push(`${level}: ${text}`);
  const reconciler = createReconciler({
    kernel: memory,
    clock,
    log: { error: say('error'), warning: say('warning'), info: say('info') },
    owned: nothingOwned,
    onOwnedChange: (owned) => void records.push(owned),
    ...more,
  });
  const set = async (table: LvsTable): Promise<void> => {
    reconciler.setDesired(table);
    await reconciler.idle();
  };
  return { memory, clock, lines, records, reconciler, set };
};

const tableOf = async (memory: MemoryIpvs) => indexTable(await memory.table());
const kinds = (memory: MemoryIpvs): readonly string[] => memory.written.map(({ kind }) => kind);
const fill = async (memory: MemoryIpvs, table: LvsTable): Promise<void> => {
  for (const { service: s, destinations } of table) {
    const operations: IpvsOperation[] = [{ kind: 'add-service', service: s }];
    for (const destination of destinations) operations.push({ kind: 'add-destination', service: s.key, destination });
    expect(await memory.apply(operations)).toEqual([]);
  }
  memory.clearWrites();
};

describe('applying', () => {
  test('brings the kernel to what is wanted in one batch, and says so', async () => {
    const { memory, lines, reconciler, set } = setUp();
    await set(wanted);
    expect(await tableOf(memory)).toEqual(indexTable(wanted));
    expect(lines).toEqual([
      'info: Added VS [10.0.0.1]:tcp:80 (rr)',
      'info: Added service [192.168.0.1]:tcp:80 to VS [10.0.0.1]:tcp:80',
      'info: Added service [192.168.0.2]:tcp:80 to VS [10.0.0.1]:tcp:80',
    ]);
    expect(reconciler.stats()).toEqual({ reads: 1, operationsSent: 3, operationsRefused: 0, repaired: 0 });
  });

  test('adopts a table that is there already with no write at all, and makes it ours', async () => {
    const memory = createMemoryIpvs();
    await fill(memory, wanted);
    const { lines, records, reconciler, set } = setUp({ memory });
    await set(wanted);
    expect(memory.writes).toBe(0);
    expect(reconciler.stats().operationsSent).toBe(0);
    expect(lines).toEqual([]);
    expect(records).toEqual([ownershipOf(indexTable(wanted))]);
  });

  test('writes only the change, and reads nothing for it', async () => {
    const { memory, reconciler, set } = setUp();
    await set(wanted);
    memory.clearWrites();
    await set([entry(vs, server(1), server(2, 7))]);
    expect(memory.written).toEqual([{ kind: 'edit-destination', service: vs.key, destination: server(2, 7) }]);
    await set([entry(vs, server(1), server(2, 7))]);
    expect(memory.writes).toBe(1);
    expect(reconciler.stats().reads).toBe(1);
  });

  test('says nothing but a count when there is much to do', async () => {
    const { lines, set } = setUp();
    await set([entry(vs, ...Array.from({ length: 30 }, (_, i) => server(i + 1)))]);
    expect(lines).toEqual(['info: IPVS table: 1 virtual server added, 30 services added']);
  });

  test('does one apply at a time; of what is set meanwhile the newest counts', async () => {
    const memory = createMemoryIpvs();
    const batches: number[] = [];
    let running = 0;
    let free = (): void => {};
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    const kernel = {
      table: () => memory.table(),
      apply: async (operations: readonly IpvsOperation[]) => {
        running += 1;
        expect(running).toBe(1);
        batches.push(operations.length);
        await gate;
        running -= 1;
        return memory.apply(operations);
      },
    };
    const { reconciler } = setUp({ kernel });
    reconciler.setDesired(wanted);
    for (let weight = 1; weight <= 50; weight += 1) {
      reconciler.setDesired([entry(vs, server(1), server(2, weight))]);
      await Promise.resolve();
    }
    free();
    await reconciler.idle();
    expect(batches).toEqual([3, 1]);
    expect(await tableOf(memory)).toEqual(indexTable([entry(vs, server(1), server(2, 50))]));
  });

  test('removes what was ours before a restart and is no longer wanted, and nothing else', async () => {
    const memory = createMemoryIpvs();
    const [old, foreign] = [entry(service(tcp(2)), server(1)), entry(service(tcp(3)), server(1))];
    await fill(memory, [old, foreign]);
    const { set } = setUp({ memory, owned: ownershipOf(indexTable([old])) });
    await set(wanted);
    expect(await tableOf(memory)).toEqual(new Map([...indexTable([foreign]), ...indexTable(wanted)]));
  });
});

describe('ownership is recorded', () => {
  test('before an entry is added, after it is gone, and not when nothing changes', async () => {
    const memory = createMemoryIpvs();
    const log: string[] = [];
    const kernel = {
      table: () => memory.table(),
      apply: (operations: readonly IpvsOperation[]) => {
        log.push(operations.map(({ kind }) => kind).join());
        return memory.apply(operations);
      },
    };
    const onOwnedChange = async (owned: Ownership): Promise<void> => {
      await Promise.resolve();
      log.push(`recorded ${[...owned.values()].reduce((sum, set) => sum + set.size, 0)}`);
    };
    const { set } = setUp({ kernel, onOwnedChange });
    await set([entry(vs, server(1))]);
    await set([entry(vs, server(1, 5))]);
    await set([entry(vs, server(2))]);
    await set([]);
    expect(log).toEqual([
      ...['recorded 1', 'add-service,add-destination'],
      ...['edit-destination'],
      ...['recorded 2', 'add-destination,delete-destination', 'recorded 1'],
      ...['delete-service', 'recorded 0'],
    ]);
  });

  test('a record that cannot be written is said and stops nothing', async () => {
    const { memory, lines, set } = setUp({ onOwnedChange: () => Promise.reject(new Error('ENOSPC')) });
    await set(wanted);
    expect((await tableOf(memory)).size).toBe(1);
    expect(lines[0]).toBe('warning: What is ours could not be recorded: ENOSPC');
  });
});

describe('the drift check', () => {
  test('comes every 10 s, and writes nothing while nothing drifts', async () => {
    const { memory, clock, reconciler, set } = setUp();
    await set(wanted);
    memory.clearWrites();
    await clock.run(60_000);
    expect(reconciler.stats()).toMatchObject({ reads: 7, repaired: 0 });
    expect(memory.writes).toBe(0);
  });

  test('repairs what someone changed or removed, and says what it was', async () => {
    const { memory, clock, lines, reconciler, set } = setUp();
    await set(wanted);
    lines.length = 0;
    await memory.apply([
      { kind: 'edit-service', service: service(tcp(1), { scheduler: 'wlc' }) },
      { kind: 'edit-destination', service: vs.key, destination: server(1, 9) },
      { kind: 'delete-destination', service: vs.key, destination: server(2).key },
      { kind: 'add-destination', service: vs.key, destination: server(77) },
    ]);
    await clock.run(10_000);
    expect(await tableOf(memory)).toEqual(indexTable([entry(vs, server(1), server(2), server(77))]));
    expect(lines).toEqual([
      'warning: Repaired: VS [10.0.0.1]:tcp:80 was changed: scheduler wlc instead of rr',
      'warning: Repaired: service [192.168.0.2]:tcp:80 of VS [10.0.0.1]:tcp:80 was missing',
      'warning: Repaired: service [192.168.0.1]:tcp:80 of VS [10.0.0.1]:tcp:80 was changed: weight 9 instead of 1',
    ]);
    expect(reconciler.stats().repaired).toBe(3);
  });

  test('puts everything back after someone has emptied the table', async () => {
    const { memory, clock, reconciler, set } = setUp();
    await set(wanted);
    await memory.apply([{ kind: 'flush' }]);
    await clock.run(10_000);
    expect(await tableOf(memory)).toEqual(indexTable(wanted));
    expect(reconciler.stats().repaired).toBe(3);
  });

  test('a change that is wanted at the same time is not called a repair', async () => {
    const memory = createMemoryIpvs();
    let lost = false;
    const kernel = {
      table: () => memory.table(),
      apply: (operations: readonly IpvsOperation[]) => {
        if (lost) throw new NetlinkError({ code: 'NETLINK_TIMEOUT', operation: 'apply' });
        return memory.apply(operations);
      },
    };
    const { clock, lines, reconciler, set } = setUp({ kernel });
    await set(wanted);
    lost = true;
    await set([entry(vs, server(1), server(2, 5))]);
    lost = false;
    lines.length = 0;
    await clock.run(1_000);
    expect(lines).toEqual(['info: Changed service [192.168.0.2]:tcp:80 of VS [10.0.0.1]:tcp:80: weight from 1 to 5']);
    expect(reconciler.stats().repaired).toBe(0);
  });

  test('takes at most 1 % of the time when reading is slow', async () => {
    const memory = createMemoryIpvs();
    const clock = new FakeClock();
    const kernel = {
      table: async () => {
        clock.advance(500);
        return memory.table();
      },
      apply: (operations: readonly IpvsOperation[]) => memory.apply(operations),
    };
    const { reconciler, set } = setUp({ kernel, clock });
    await set(wanted);
    await clock.run(49_000);
    expect(reconciler.stats().reads).toBe(1);
    await clock.run(1_500);
    expect(reconciler.stats().reads).toBe(2);
  });

  test('does nothing before anything is wanted', async () => {
    const { memory, clock, reconciler } = setUp({ owned: ownershipOf(indexTable(wanted)) });
    await fill(memory, wanted);
    await reconciler.reconcileNow();
    await clock.run(60_000);
    expect(memory.writes).toBe(0);
  });
});

describe('a refusal', () => {
  const refuseScheduler = (operation: IpvsOperation) =>
    operation.kind === 'add-service' && operation.service.scheduler === 'wrx' ? 'ENOENT' : undefined;
  const bad = entry(service(tcp(2), { scheduler: 'wrx' }), server(1), server(2));

  test('does not keep other operations from going on', async () => {
    const { memory, set } = setUp({ memory: createMemoryIpvs({ refuse: refuseScheduler }) });
    await set([bad, ...wanted]);
    expect(await tableOf(memory)).toEqual(indexTable(wanted));
  });

  test('is said once with its reason and what to do, and tried again at growing distances with one message', async () => {
    const { memory, clock, lines, set } = setUp({ memory: createMemoryIpvs({ refuse: refuseScheduler }) });
    await set([bad, ...wanted]);
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([
      'error: Cannot add VS [10.0.0.2]:tcp:80: ENOENT (no scheduler wrx: load the module ip_vs_wrx); next try in 1 s',
    ]);
    lines.length = 0;
    memory.clearWrites();
    const tries: number[] = [];
    for (let second = 1; second <= 64; second += 1) {
      await clock.run(1_000);
      if (memory.writes > 0) tries.push(second);
      expect(memory.writes).toBeLessThanOrEqual(1);
      memory.clearWrites();
    }
    expect(tries).toEqual([1, 3, 7, 15, 31, 63]);
    expect(lines).toEqual([]);
  });

  test('is made good when its reason is gone: the service, then at once its destinations', async () => {
    const { memory, clock, set } = setUp({
      memory: createMemoryIpvs({ refuse: refuseScheduler, schedulers: ['rr', 'wrx'] }),
    });
    await set([bad]);
    memory.refuseWhen();
    await clock.run(1_000);
    expect(await tableOf(memory)).toEqual(indexTable([bad]));
    memory.clearWrites();
    await clock.run(120_000);
    expect(memory.writes).toBe(0);
  });

  test('is forgotten when the entry is no longer wanted', async () => {
    const { memory, clock, set } = setUp({ memory: createMemoryIpvs({ refuse: refuseScheduler }) });
    await set([bad]);
    await set([]);
    memory.clearWrites();
    await clock.run(120_000);
    expect(memory.writes).toBe(0);
    await set([bad]);
    expect(kinds(memory)[0]).toBe('add-service');
  });

  test('that was a race with another program is settled at once and not worth a line', async () => {
    const memory = createMemoryIpvs();
    const { lines, reconciler, set } = setUp({ memory });
    await set(wanted);
    lines.length = 0;
    // Someone adds what we are about to add, and removes what we are about to edit.
    await memory.apply([
      { kind: 'add-destination', service: vs.key, destination: server(3, 9) },
      { kind: 'delete-destination', service: vs.key, destination: server(1).key },
    ]);
    await set([entry(vs, server(1, 5), server(2), server(3))]);
    expect(await tableOf(memory)).toEqual(indexTable([entry(vs, server(1, 5), server(2), server(3))]));
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(reconciler.stats().operationsRefused).toBe(2);
  });

  test('of many at once gives a few lines and a count', async () => {
    const refuse = (operation: IpvsOperation) => (operation.kind === 'add-destination' ? 'EINVAL' : undefined);
    const { lines, set } = setUp({ memory: createMemoryIpvs({ refuse }) });
    await set([entry(vs, ...Array.from({ length: 100 }, (_, i) => server(i + 1)))]);
    const errors = lines.filter((line) => line.startsWith('error'));
    expect(errors).toHaveLength(6);
    expect(errors[5]).toBe('error: and 95 more refusals like this');
  });
});

describe('a kernel that cannot be reached', () => {
  const absent = new NetlinkError({
    code: 'IPVS_ABSENT',
    operation: 'find IPVS',
    message: 'this kernel has no IPVS: modprobe ip_vs',
  });

  test('is said once, tried again, and served as soon as it is there', async () => {
    const memory = createMemoryIpvs();
    let broken = true;
    const kernel = {
      table: () => (broken ? Promise.reject(absent) : memory.table()),
      apply: (operations: readonly IpvsOperation[]) => memory.apply(operations),
    };
    const { clock, lines, set } = setUp({ kernel });
    await set(wanted);
    await clock.run(10_000);
    expect(lines).toEqual(['error: IPVS table: find IPVS: this kernel has no IPVS: modprobe ip_vs; next try in 1 s']);
    broken = false;
    await clock.run(10_000);
    expect(await tableOf(memory)).toEqual(indexTable(wanted));
  });

  test('after a batch without an answer the table is read again before anything else is sent', async () => {
    const memory = createMemoryIpvs();
    let lost = true;
    const kernel = {
      table: () => memory.table(),
      apply: async (operations: readonly IpvsOperation[]) => {
        const failures = await memory.apply(operations);
        if (lost) throw new NetlinkError({ code: 'NETLINK_TIMEOUT', operation: 'apply' });
        return failures;
      },
    };
    const { clock, reconciler, set } = setUp({ kernel });
    await set(wanted);
    lost = false;
    memory.clearWrites();
    await clock.run(1_000);
    expect(memory.writes).toBe(0);
    expect(reconciler.stats().reads).toBe(2);
  });
});

describe('stopping', () => {
  test('with remove deletes our services only, one operation each, and then owns nothing', async () => {
    const memory = createMemoryIpvs();
    const foreign = entry(service(tcp(9)), server(1));
    await fill(memory, [foreign]);
    const { records, reconciler, set } = setUp({ memory });
    await set(wanted);
    memory.clearWrites();
    await reconciler.stop({ remove: true });
    expect(memory.written).toEqual([{ kind: 'delete-service', service: vs.key }]);
    expect(await tableOf(memory)).toEqual(indexTable([foreign]));
    expect(records.at(-1)).toEqual(nothingOwned);
  });

  test('without remove leaves the kernel as it is, and all timers off', async () => {
    const { memory, clock, reconciler, set } = setUp();
    await set(wanted);
    memory.clearWrites();
    await reconciler.stop({ remove: false });
    expect(memory.writes).toBe(0);
    expect(clock.pending).toEqual([]);
    await set([]);
    expect(memory.writes).toBe(0);
  });

  test('waits for an apply that is going on, and starts no other', async () => {
    const { memory, reconciler } = setUp();
    reconciler.setDesired(wanted);
    await reconciler.stop({ remove: true });
    expect((await memory.table()).length).toBe(0);
  });

  test('never rejects: a kernel that refuses or is gone leaves a line', async () => {
    const refusing = setUp();
    await refusing.set(wanted);
    refusing.memory.refuseWhen(() => 'EPERM');
    await refusing.reconciler.stop({ remove: true });
    expect(refusing.lines.at(-1)).toBe('warning: Some virtual servers could not be removed and stay in the kernel');
    expect(refusing.records.at(-1)).toEqual(ownershipOf(indexTable(wanted)));
    const gone = setUp();
    await gone.set(wanted);
    gone.memory.close();
    await gone.reconciler.stop({ remove: true });
    expect(gone.lines.at(-1)).toContain('error: Own virtual servers were not removed: ');
  });
});
