// Interfaces that are not there yet, that go, come again as others, or change their name.
import { describe, expect, test } from '@jest/globals';
import { ip } from '../advert/golden.ts';
import { vip } from '../machine/make.ts';
import { FakeKernel, instance, link, running } from './fake-edges.ts';

const tracking = { dynamicInterfaces: true };

const address = (ifIndex: number, text: string) => ({
  ...{ ifIndex, address: ip(text), prefixLength: 24, scope: 0, flags: 128, protocol: 0 },
});

/** A host with lo alone. */
const bare = (): FakeKernel => {
  const kernel = new FakeKernel();
  kernel.linkList.splice(1);
  kernel.addressList = [];
  return kernel;
};

const appears = (kernel: FakeKernel, name: string, index: number, text?: string): void => {
  kernel.linkList.push(link(name, index));
  kernel.tell({ kind: 'link', link: link(name, index) });
  if (text === undefined) return;
  kernel.addressList.push(address(index, text));
  kernel.tell({ kind: 'address', address: address(index, text) });
};

/** As the kernel does it: addresses first, those of ours too. */
const disappears = (kernel: FakeKernel, name: string, index: number): void => {
  const gone = kernel.addressList.filter(({ ifIndex }) => ifIndex === index);
  kernel.addressList = kernel.addressList.filter(({ ifIndex }) => ifIndex !== index);
  kernel.linkList.splice(
    kernel.linkList.findIndex((one) => one.index === index),
    1,
  );
  kernel.tell({ kind: 'link', link: link(name, index, false) });
  for (const one of gone) kernel.tell({ kind: 'address-removed', address: one });
  kernel.tell({ kind: 'link-removed', index, name });
};

describe('with dynamic_interfaces', () => {
  test('an instance waits for its interface, and takes part when it has an address', async () => {
    const { runtime, kernel, clock, lines, sent } = await running({ tracking }, bare());
    expect(lines).toContain(
      "Configuration specifies interface eth0 which doesn't currently exist - will use if created",
    );
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    appears(kernel, 'eth0', 7);
    expect(lines).toContain('Interface eth0 added');
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    appears(kernel, 'eth1', 8, '10.0.1.5');
    expect(lines).not.toContain('Interface eth1 added');
    kernel.tell({ kind: 'address', address: address(7, '10.0.0.5') });
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
    await clock.run(4000);
    expect(runtime.states()).toMatchObject([{ role: 'master' }]);
    expect(sent.length).toBeGreaterThan(0);
    expect(kernel.addressList.map(({ ifIndex }) => ifIndex)).toContain(7);
  });

  test('an interface that is deleted and made again has another index', async () => {
    const { runtime, kernel, clock, lines, heard, events } = await running({ tracking });
    await clock.run(4000);
    const before = heard.length;
    disappears(kernel, 'eth0', 2);
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    expect(lines).toContain('Interface eth0 deleted');
    appears(kernel, 'eth0', 9, '10.0.0.5');
    expect(heard.length).toBeGreaterThan(before);
    await clock.run(4000);
    expect(events).toEqual(['BACKUP', 'MASTER', 'FAULT', 'BACKUP', 'MASTER']);
    expect(kernel.addressList.map(({ ifIndex }) => ifIndex)).toEqual([9, 9]);
  });

  test('an interface of another name is another interface', async () => {
    const { runtime, kernel, clock, lines } = await running({ tracking });
    await clock.run(4000);
    kernel.tell({ kind: 'link', link: link('other0', 2) });
    expect(lines).toContain('Interface name has changed from eth0 to other0');
    expect(runtime.states()).toMatchObject([{ role: 'fault' }]);
    kernel.tell({ kind: 'link', link: link('eth0', 2) });
    expect(lines).toContain('Interface name has changed from other0 to eth0');
    await clock.run(4000);
    expect(runtime.states()).toMatchObject([{ role: 'master' }]);
  });

  test('the interface of an address of its own is waited for too, and a tracked one with a weight changes the priority', async () => {
    const elsewhere = { ...vip('10.0.3.100'), dev: 'dyn1' };
    const at = { file: 'k.conf', line: 9, column: 1 };
    const { runtime, kernel, clock } = await running({
      instances: [
        instance({
          virtualAddresses: [vip('10.0.0.100'), elsewhere],
          trackInterfaces: [{ name: 'dyn2', weight: 7, at }],
        }),
      ],
      tracking,
    });
    expect(runtime.states()).toMatchObject([{ role: 'fault', priority: 100 }]);
    appears(kernel, 'dyn2', 12);
    expect(runtime.states()).toMatchObject([{ role: 'fault', priority: 107 }]);
    appears(kernel, 'dyn1', 11);
    await clock.run(4000);
    expect(runtime.states()).toMatchObject([{ role: 'master', priority: 107 }]);
    expect(kernel.addressList.some(({ ifIndex }) => ifIndex === 11)).toBe(true);
  });

  test('an interface that came while notifications were lost is found', async () => {
    const { runtime, kernel } = await running({ tracking }, bare());
    kernel.linkList.push(link('eth0', 7));
    kernel.addressList.push(address(7, '10.0.0.5'));
    kernel.tell({ kind: 'resync' });
    await new Promise((done) => setImmediate(done));
    expect(runtime.states()).toMatchObject([{ role: 'backup' }]);
  });

  test('a reload may name an interface that comes later', async () => {
    const { runtime, kernel, clock } = await running({ tracking });
    const second = instance({ name: 'VI_2', interfaceName: 'eth9', virtualRouterId: 52 });
    await runtime.reload([instance(), second], [], [], {}, {}, {}, tracking);
    expect(runtime.states().map(({ role }) => role)).toEqual(['backup', 'fault']);
    appears(kernel, 'eth9', 20, '10.0.9.5');
    await clock.run(4000);
    expect(runtime.states().map(({ role }) => role)).toEqual(['master', 'master']);
    await expect(runtime.reload([instance(), { ...second, interfaceName: 'eth8' }])).rejects.toMatchObject({
      code: 'VRRP_INTERFACE_MISSING',
    });
  });
});

test('without it a missing interface is an error before anything is touched', async () => {
  await expect(running({}, bare())).rejects.toMatchObject({ code: 'VRRP_INTERFACE_MISSING' });
});
