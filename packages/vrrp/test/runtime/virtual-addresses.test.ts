// Which addresses are virtual, while instances come, go and change.
import { expect, test } from '@jest/globals';
import type { VrrpInstance } from '@vipward/config';
import { ipKey } from '@vipward/config/address';
import fc from 'fast-check';
import { allAddresses } from '../../src/runtime/instance-settings.ts';
import { VirtualAddresses } from '../../src/runtime/virtual-addresses.ts';
import { vip } from '../machine/make.ts';
import { instance } from './fake-edges.ts';

const having = (name: string, ends: readonly number[]): VrrpInstance =>
  instance({ name, virtualAddresses: ends.map((end) => vip(`10.0.0.${end}`)) });
const hosts = [1, 2, 3, 4];
const keyOf = (end: number): string => ipKey(vip(`10.0.0.${end}`).address);

test('they are those of all instances, and for one instance those of the others', () => {
  const instances = new Map([['A', { config: having('A', [1, 2]) }]]);
  const virtual = new VirtualAddresses(instances);
  const seen = (config: VrrpInstance) => [
    hosts.filter((end) => virtual.ofAll(config).has(keyOf(end))),
    hosts.filter((end) => virtual.ofOthers(config).has(keyOf(end))),
  ];
  // Asked before it runs.
  expect(seen(having('B', [2, 3]))).toEqual([
    [1, 2, 3],
    [1, 2],
  ]);
  instances.set('B', { config: having('B', [2, 3]) });
  expect(seen(having('A', [1, 2]))).toEqual([
    [1, 2, 3],
    [2, 3],
  ]);
  instances.delete('A');
  expect(seen(having('C', []))).toEqual([
    [2, 3],
    [2, 3],
  ]);
});

test('whatever happens to instances, it is as if all of them were looked at anew', () => {
  const name = fc.constantFrom('A', 'B', 'C');
  const change = fc.record({ name, ends: fc.option(fc.uniqueArray(fc.constantFrom(...hosts))), asked: name });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const instances = new Map<string, { readonly config: VrrpInstance }>();
      const virtual = new VirtualAddresses(instances);
      for (const { name: changed, ends, asked } of changes) {
        if (ends === null) instances.delete(changed);
        else instances.set(changed, { config: having(changed, ends) });
        const others = [...instances.values()].map(({ config }) => config).filter((one) => one.name !== asked);
        const wanted = new Set(others.flatMap((one) => allAddresses(one).map(({ address }) => ipKey(address))));
        const found = virtual.ofOthers(having(asked, []));
        for (const end of hosts) expect(found.has(keyOf(end))).toBe(wanted.has(keyOf(end)));
      }
    }),
  );
});
