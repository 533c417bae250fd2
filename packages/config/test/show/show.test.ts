// The resolved configuration: values in force, each with its origin; what is shown means the same when read again.
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { memoryReader } from '../../src/index.ts';
import { resolveConfig, showText } from '../../src/show/index.ts';
import { FILE, parse } from '../support.ts';

const show = (text: string, files: Readonly<Record<string, string>> = {}, configId = 'node1'): string =>
  showText(resolveConfig({ file: FILE, read: memoryReader({ ...files, [FILE]: text }), configId })).replaceAll(
    FILE,
    'k',
  );

const lines = (text: string): readonly string[] => text.split('\n').map((line) => line.trim().replace(/ +# /, ' # '));

test('a value is shown with the line it was written in, after parameters, conditions and includes', () => {
  const shown = lines(
    show(
      '$P=77\nvrrp_instance A {\n interface eth0\n virtual_router_id 5\n@node1 priority $P\n@other priority 3\n include more\n}\n',
      { '/etc/keepalived/more': '\nvirtual_ipaddress {\n 10.0.0.1/24 dev eth0\n}\n' },
    ),
  );
  expect(shown).toContain('vrrp_instance A { # k:2');
  expect(shown).toContain('priority 77 # k:5');
  expect(shown).toContain('10.0.0.1/24 dev eth0 # /etc/keepalived/more:3');
});

test('what is not written is a default, or comes from the block above', () => {
  const shown = lines(
    show(
      'virtual_server 10.0.0.1 80 {\n delay_loop 6\n protocol TCP\n lb_algo rr\n lb_kind DR\n real_server 10.0.0.2 80 {\n TCP_CHECK {\n connect_timeout 3\n }\n }\n}\n',
    ),
  );
  expect(shown).toContain('lvs_sched rr # k:4');
  expect(shown.filter((line) => line === 'delay_loop 6 # k:2')).toHaveLength(2);
  expect(shown).toContain('weight 1 # default');
  expect(shown).toContain('lvs_method DR # k:5');
  expect(shown).toContain('connect_timeout 3 # k:8');
  expect(shown).toContain('connect_ip 10.0.0.2 # k:6');
  expect(shown).toContain('quorum 1 # default');
});

test('an instance takes its defaults from global_defs, wherever that stands', () => {
  const shown = lines(
    show(
      'vrrp_instance A {\n interface eth0\n virtual_router_id 5\n virtual_ipaddress {\n 10.0.0.1\n }\n}\nglobal_defs {\n vrrp_garp_master_delay 9\n}\n',
    ),
  );
  expect(shown).toContain('garp_master_delay 9 # k:9');
  expect(shown).toContain('advert_int 1 # default');
});

test('a value that could not stay as written is shown as it is taken', () => {
  const shown = lines(
    show(
      'vrrp_instance A {\n interface eth0\n virtual_router_id 5\n advert_int 1.4\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n',
    ),
  );
  expect(shown).toContain('advert_int 1 # k:4');
});

test('a block that is dropped is named as such', () => {
  expect(lines(show('vrrp_instance A {\n virtual_router_id 5\n}\n'))).toContain('# dropped: vrrp_instance A, k:1');
});

test('as data it has the same values with their origin', () => {
  const { blocks } = resolveConfig({
    file: FILE,
    read: memoryReader({ [FILE]: 'global_defs {\n router_id "a b"\n}\n' }),
    configId: 'node1',
  });
  expect(blocks[0]).toMatchObject({ keyword: 'global_defs', from: `${FILE}:1` });
  expect(blocks[0]?.values).toContainEqual({ keyword: 'router_id', value: '"a b"', from: `${FILE}:2` });
});

const withoutPlaces = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner) => (key === 'at' ? null : inner)));

const corpus = new URL('../../../../../shared/corpus/', import.meta.url);

