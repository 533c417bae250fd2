// Routes, rules and addresses of all kinds on the real kernel: added, read back equal, refused twice, deleted.
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { cycle, inNamespace } from './in-namespace.ts';

describeWith(needs('root', 'netns', 'program:ip', 'link:veth'), 'routing of the real kernel', () => {
  test('routes of every kind are listed as they were asked for, refused twice, deleted', () => {
    const script = `${cycle}
    const metrics = { lock: (1 << 2) | (1 << 7), mtu: 1300, window: 5000, rtt: 2400, rttvar: 400, ssthresh: 8, cwnd: 9, advmss: 1200,
      reordering: 4, hoplimit: 33, initcwnd: 10, features: 1, rtoMin: 250, initrwnd: 11, quickAck: 1, congestion: 'cubic', fastopenNoCookie: 1 };
    await cycle('route', [
      ['plain', four('10.9.0.0/24')],
      ['default', four('0.0.0.0/0')],
      ['without gateway', four('10.9.0.0/24', { scope: 253, hops: [only] })],
      ['with scope host', four('10.9.0.0/24', { scope: 254, hops: [only] })],
      ['large table, metric, source, TOS', four('10.9.0.0/24', { table: 70000, priority: 7, source: parseIp('10.1.1.1'), tos: 16 })],
      ['another protocol', four('10.9.0.0/24', { protocol: 4 })],
      ...[6, 7, 8, 9].map((type) => ['type ' + type, four('10.9.0.0/24', { type, hops: [] })]),
      ['local', four('10.9.0.1/32', { type: 2, scope: 254, table: 255, hops: [only] })],
      ['multicast', four('239.1.0.0/16', { type: 5, scope: 253, hops: [only] })],
      ['onlink', four('10.9.0.0/24', { hops: [hop('10.5.5.5', 1, { onlink: true })] })],
      ['IPv6 gateway', four('10.9.0.0/24', { hops: [hop('fe80::9', 1)] })],
      ['several hops', four('10.9.0.0/24', { hops: [hop('10.1.1.2', 3), hop('10.1.1.3', 256), hop('10.5.5.5', 1, { onlink: true })] })],
      ['realms', four('10.9.0.0/24', { flow: 3 * 65536 + 5 })],
      ['realms of hops', four('10.9.0.0/24', { hops: [hop('10.1.1.2', 1, { flow: 4 }), hop('10.1.1.3', 1, { flow: 5 })] })],
      ['all metrics', four('10.9.0.0/24', { metrics })],
      ['ip tunnel', four('10.9.0.0/24', { scope: 253, hops: [{ ...only, encap: { kind: 'ip', id: 5n, destination: parseIp('10.1.1.9'), source: parseIp('10.1.1.1'), ttl: 9, tos: 4, flags: 0 } }] })],
      ['ip6 tunnel', four('10.9.0.0/24', { scope: 253, hops: [{ ...only, encap: { kind: 'ip6', id: 6n, destination: parseIp('fd00:1::9'), source: parseIp('::'), ttl: 9, tos: 4, flags: 0 } }] })],
    ], () => kernel.routes().then((all) => all.filter(({ protocol }) => protocol === 18 || protocol === 4)), encodeRouteBytes, 'ESRCH');
    await cycle('route', [
      ['plain', six('fd00:9::/64')],
      ['default', six('::/0')],
      ['metric and large table', six('fd00:9::/64', { priority: 5, table: 70000 })],
      ['from', six('fd00:9::/64', { from: net('fd00:8::/48') })],
      ['source', six('fd00:9::/64', { source: parseIp('fd00:1::1') })],
      ['preference high', six('fd00:9::/64', { preference: 1 })],
      ['preference low', six('fd00:9::/64', { preference: 3 })],
      ['blackhole', six('fd00:9::/64', { type: 6, hops: [{ ...only, ifIndex: links.find(({ loopback }) => loopback).index }] })],
      ['expires', six('fd00:9::/64', { expires: 100 })],
      ['several hops', six('fd00:9::/64', { hops: [hop('fd00:1::2', 3), hop('fd00:1::3', 1)] })],
      ['metrics', six('fd00:9::/64', { metrics: { mtu: 1300, hoplimit: 7, lock: 4 } })],
    ], () => kernel.routes(18), encodeRouteBytes, 'ESRCH');`;
    expect(inNamespace(script)).toEqual([]);
  });

  test('rules of every kind are listed as they were asked for, refused twice, deleted', () => {
    const script = `${cycle}
    const rule = (more = {}) => ({ family: 4, action: { kind: 'table', table: 77 }, priority: 100, invert: false, tos: 0, protocol: 18, ...more });
    await cycle('rule', [
      ['plain', rule()],
      ['large table', rule({ action: { kind: 'table', table: 70000 } })],
      ['everything', rule({ from: net('10.1.0.0/16'), to: net('10.2.0.0/16'), iif: 'nl-a', oif: 'nl-b', fwmark: { mark: 1, mask: 3 }, tos: 16,
        uids: { from: 1, to: 2 }, ipProtocol: 6, sourcePorts: { from: 1, to: 2 }, destinationPorts: { from: 3, to: 4 }, tunnelId: 5n })],
      ['not', rule({ invert: true, from: net('10.0.0.0/8') })],
      ['realms', rule({ flow: 3 * 65536 + 5 })],
      ['suppressed', rule({ suppressPrefixLength: 0, suppressGroup: 3 })],
      ['goto', rule({ action: { kind: 'goto', priority: 200 } })],
      ...['l3mdev', 'nop', 'blackhole', 'unreachable', 'prohibit'].map((kind) => [kind, rule({ action: { kind } })]),
      ['IPv6', rule({ family: 6, from: net('fd00:5::/64'), to: net('fd00:6::/64'), fwmark: { mark: 1, mask: 0xffffffff } })],
    ], () => kernel.rules().then((all) => all.filter(({ protocol }) => protocol === 18)), encodeRuleBytes, 'ENOENT');`;
    expect(inNamespace(script)).toEqual([]);
  });

  test('addresses with peer, broadcast, flags and lifetimes are listed as they were asked for', () => {
    const script = `
    const flags = { nodad: 2, home: 0x10, temporary: 0x100, noprefix: 0x200, autojoin: 0x400 };
    const asked = [
      [{ address: parseIp('10.7.0.1'), prefixLength: 24, broadcast: parseIp('10.7.0.255'), label: 'nl-a:x', scope: 253 }, 0],
      [{ address: parseIp('10.7.1.1'), prefixLength: 30, peer: parseIp('10.7.2.2') }, 0],
      [{ address: parseIp('10.7.3.1'), prefixLength: 24, noPrefixRoute: true }, flags.noprefix],
      [{ address: parseIp('239.7.0.1'), prefixLength: 32, autoJoin: true }, flags.autojoin],
      [{ address: parseIp('10.7.4.1'), prefixLength: 24, preferredLifetime: 500 }, 0],
      [{ address: parseIp('fd00:3::1'), prefixLength: 64, noDad: true, home: true, manageTemporary: true, noPrefixRoute: true }, 0x312],
      [{ address: parseIp('fd00:3::2'), prefixLength: 128, noDad: true, preferredLifetime: 0 }, 2],
      [{ address: parseIp('fd00:3::3'), prefixLength: 64, noDad: true, peer: parseIp('fd00:4::1') }, 2],
      [{ address: parseIp('fd00:3::4'), prefixLength: 64, noDad: true, preferredLifetime: 500 }, 2],
    ];
    for (const [more, bits] of asked) {
      const address = { ifIndex: nl, scope: 0, protocol: 18, ...more };
      const refused = await kernel.apply([{ kind: 'add-address', address }]);
      if (refused.length > 0) { complain(text(more), refused[0].error.message); continue; }
      const [listed, ...others] = (await kernel.addresses()).filter(({ protocol }) => protocol === 18);
      if (others.length > 0) complain(text(more), 'more than one is listed');
      for (const field of ['address', 'prefixLength', 'scope', 'peer', 'broadcast', 'label', 'protocol'])
        if (text(listed[field]) !== text(address[field]) && !(field === 'label' && address.label === undefined)) complain(text(more), field + ' is ' + text(listed[field]));
      if (listed.validLifetime !== undefined) complain(text(more), 'valid for ' + listed.validLifetime);
      const lifetime = address.preferredLifetime;
      if (lifetime === undefined ? listed.preferredLifetime !== undefined : Math.abs(listed.preferredLifetime - lifetime) > 2) complain(text(more), 'preferred for ' + listed.preferredLifetime);
      const wantedFlags = (listed.flags & (2 | 0x10 | 0x700)) === bits;
      if (!wantedFlags) complain(text(more), 'flags ' + listed.flags.toString(16));
      const deleted = await kernel.apply([{ kind: 'delete-address', address }]);
      if (deleted.length > 0) complain(text(more), 'not deleted: ' + deleted[0].error.message);
    }`;
    expect(inNamespace(script)).toEqual([]);
  });

  test('who takes a route, a rule or an address away is told with the event', () => {
    const script = `
    const events = [];
    const stop = [kernel.watchRouting((event) => events.push(event), 18), kernel.watch((event) => events.push(event))];
    await kernel.apply([
      { kind: 'add-route', route: four('10.9.0.0/24'), place: 'add' },
      { kind: 'add-route', route: four('10.9.9.0/24', { protocol: 4 }), place: 'add' },
      { kind: 'add-rule', rule: { family: 4, action: { kind: 'nop' }, priority: 100, invert: false, tos: 0, protocol: 18 } },
      { kind: 'add-address', address: { ifIndex: nl, address: parseIp('10.7.0.1'), prefixLength: 32, protocol: 18 } },
    ]);
    const { spawn } = await import('node:child_process');
    const pids = {};
    for (const [what, command] of Object.entries({ route: 'route del 10.9.0.0/24', other: 'route del 10.9.9.0/24', rule: 'rule del pref 100', address: 'addr del 10.7.0.1/32 dev nl-a' })) {
      const child = spawn('ip', command.split(' '));
      pids[what] = child.pid;
      await new Promise((resolve) => child.on('exit', resolve));
    }
    for (let i = 0; i < 200 && events.filter(({ kind }) => /removed/.test(kind)).length < 3; i++) await sleep(10);
    for (const end of stop) end();
    said.push(events.map(({ kind }) => kind).sort().join(' '));
    const by = (kind) => events.find((event) => event.kind === kind)?.by;
    said.push(by('route-removed') === pids.route, by('rule-removed') === pids.rule, by('address-removed') === pids.address);`;
    expect(inNamespace(script)).toEqual([
      'address address-removed route route-removed rule rule-removed',
      true,
      true,
      true,
    ]);
  });

  test('routes added with add, prepend and append lie as ip-route(8) says', () => {
    const script = `
    const to = (via) => four('10.9.0.0/24', { hops: [hop(via, 1)] });
    const add = (via, place) => kernel.apply([{ kind: 'add-route', route: to(via), place }]);
    await add('10.1.1.2', 'add');
    await add('10.1.1.3', 'append');
    await add('10.1.1.4', 'prepend');
    const [refusal] = await add('10.1.1.5', 'add');
    said.push(refusal.error.errnoName, sh('ip route show 10.9.0.0/24').match(/via [0-9.]+/g).join(' '));`;
    expect(inNamespace(script)).toEqual(['EEXIST', 'via 10.1.1.4 via 10.1.1.2 via 10.1.1.3']);
  });
});
