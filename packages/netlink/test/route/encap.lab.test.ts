// What the lab's kernel has modules for: routes into MPLS and ILA tunnels, and VRFs.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { cycle, inNamespace } from './in-namespace.ts';

describeWith(needs('root', 'netns', 'program:ip', 'link:veth'), 'tunnels of routes', () => {
  test('MPLS and ILA are listed as they were asked for, refused twice, deleted', () => {
    for (const module of ['mpls_iptunnel', 'ila'])
      expect([module, spawnSync('modprobe', [module], { encoding: 'utf8' }).stderr]).toEqual([module, '']);
    const script = `${cycle}
    const encap = (value) => ({ via: parseIp('10.1.1.9'), ifIndex: nl, weight: 1, onlink: false, encap: value });
    await cycle('route', [
      ['one label', four('10.9.0.0/24', { hops: [encap({ kind: 'mpls', labels: [100] })] })],
      ['two labels and TTL', four('10.9.0.0/24', { hops: [encap({ kind: 'mpls', labels: [100, 1048575], ttl: 5 })] })],
    ], () => kernel.routes(18), encodeRouteBytes, 'ESRCH');
    // Of an identifier that says its type (use-format): 1, a locally unique one.
    await cycle('route', [
      ['ILA', six('fd00:9:0:0:2000::1/128', { hops: [{ ...encap({ kind: 'ila', locator: 0x0001000200030004n, checksumMode: 2 }), via: parseIp('fd00:1::9') }] })],
    ], () => kernel.routes(18).then((all) => all.map((route) => ({ ...route, hops: route.hops.map((hop) => ({ ...hop, encap: hop.encap && { kind: hop.encap.kind, locator: hop.encap.locator, checksumMode: hop.encap.checksumMode } })) }))), encodeRouteBytes, 'ESRCH');`;
    expect(inNamespace(script)).toEqual([]);
  });

  test('a VRF says which table its routes lie in', () => {
    expect(spawnSync('modprobe', ['vrf'], { encoding: 'utf8' }).stderr).toBe('');
    const script = `sh('ip link add red type vrf table 70001');
    const red = (await kernel.links()).find(({ name }) => name === 'red');
    said.push(red.kind, red.vrfTable, links.find(({ name }) => name === 'nl-a').vrfTable ?? null);`;
    expect(inNamespace(script)).toEqual(['vrf', 70001, null]);
  });
});