describeWith(needs('reference'), 'what is shown of real files', () => {
  test('means the same when it is read', () => {
    const names = readdirSync(corpus).filter((name) => name.endsWith('.conf'));
    expect(names.length).toBeGreaterThan(150);
    const others = names.filter((name) => {
      const text = readFileSync(new URL(name, corpus), 'utf8');
      const before = parse(text, { configId: 'kalab' });
      const after = parse(show(text, {}, 'kalab'), { configId: 'kalab' });
      return !isDeepStrictEqual(withoutPlaces(before.config), withoutPlaces(after.config));
    });
    expect(others).toEqual([]);
  });
});

describe('routes and rules are shown as what they became', () => {
  const files = { '/etc/iproute2/rt_tables': '77 office', '/etc/iproute2/rt_realms': '12 cosmos' };

  test.each([
    ['static_routes', 'default via 10.1.1.1 dev eth0 table office', '0.0.0.0/0 via 10.1.1.1 dev eth0 table 77'],
    [
      'static_routes',
      '10.0.0.0/8 gw 10.1.1.1 or 10.1.1.2 dev eth0',
      '10.0.0.0/8 dev eth0 nexthop via 10.1.1.1 nexthop via 10.1.1.2',
    ],
    [
      'static_routes',
      '10.0.0.0/8 dev eth0 rtt 2s mtu lock 1400 realms cosmos',
      '10.0.0.0/8 dev eth0 mtu lock 1400 rtt 2000ms realms 12',
    ],
    ['static_routes', 'blackhole 10.0.0.0/8', 'blackhole 10.0.0.0/8'],
    [
      'static_routes',
      '10.0.0.0/8 via inet6 fe80::1 dev eth0 encap mpls 100/200',
      '10.0.0.0/8 via inet6 fe80::1 dev eth0 encap mpls 100/200',
    ],
    [
      'static_routes',
      '2001:db8::/32 dev eth0 pref high expires 5 append',
      '2001:db8::/32 dev eth0 expires 5 pref high append',
    ],
    ['static_rules', 'from all lookup main order 0x10', 'from 0.0.0.0/0 priority 16 table 254'],
    ['static_rules', 'inet6 fwmark 0x5/0xff blackhole preference 9', 'inet6 fwmark 5/255 priority 9 blackhole'],
    [
      'static_rules',
      'to 10.0.0.0/8 sport 1-99 ipproto tcp goto 20 preference 9',
      'to 10.0.0.0/8 ipproto 6 sport 1-99 priority 9 goto 20',
    ],
  ])('%s: %s', (block, written, shown) => {
    const text = `${block} {\n${written}\n}`;
    expect(lines(show(text, files))).toContain(`${shown} # k:2`);
    const again = show(text, files);
    const fieldsOf = (of: string): unknown =>
      JSON.parse(
        JSON.stringify(parse(of, { files }).config, (key, value: unknown) => (key === 'at' ? undefined : value)),
      );
    expect(fieldsOf(again)).toEqual(fieldsOf(text));
  });

  test('what is dropped is not shown', () => {
    const shown = show('static_routes {\n10.0.0.0/33 dev eth0\n10.0.0.0/8 dev eth0\n}');
    expect(shown).not.toContain('/33');
    expect(lines(shown)).toContain('10.0.0.0/8 dev eth0 # k:3');
  });

  test('of an instance as well, each with the line it was written in', () => {
    const shown = lines(
      show(
        'vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.0.0.1\n}\nvirtual_routes {\n~LST(N, 10.1.0.0/16, 10.2.0.0/16) $N dev eth0 table office\n}\nvirtual_rules {\nfrom 10.0.0.0/8 table office preference 9\n}\n}',
        files,
      ),
    );
    expect(shown).toContain('10.1.0.0/16 dev eth0 table 77 # k:8');
    expect(shown).toContain('10.2.0.0/16 dev eth0 table 77 # k:8');
    expect(shown).toContain('from 10.0.0.0/8 priority 9 table 77 # k:11');
  });
});
