// The runtime on a host of objects under a clock that stands still: what no real network shows on demand.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { VrrpInstance } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { settle } from '@vipward/testkit';
import { ip } from '../advert/golden.ts';
import { vip } from '../machine/make.ts';
import { FakeKernel, instance, link, refusal, running } from './fake-edges.ts';

const untilMaster = 3700;

describe('becoming master', () => {
  test('adverts go on at their rhythm while the kernel does not answer a write, and ARP waits for it', async () => {
    const held = Promise.withResolvers<void>();
    const { clock, kernel, sent, announced, events } = await running();
    kernel.answer = () => held.promise;
    await clock.run(untilMaster + 3000);
    expect(events).toEqual(['BACKUP', 'MASTER']);
    expect(sent).toEqual([100, 100, 100, 100]);
    expect(announced).toEqual([]);
    held.resolve();
    await settle();
    expect(announced).toEqual(Array(5).fill('10.0.0.100'));
  });

  test('ARP for an address that has been given up while it was written is not sent', async () => {
    const held = Promise.withResolvers<void>();
    const { clock, kernel, announced, hear, events } = await running();
    kernel.answer = (write) => (write.startsWith('add') ? held.promise : Promise.resolve());
    await clock.run(untilMaster);
    hear();
    expect(events).toEqual(['BACKUP', 'MASTER', 'BACKUP']);
    held.resolve();
    await settle();
    expect(announced).toEqual([]);
    expect(kernel.writes).toEqual(['add 10.0.0.100/32', 'delete 10.0.0.100/32']);
  });

  test('a write that fails is said and tried again', async () => {
    const { clock, kernel, lines } = await running();
    let failures = 2;
    kernel.answer = async () => {
      if (failures-- > 0) throw refusal(105, 'ENOBUFS');
    };
    await clock.run(untilMaster + 3000);
    expect(kernel.writes).toEqual(Array(3).fill('add 10.0.0.100/32'));
    expect(lines.filter((line) => line.includes('ENOBUFS'))).toHaveLength(2);
  });

  test('an address that is there already is adopted and said', async () => {
    const { clock, kernel, lines } = await running();
    kernel.answer = async () => {
      throw refusal(17, 'EEXIST');
    };
    await clock.run(untilMaster + 3000);
    expect(kernel.writes).toEqual(['add 10.0.0.100/32']);
    expect(lines).toContain('(VI_1) address 10.0.0.100/32 on eth0 is there already, adopted');
  });

  test('a send that fails is said, not thrown, and the next one is tried in time', async () => {
    const { clock, lines, failing, sent } = await running();
    failing.send = true;
    await clock.run(untilMaster);
    failing.send = false;
    await clock.run(1000);
    expect(lines).toContain('(VI_1) send advert to 224.0.0.18: sendmsg: ENOBUFS');
    expect(sent).toEqual([100]);
  });
});

describe('what comes in', () => {
  test('is counted, and a flood of refused packets fills no log', async () => {
    const { runtime, lines, hear, clock } = await running();
    for (let i = 0; i < 5000; i++) hear({ authType: 1 });
    for (let i = 0; i < 5000; i++) hear({ intervalSeconds: 1 + (i % 200) });
    hear({ vrid: 52 });
    const [status] = runtime.states();
    expect(status?.advertsRejected).toEqual({ 'auth-type': 5000, interval: 4975 });
    expect(status?.advertsReceived).toBe(25);
    expect(lines.filter((line) => /expecting|mismatch/.test(line)).length).toBeLessThanOrEqual(20);
    await clock.run(11_000);
    hear({ authType: 1 });
    expect(lines.at(-1)).toBe('(VI_1) received a 1 auth, expecting 0!, from 10.0.0.9');
  });

  test('says who is master', async () => {
    const { runtime, hear } = await running();
    hear();
    expect(runtime.states()).toMatchObject([{ role: 'backup', master: { address: '10.0.0.9', priority: 200 } }]);
  });

  test('an advert in the socket is heard before silence is declared', async () => {
    const { clock, hear, events } = await running();
    clock.advance(3609.375);
    // The timer has fired; what the socket holds is read before its immediate runs.
    hear();
    await settle();
    expect(events).toEqual(['BACKUP']);
  });
});

