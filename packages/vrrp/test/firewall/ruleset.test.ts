// The tables of no_accept as JSON: what is wanted against what nft lists, and the commands between them.
import { expect, test } from '@jest/globals';
import { canonical, changeElements, hasTag, listedObjects, replaceTable } from '@vipward/netlink/nftables';
import { type Blocked, ruleset } from '../../src/firewall/ruleset.ts';
import { ip } from '../advert/golden.ts';

const settings = { table: 'keepalived', priority: -1, counters: true, duplicates: true };
const blocked = (...texts: readonly string[]): readonly Blocked[] =>
  texts.map((text) => ({ address: ip(text), link: 'eth0' }));
const six = (...texts: readonly string[]) => ruleset(6, blocked(...texts), [], settings, true);

/** As nft lists it: handles, counts, a head, sets in another order of elements. */
const listed = (objects: ReturnType<typeof six>): string =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6' } },
      { table: { family: 'ip6', name: 'keepalived', handle: 1 } },
      ...objects.map((object, handle) =>
        Object.fromEntries(
          Object.entries(object).map(([kind, body]) => {
            const text = JSON.stringify(body).replaceAll('"packets":0', '"packets":7');
            const said: Record<string, unknown> = { ...JSON.parse(text), handle };
            return [kind, Array.isArray(said.elem) ? { ...said, elem: said.elem.toReversed() } : said];
          }),
        ),
      ),
    ],
  });

test('what nft lists is known again as what was asked for', () => {
  const objects = six('fd00::1', 'fd00::2', 'fe80::1');
  const there = listedObjects(listed(objects)) ?? [];
  expect(canonical(there)).toBe(canonical(objects));
  expect(hasTag(there)).toBe(true);
  expect(canonical(there)).not.toBe(canonical(six('fd00::1', 'fd00::2')));
  expect(listedObjects('Error: No such file')).toBeUndefined();
});

test('link-local addresses are blocked on their interface alone, neighbour discovery goes through', () => {
  const text = JSON.stringify(six('fe80::1', 'fd00::1'));
  expect(text).toContain('"name":"vips_link_local"');
  expect(text).toContain('{"concat":["fe80::1","eth0"]}');
  expect(text).toContain('"elem":["nd-neighbor-solicit","nd-neighbor-advert"]');
});

test('a family without macvlans and without addresses to block has no table', () => {
  expect(ruleset(4, blocked('fd00::1'), [], settings, false)).toEqual([]);
  const macvlan = { name: 'vrrp.51', parent: 'eth0', four: true, six: false };
  expect(ruleset(6, [], [macvlan], settings, false)).toEqual([]);
  expect(ruleset(4, [], [macvlan], settings, false)).toHaveLength(3);
});

test('another address changes elements only, another rule the whole table in one transaction', () => {
  const change = changeElements(six('fd00::1', 'fe80::1'), six('fd00::2', 'fe80::1'));
  const vips = (elem: string) => ({ element: { family: 'ip6', table: 'keepalived', name: 'vips', elem: [elem] } });
  expect(change).toEqual([{ delete: vips('fd00::1') }, { add: vips('fd00::2') }]);
  const other = ruleset(6, blocked('fd00::1'), [], { ...settings, priority: 5 }, true);
  expect(changeElements(six('fd00::1'), other)).toBeUndefined();
  const commands = replaceTable(6, 'keepalived', other);
  expect(commands.slice(0, 3).map((command) => Object.keys(command)[0])).toEqual(['add', 'delete', 'add']);
});
