// Findings about the host, and about what this build cannot run, as `-t`, start and `vipward check` get them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Link } from '@vipward/netlink';
import { type Loaded, loadConfig } from '../../src/command/load.ts';

const link = (name: string, more: Partial<Link> = {}): Link => ({
  index: 2,
  name,
  up: true,
  running: true,
  loopback: false,
  multicast: true,
  noArp: false,
  mac: new Uint8Array(6),
  mtu: 1500,
  kind: 'veth',
  ...more,
});

const folder = mkdtempSync(join(tmpdir(), 'vipward-environment-'));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (text: string, links: readonly Link[] | undefined = [link('eth0'), link('eth1')]): Loaded => {
  const file = join(folder, 'k.conf');
  writeFileSync(file, text);
  return loadConfig({ file, configId: 'test', links });
};

const found = (loaded: Loaded): readonly string[] =>
  loaded.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, at, lineText }) => `${at.line}:${at.column} ${code} ${lineText?.trim()}`);

const instance = (lines: string, top = ''): string =>
  `vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n${lines}\n}\n${top}`;
const vip = 'virtual_ipaddress {\n  10.0.0.1 dev eth1\n }';

describe('environment findings', () => {
  test('a host with both interfaces has none', () => {
    expect(load(instance(vip))).toMatchObject({ status: 0, diagnostics: [] });
  });

  test('missing interfaces are errors with their line, under their name, and what the host has', () => {
    const loaded = load(instance(vip), [link('lo')]);
    expect(found(loaded)).toEqual([
      '2:13 env-interface-missing interface eth0',
      '5:16 env-interface-missing 10.0.0.1 dev eth1',
    ]);
    expect(loaded.status).toBe(5);
    expect(loaded.diagnostics[0]).toMatchObject({
      message: expect.stringContaining('eth0'),
      hint: expect.stringContaining('this host has lo'),
    });
  });

  test('an interface without multicast needs unicast peers', () => {
    const links = [link('eth0', { multicast: false }), link('eth1')];
    expect(found(load(instance(vip), links))).toEqual(['2:13 env-interface-multicast interface eth0']);
    expect(found(load('vrrp_instance V {\n interface lo\n virtual_router_id 1\n}\n', [link('lo')]))).toEqual([
      '2:12 env-interface-loopback interface lo',
    ]);
    expect(found(load(instance(`${vip}\nunicast_peer {\n 10.0.0.9\n }`), links))).toEqual([]);
  });

  test('a name that differs in upper and lower case only is offered', () => {
    const loaded = load(instance(vip).replace('eth0', 'Eth0'));
    expect(loaded.diagnostics[0]?.hint).toContain('did you mean eth0?');
  });

  test('interfaces that may come later are no fault of the file', () => {
    const late = `global_defs {\n dynamic_interfaces\n}\n${instance(vip)}`;
    expect(found(load(late))).toEqual([]);
    expect(found(load(late, [link('eth0')]))).toEqual([]);
    expect(load(late, [link('eth0')]).status).toBe(0);
  });

  test('nothing is said of interfaces when the kernel does not tell', () => {
    expect(found(load(instance(vip), undefined))).toEqual([]);
  });
});

const script = 'vrrp_script s {\n script /bin/true\n}\n';
const tracked = instance(`track_script {\n s\n }\n${vip}`);
const linkbeat = 'linkbeat_interfaces {\n nosuch9\n}\n';
const refused = 'includea /nosuch/x.conf\n';

// Each was given to keepalived 2.2.7 as well.
test.each([
  ['a good file', instance(vip), 0],
  ['an include without check', `include /nosuch/x.conf\n${instance(vip)}`, 0],
  ['a parameter that is missing', instance(`priority\n${vip}`), 2],
  ['the same, with a script that runs without security', `${script}${tracked.replace('track', 'priority\ntrack')}`, 2],
  ['linkbeat on an unknown interface', linkbeat, 4],
  ['delays of an unknown interface', 'interface_up_down_delays {\n nosuch9 5 5\n}\n', 4],
  ['the same with dynamic_interfaces', `global_defs {\n dynamic_interfaces\n}\n${linkbeat}`, 0],
  ['a static address without an interface', 'static_ipaddress {\n 10.9.9.9/24\n}\n', 0],
  [
    'the same without the default interface',
    'global_defs {\n default_interface nosuch9\n}\nstatic_ipaddress {\n 10.9.9.9/24\n}\n',
    4,
  ],
  ['a static address on an unknown interface', 'static_ipaddress {\n 10.9.9.9/24 dev nosuch9\n}\n', 5],
  ['a route on an unknown interface', 'static_routes {\n 10.9.9.0/24 dev nosuch9\n}\n', 5],
  ['an instance on an unknown interface', instance(vip).replace('eth0', 'nosuch9'), 5],
  ['an unknown keyword', 'bogus 1\n', 5],
  ['an instance without a name', instance(vip).replace(' VI_1', ''), 5],
  ['an instance with a name of two words', instance(vip).replace('VI_1', 'VI 1'), 5],
  ['a script that is not executable, without security', `${script.replace('/bin/true', '/etc/passwd')}${tracked}`, 6],
  ['linkbeat and an unknown keyword', `${linkbeat}bogus 1\n`, 5],
  ['linkbeat and an instance on an unknown interface', `${linkbeat}${instance(vip).replace('eth0', 'nosuch9')}`, 5],
  ['a notify script that is not there', instance(`notify_master /nosuch.sh\n${vip}`), 0],
  ['a notify script of an unknown user', instance(`notify_master /bin/true nosuch\n${vip}`), 0],
  ['a tracked script that is not there', `${script.replace('/bin/true', '/nosuch.sh')}${tracked}`, 5],
  ['an include that is checked', `${refused}${instance(vip)}`, 6],
  ['the same and an unknown keyword', `${refused}bogus 1\n`, 6],
  ['the same and a parameter that is missing', `${refused}${instance(`priority\n${vip}`)}`, 6],
  ['a script that runs without security', `${script}${tracked}`, 6],
  ['the same and linkbeat', `${linkbeat}${script}${tracked}`, 6],
  ['the same and an unknown keyword', `bogus 1\n${script}${tracked}`, 6],
])('the exit status of %s is that of keepalived -t', (_, text, status) => {
  expect(load(text).status).toBe(status);
});

test('a parameter may come from the environment or from dice', () => {
  process.env.VIPWARD_TEST_VRID = '77';
  const loaded = load(
    `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id \${_ENV VIPWARD_TEST_VRID}
  priority \${_RANDOM 7 9}
}
`,
  );
  delete process.env.VIPWARD_TEST_VRID;
  expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(loaded.config.vrrpInstances[0]?.virtualRouterId).toBe(77);
  expect([7, 8, 9]).toContain(loaded.config.vrrpInstances[0]?.priority);
});