describe('the host', () => {
  test('lost notifications: everything is read again, and what is missing is put back', async () => {
    const { clock, kernel, runtime } = await running();
    await clock.run(untilMaster);
    kernel.lose('10.0.0.100', { silently: true });
    kernel.tell({ kind: 'resync' });
    await settle();
    expect(kernel.writes).toEqual(['add 10.0.0.100/32', 'add 10.0.0.100/32']);
    kernel.linkList[1] = link('eth0', 2, false);
    kernel.tell({ kind: 'resync' });
    await settle();
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
  });

  test('what is lost while everything is read again is read as well', async () => {
    const { clock, kernel, runtime } = await running();
    await clock.run(untilMaster);
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const links = kernel.links;
    kernel.links = async () => {
      const before = await links();
      await answered;
      return before;
    };
    kernel.tell({ kind: 'resync' });
    await settle();
    kernel.links = links;
    kernel.linkList[1] = link('eth0', 2, false);
    kernel.tell({ kind: 'resync' });
    answer();
    await settle();
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
  });

  test('a link is said to be up or down when that is news to who tracks it', async () => {
    const kernel = new FakeKernel();
    kernel.linkList[1] = link('eth0', 2, false);
    const { lines } = await running({}, kernel);
    for (const [name, index, up] of [
      ['eth0', 2, false],
      ['eth0', 2, true],
      ['eth0', 2, true],
      ['eth0', 2, false],
      ['veth7', 9, true],
      ['veth7', 9, false],
    ] as const)
      kernel.tell({ kind: 'link', link: link(name, index, up) });
    expect(lines.filter((line) => line.startsWith('Netlink reports'))).toEqual([
      'Netlink reports eth0 up',
      'Netlink reports eth0 down',
    ]);
  });

  test('our own removal is not mistaken for a loss, however late its notification comes', async () => {
    const { clock, kernel, hear, lines } = await running();
    await clock.run(untilMaster);
    kernel.held = [];
    hear();
    await clock.run(untilMaster + 1000);
    kernel.flush();
    await settle();
    expect(kernel.writes).toEqual(['add 10.0.0.100/32', 'delete 10.0.0.100/32', 'add 10.0.0.100/32']);
    expect(lines.join('\n')).not.toContain('removed by someone else');
  });

  test('scripts that are run here are waited for; one that cannot run is left out', async () => {
    const at = { file: 'k.conf', line: 1, column: 1 };
    const scripts = ['chk', 'gone', 'unused'].map((name) => ({
      ...{ name, script: { argv: [`/bin/${name}`] }, interval: 1000, weight: 0, reverse: false, at },
    }));
    const runs = new Map<string, (status: number) => void>();
    const trackScripts = ['chk', 'gone'].map((name) => ({ name, at }));
    const { runtime, clock, events } = await running({
      instances: [instance({ trackScripts })],
      scripts,
      startScript: ({ argv: [program = ''] }, ended) => {
        if (program === '/bin/gone') return 'no such file';
        runs.set(program, (status) => ended({ kind: 'exited', status }));
        return { signal: () => undefined };
      },
    });
    await settle();
    expect([...runs.keys()]).toEqual(['/bin/chk']);
    await clock.run(500);
    expect(runtime.states()).toMatchObject([{ role: 'initialize' }]);
    runs.get('/bin/chk')?.(0);
    await settle();
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
    await clock.run(500);
    runs.get('/bin/chk')?.(1);
    await settle();
    expect(events).toEqual(['BACKUP', 'FAULT']);
  });

  test.each([
    { status: 0, told: ['BACKUP'] },
    { status: 1, told: ['FAULT'] },
  ])('init_fail says nothing before the first result, which is $told', async ({ status, told }) => {
    const at = { file: 'k.conf', line: 1, column: 1 };
    const script = { argv: ['/bin/chk'] };
    let end = (): void => undefined;
    const { runtime, events } = await running({
      instances: [instance({ trackScripts: [{ name: 'chk', at }] })],
      scripts: [{ name: 'chk', script, initFail: true, rise: 3, interval: 1000, weight: 0, reverse: false, at }],
      startScript: (_, ended) => {
        end = () => ended({ kind: 'exited', status });
        return { signal: () => undefined };
      },
    });
    await settle();
    expect({ events, states: runtime.states() }).toMatchObject({ events: [], states: [{ role: 'initialize' }] });
    end();
    await settle();
    expect(events).toEqual(told);
  });

  test('a script that fails is a fault or a lower priority, and scripts count as up at first', async () => {
    const at = { file: 'k.conf', line: 1, column: 1 };
    const scripts = [{ name: 'chk', script: { argv: ['/bin/true'] }, interval: 1000, weight: -5, reverse: false, at }];
    const trackScripts = [{ name: 'chk', at }];
    const { runtime } = await running({ instances: [instance({ trackScripts })], scripts });
    expect(runtime.states()).toMatchObject([{ priority: 100, role: 'backup' }]);
    runtime.setScript('chk', false);
    expect(runtime.states()).toMatchObject([{ priority: 95, role: 'backup' }]);
    await runtime.reload([instance({ trackScripts: [{ name: 'chk', weight: 0, at }] })], scripts);
    expect(runtime.states()).toMatchObject([{ priority: 100, role: 'fault' }]);
    runtime.setScript('chk', true);
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
  });
});

