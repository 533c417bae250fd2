// The plan of virtual addresses: fewest writes, and nobody else's address is touched.
import { expect, test } from '@jest/globals';
import type { VirtualAddress } from '@vipward/config';
import type { InterfaceAddress, NewAddress } from '@vipward/netlink';
import fc from 'fast-check';
import { difference, foundElsewhere, kernelKey, planAddresses, toKernelAddress } from '../src/index.ts';
import { ip } from './advert/golden.ts';

const vip = (text: string, more: Partial<VirtualAddress> = {}): VirtualAddress => ({
  address: ip(text),
  prefixLength: 32,
  at: { file: 'k.conf', line: 1, column: 1 },
  ...more,
});

const there = (address: NewAddress, protocol = 0): InterfaceAddress => ({
  ifIndex: address.ifIndex,
  address: address.address,
  prefixLength: address.prefixLength,
  scope: 0,
  flags: 128,
  protocol,
});

const on = (text: string, ifIndex = 2): NewAddress => toKernelAddress(vip(text), ifIndex);

test('what is missing is added, what is left over is removed, what is there is adopted', () => {
  const plan = planAddresses(
    [there(on('10.0.0.1')), there(on('10.0.0.3'), 18), there(on('10.0.0.9'))],
    [on('10.0.0.1'), on('10.0.0.2')],
    [on('10.0.0.3'), on('10.0.0.4')],
  );
  expect(plan.add.map(kernelKey)).toEqual(['2 10.0.0.2/32']);
  expect(plan.remove.map(kernelKey)).toEqual(['2 10.0.0.3/32']);
  expect(plan.adopted.map(kernelKey)).toEqual(['2 10.0.0.1/32']);
});

test('planning again after the writes gives nothing to do, and nothing outside both lists is touched', () => {
  const addresses = fc.array(
    fc
      .record({ n: fc.integer({ min: 1, max: 6 }), ifIndex: fc.integer({ min: 1, max: 2 }) })
      .map(({ n, ifIndex }) => on(`10.0.0.${n}`, ifIndex)),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(addresses, addresses, addresses, (actual, wanted, releasable) => {
      const before = [...new Map(actual.map((a) => [kernelKey(a), there(a)])).values()];
      const plan = planAddresses(before, wanted, releasable);
      const gone = new Set(plan.remove.map(kernelKey));
      const afterwards = [...before.filter((a) => !gone.has(kernelKey(a))), ...plan.add.map((a) => there(a, 18))];
      expect(planAddresses(afterwards, wanted, releasable)).toMatchObject({ add: [], remove: [] });
      const known = new Set([...wanted, ...releasable].map(kernelKey));
      const foreign = before.filter((a) => !known.has(kernelKey(a))).map(kernelKey);
      expect(afterwards.map(kernelKey)).toEqual(expect.arrayContaining(foreign));
    }),
  );
});

test('a reload changes only the lines that differ', () => {
  const same = vip('10.0.0.1', { at: { file: 'k.conf', line: 9, column: 1 } });
  const { added, removed } = difference(
    [vip('10.0.0.1'), vip('10.0.0.2', { label: 'eth0:1' })],
    [same, vip('10.0.0.2', { label: 'eth0:2' }), vip('10.0.0.3')],
  );
  expect(added.map((a) => a.label ?? a.address.bytes[3])).toEqual(['eth0:2', 3]);
  expect(removed.map((a) => a.label)).toEqual(['eth0:1']);
});

test('a virtual address on another interface is found', () => {
  expect(foundElsewhere([there(on('10.0.0.1', 1)), there(on('10.0.0.1', 2))], [on('10.0.0.1', 2)])).toMatchObject([
    { found: { ifIndex: 1 } },
  ]);
});

test('an address goes into the kernel as keepalived puts it', () => {
  expect(toKernelAddress(vip('10.0.0.1', { prefixLength: 24, label: 'eth0:1', scope: 253 }), 7)).toEqual({
    ifIndex: 7,
    address: ip('10.0.0.1'),
    prefixLength: 24,
    scope: 253,
    label: 'eth0:1',
    protocol: 18,
  });
});
