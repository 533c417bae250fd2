// A virtual_server_group: one virtual server to its checks, its quorum and its listeners, many services to the kernel.
import { describe, expect, test } from '@jest/globals';
import type { VirtualServer } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { type LvsTable, serviceKeyId } from '@vipward/netlink';
import { noticesFor } from '../../src/machine/notices.ts';
import { type CheckResult, failure } from '../../src/machine/result.ts';
import { ip, rs, sorryServer, tcp, vs } from '../fixture.ts';
import { type Answer, bench } from './bench.ts';

const servers = [rs(12, { checkers: [tcp({ connectIp: ip('192.168.33.12') })] })];
const inGroup = (more: Partial<VirtualServer>): VirtualServer =>
  vs(servers, { group: 'G1', groupKey: 'G1 TCP', ...more });
const address = (last: number, port = 80): Partial<VirtualServer> => ({
  target: { kind: 'address', address: ip(`10.5.0.${last}`), port },
});
const group = [
  inGroup({ target: { kind: 'fwmark', mark: 7 } }),
  inGroup(address(1)),
  inGroup(address(2)),
  inGroup(address(2, 443)),
];

const dies: Answer = (_, seconds): CheckResult =>
  seconds >= 5 && seconds < 12 ? failure('refused', 'connection refused') : { ok: true };

const rows = (table: LvsTable): readonly string[] =>
  table.map(
    ({ service, destinations }) =>
      `${serviceKeyId(service.key)} -> ${destinations.map(({ key }) => `${formatIp(key.address)}:${key.port}`).join(' ')}`,
  );

describe('the members of a group', () => {
  test('are checked once, and all of them lose and gain what is checked', async () => {
    const tables: (readonly string[])[] = [];
    const { clock, checks } = bench(group, dies, { onChange: (table) => void tables.push(rows(table)) });
    await clock.run(20_000);
    expect(checks.filter(({ seconds }) => seconds < 5)).toHaveLength(2);
    const named = ['fwmark 7 ipv4', 'tcp 10.5.0.1:80', 'tcp 10.5.0.2:80', 'tcp 10.5.0.2:443'];
    // Behind a mark a packet that is not translated keeps its port.
    const full = named.map((name) => `${name} -> 192.168.33.12:${name.startsWith('fwmark') ? 0 : 80}`);
    expect(tables).toEqual([full, named.map((name) => `${name} -> `), full]);
  });

  test('have one name, and are told of once', async () => {
    const lines: string[] = [];
    const wanted = { pipes: true, mails: false, noCheckerEmails: false };
    const { clock, log } = bench(group, dies, {
      onChange: (_, events) => {
        for (const { change } of events.flatMap((event) => noticesFor(event, wanted))) {
          if (change !== undefined) lines.push(`${change.kind} ${change.virtualServer} ${change.up}`);
        }
      },
    });
    await clock.run(20_000);
    expect(lines).toEqual(['VS [G1]:0 true', 'RS [G1]:0 false', 'VS [G1]:0 false', 'RS [G1]:0 true', 'VS [G1]:0 true']);
    expect(log).toContain('Removing service [192.168.33.12]:tcp:80 from VS [G1]:0');
  });

  test('stay in the state they are in when an address joins or leaves', async () => {
    const { clock, health, log } = bench(group, (_, seconds) =>
      seconds >= 5 ? failure('refused', 'connection refused') : { ok: true },
    );
    await clock.run(15_000);
    const before = log.length;
    health.reload([...group.slice(1), inGroup(address(3))]);
    expect(rows(health.table())).toEqual([
      'tcp 10.5.0.1:80 -> ',
      'tcp 10.5.0.2:80 -> ',
      'tcp 10.5.0.2:443 -> ',
      'tcp 10.5.0.3:80 -> ',
    ]);
    await clock.run(10_000);
    expect(log.slice(before)).toEqual([]);
  });

  test('have the ports that their own address gives real servers and the sorry server', () => {
    const named = (port: number): VirtualServer =>
      inGroup({ ...address(1, port), realServers: [rs(12, { port })], sorryServer: { ...sorryServer, port: 0 } });
    const { health } = bench([named(80), named(443)], dies);
    expect(rows(health.table())).toEqual([
      'tcp 10.5.0.1:80 -> 192.168.33.12:80',
      'tcp 10.5.0.1:443 -> 192.168.33.12:443',
    ]);
  });

  test('each appear in the report under their own service', () => {
    const { health } = bench(group, dies);
    expect(health.report().map(({ service, name }) => `${service} ${name}`)).toEqual([
      'fwmark 7 ipv4 [G1]:0',
      'tcp 10.5.0.1:80 [G1]:0',
      'tcp 10.5.0.2:80 [G1]:0',
      'tcp 10.5.0.2:443 [G1]:0',
    ]);
  });

  test('appear as the one service of their mark, which says for whom it stands', () => {
    const marked = group.slice(1).map((one) => ({ ...one, groupMark: { mark: 1000, ports: [80] } }));
    const { health } = bench(marked, dies, { marks: new Map([['G1 TCP', 1004]]) });
    expect(health.report()).toMatchObject([{ service: 'fwmark 1004 ipv4', name: '[G1]:0', standsFor: 'G1 TCP' }]);
    expect(bench(group, dies).health.report()[0]).not.toHaveProperty('standsFor');
  });
});

test('two blocks of one group, and members with other checks, stay apart', async () => {
  const other = (last: number, more: Partial<VirtualServer> = {}): VirtualServer =>
    inGroup({
      ...address(last),
      realServers: [rs(last, { checkers: [tcp({ connectIp: ip(`192.168.33.${last}`) })] })],
      ...more,
    });
  const { clock, checks, health } = bench([...group, other(13), other(14, { groupKey: 'G1 UDP' })], dies);
  await clock.run(1500);
  expect(checks).toHaveLength(3);
  expect(health.state().virtualServers).toHaveLength(3);
});