describe('a reload', () => {
  test.each([
    ['down', 0, 1],
    ['up', 1, 0],
  ])('that moves an address %s from one master to another leaves it in place', async (_, from, to) => {
    const plans = (owner: number): VrrpInstance[] =>
      [0, 1].map((i) =>
        instance({
          name: `VI_${i}`,
          virtualRouterId: 51 + i,
          virtualAddresses: [vip(`10.0.0.10${i}`), ...(i === owner ? [vip('10.0.0.200')] : [])],
        }),
      );
    const { clock, kernel, runtime } = await running({ instances: plans(from) });
    await clock.run(untilMaster);
    await runtime.reload(plans(to));
    await settle();
    expect(kernel.addressList.map(({ address }) => formatIp(address))).toContain('10.0.0.200');
    const [moved] = runtime.states().slice(to, to + 1);
    expect(moved?.role).toBe('master');
  });
});

describe('the log', () => {
  test('every change of role is said, adverts of no consequence once a second', async () => {
    const { clock, lines, hear } = await running();
    await clock.run(untilMaster);
    for (let i = 0; i < 5; i++) {
      hear();
      hear({ priority: 0 });
      await clock.run(700);
    }
    const count = (text: string): number => lines.filter((line) => line.includes(text)).length;
    expect([count('Entering MASTER STATE'), count('Entering BACKUP STATE')]).toEqual([6, 6]);
    for (let i = 0; i < 50; i++) hear({ priority: 0 });
    expect(count('Master received priority 0 message')).toBe(1);
  });
});

describe('two owners of their addresses (priority 255)', () => {
  test('on one wire are said, and a flood of such adverts fills no log', async () => {
    const { lines, hear, sent } = await running({ instances: [instance({ priority: 255 })] });
    for (let i = 0; i < 50; i++) hear({ priority: 255 }, '10.0.0.4');
    expect(lines.filter((line) => line.includes('CONFIGURATION ERROR'))).toHaveLength(1);
    for (let i = 0; i < 50; i++) hear({ priority: 255 }, '10.0.0.5');
    expect(lines.filter((line) => line.includes('with our IP address'))).toHaveLength(1);
    // Said once as owner, and once in answer to who has the lower address.
    expect(sent).toEqual([255, 255]);
  });

  test('of one interface without an address of its own: each speaks from its own, not from that of the other', async () => {
    const kernel = new FakeKernel();
    await kernel.addAddress({ ifIndex: 2, address: ip('10.0.0.101'), prefixLength: 32 });
    const other = { name: 'VI_2', virtualRouterId: 52, virtualAddresses: [vip('10.0.0.101')] };
    const instances = [instance({ priority: 255 }), instance({ priority: 255, ...other })];
    const { runtime, clock } = await running({ instances }, kernel);
    await clock.run(10);
    kernel.lose('10.0.0.5');
    await clock.run(10);
    expect(runtime.states().map(({ source, role }) => [role, source])).toEqual([
      ['master', '10.0.0.100'],
      ['master', '10.0.0.101'],
    ]);
  });
});

describe('the end', () => {
  test('in the middle of a reload nothing is left behind', async () => {
    const second = instance({ name: 'VI_2', virtualRouterId: 52, virtualAddresses: [vip('10.0.0.101')] });
    const { clock, kernel, runtime } = await running({ instances: [instance(), second] });
    const there = [...kernel.addressList];
    await clock.run(untilMaster);
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    kernel.answer = async (write) => (write.startsWith('delete 10.0.0.101') ? answered : undefined);
    const owned = { statics: { addresses: [{ ...vip('10.0.0.9'), dev: 'eth0' }] } };
    const reloaded = runtime.reload([instance()], [], [], {}, owned);
    await settle();
    await runtime.stop();
    answer();
    await reloaded;
    expect(kernel.addressList).toEqual(there);
  });

  test('-V keeps the addresses, priority 0 is said all the same', async () => {
    const { clock, kernel, runtime, sent, events } = await running();
    await clock.run(untilMaster);
    await runtime.stop({ keepAddresses: true });
    expect(kernel.writes).toEqual(['add 10.0.0.100/32']);
    expect(sent.at(-1)).toBe(0);
    expect(events.at(-1)).toBe('STOP');
  });

  test('priority 0 is on the wire before the first write', async () => {
    const { clock, kernel, runtime, sent } = await running();
    await clock.run(untilMaster);
    let atWrite: number | undefined;
    kernel.answer = async () => {
      atWrite = sent.at(-1);
    };
    await runtime.stop();
    expect(atWrite).toBe(0);
    expect(kernel.addressList).toHaveLength(1);
  });
});

describe('the state file', () => {
  const inDirectory = async (fn: (file: string) => Promise<void>): Promise<void> => {
    const directory = mkdtempSync(join(tmpdir(), 'vipward-state-'));
    try {
      await fn(join(directory, 'vrrp.json'));
    } finally {
      // The last write may be under way still.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    }
  };
  const predecessor = (change: object = {}) => ({
    bootId: 'boot',
    instances: [
      {
        name: 'VI_1',
        interfaceName: 'eth0',
        vrid: 51,
        role: 'master',
        lastAdvertAt: 999_000,
        masterDownInterval: 3609.375,
        addresses: [{ interfaceName: 'eth0', address: '10.0.0.100', prefixLength: 32 }],
        ...change,
      },
    ],
  });
  const startWith = async (file: string, content: unknown, change: Partial<VrrpInstance> = {}) => {
    writeFileSync(file, JSON.stringify(content));
    const kernel = new FakeKernel();
    kernel.addressList.push({
      ifIndex: 2,
      address: ip('10.0.0.100'),
      prefixLength: 32,
      scope: 0,
      flags: 128,
      protocol: 18,
    });
    const started = await running({ stateFile: file, instances: [instance(change)] }, kernel);
    await settle();
    return { events: started.events, writes: kernel.writes, sent: started.sent, runtime: started.runtime };
  };

  test('a master of a moment ago goes on: an advert at once, and no write', async () => {
    await inDirectory(async (file) => {
      const { events, writes, sent } = await startWith(file, predecessor());
      expect({ events, writes, sent }).toEqual({ events: ['MASTER'], writes: [], sent: [100] });
    });
  });

  test('only what a changed configuration adds is written', async () => {
    await inDirectory(async (file) => {
      const { writes } = await startWith(file, predecessor(), {
        virtualAddresses: [vip('10.0.0.100'), vip('10.0.0.101')],
      });
      expect(writes).toEqual(['add 10.0.0.101/32']);
    });
  });

  test.each([
    ['too long ago', predecessor({ lastAdvertAt: 996_000 })],
    ['in the future', predecessor({ lastAdvertAt: 1_000_001 })],
    ['a backup', predecessor({ role: 'backup' })],
    ['another virtual router', predecessor({ vrid: 52 })],
    ['another interface', predecessor({ interfaceName: 'eth1' })],
    ['another boot', { ...predecessor(), bootId: 'other' }],
    ['nonsense', { bootId: 'boot', instances: [null] }],
  ])('%s: begins as backup and takes the address away', async (_, content) => {
    await inDirectory(async (file) => {
      const { events, writes } = await startWith(file, content);
      expect({ events, writes }).toEqual({ events: ['BACKUP'], writes: ['delete 10.0.0.100/32'] });
    });
  });

  test('tells a successor who was master and when, and goes with a normal end', async () => {
    await inDirectory(async (file) => {
      const { runtime, clock } = await running({ stateFile: file });
      await clock.run(untilMaster + 1000);
      // The file is written by the real file system, which knows nothing of the clock.
      for (let i = 0; i < 500 && !written(file).includes('"master"'); i++) await sleep(10);
      expect(JSON.parse(written(file))).toMatchObject({
        bootId: 'boot',
        instances: [
          { name: 'VI_1', role: 'master', vrid: 51, addresses: [{ address: '10.0.0.100', prefixLength: 32 }] },
        ],
      });
      await runtime.stop();
      expect(written(file)).toBe('');
    });
  });

  const written = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
});

test.each<[string, Partial<VrrpInstance>, string]>([
  [
    'a virtual address without a home',
    { interfaceName: '', unicastSourceIp: ip('10.0.0.5'), unicastPeers: [{ address: ip('10.0.0.9') }] },
    'VRRP_INTERFACE_MISSING',
  ],
  ['no interface for multicast', { interfaceName: '' }, 'VRRP_INTERFACE_MISSING'],
  ['an unknown interface', { interfaceName: 'eth9' }, 'VRRP_INTERFACE_MISSING'],
  [
    'an unknown tracked interface',
    { trackInterfaces: [{ name: 'eth9', at: instance().at }] },
    'VRRP_INTERFACE_MISSING',
  ],
])('%s is refused before anything is touched', async (_, change, code) => {
  const kernel = new FakeKernel();
  await expect(running({ instances: [instance(change)] }, kernel)).rejects.toMatchObject({ code });
  expect(kernel.writes).toEqual([]);
});

test('two instances with one VRID on one interface are refused', async () => {
  const twice = [instance(), instance({ name: 'VI_2' })];
  await expect(running({ instances: twice })).rejects.toMatchObject({
    code: 'VRRP_DUPLICATE_VRID',
    message: '(VI_2) virtual_router_id 51 on eth0 is already used by VI_1 for IPv4 (k.conf:7)',
  });
});
