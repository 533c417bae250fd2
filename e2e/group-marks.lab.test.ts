// nftables_ipvs beside keepalived: the same services of marks at the start and after reloads; marks change only while the services
// of both times are there; a kernel without nftables has each address as a service. (The lab's kernel has no nftables for IP: a
// program in place of nft notes what it is told, and what the table is at that moment.)
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, startDirector, until } from './lib/director.ts';
import { ipvsadm, type Program } from './lib/program.ts';

jest.setTimeout(180_000);

const globals = (...lines: readonly string[]): string => `global_defs {\n${lines.join('\n')}\n}\n`;
const group = (name: string, ...lines: readonly string[]): string =>
  `virtual_server_group ${name} {\n${lines.join('\n')}\n}\n`;
const service = (target: string, kind: string, protocol: string, ...lines: readonly string[]): string =>
  `virtual_server ${target} {\nlb_algo rr\nlb_kind ${kind}\nprotocol ${protocol}\n${lines.join('\n')}\n}\n`;
const server = (address: string, ...lines: readonly string[]): string =>
  `real_server ${address} {\n${lines.join('\n')}\n}`;
const ONE = server('10.80.0.2 80', 'weight 3');

/** Everything at once: families, protocols, ranges, every port, persistence, sorry servers, marks of the file. */
const START = [
  globals('nftables_ipvs', 'nftables_ipvs_start_fwmark 500'),
  group('web', '10.81.0.1 80', '10.81.0.10-20 443', '10.82.0.0/29 80'),
  group('six', '2001:db8:80::10 80', '2001:db8:80::20-2f 443'),
  group('both', '10.83.0.1 80', '2001:db8:80::30 80'),
  group('every', '10.84.0.1 0', '10.84.0.2 80'),
  group('mixed', '10.85.0.1 80', 'fwmark 77'),
  group('down', '10.86.0.1 80'),
  service('group web', 'DR', 'TCP', server('10.80.0.2 80', 'weight 3'), server('10.80.0.3')),
  service('group six', 'NAT', 'TCP', server('2001:db8:80::2 8080')),
  service('group both', 'TUN', 'TCP', ONE),
  service('group every', 'NAT', 'TCP', ONE, server('10.80.0.3')),
  service('group mixed', 'NAT', 'TCP', ONE),
  service('group web', 'NAT', 'UDP', 'ops', 'sorry_server 10.80.0.9 99', server('10.80.0.2 53')),
  service(
    'group down',
    ...(['NAT', 'TCP'] as const),
    'alpha\nquorum 1\nsorry_server 10.80.0.9 99',
    server('10.80.0.1 9', 'TCP_CHECK {\nconnect_timeout 1\n}'),
  ),
  service('10.89.0.1 80', 'NAT', 'TCP', ONE),
].join('');

const reloads = [
  [group('a', '10.81.0.1 80'), group('b', '10.81.0.2 80'), ...['a', 'b'].map((one) => `group ${one}`)],
  [
    ...[group('a', '10.81.0.1 80', '10.81.0.9-12 80'), group('c', '10.81.0.3 80'), group('b', '10.81.0.22 80')],
    ...['c', 'b', 'a'].map((one) => `group ${one}`),
  ],
  [group('b', '10.81.0.2 80'), group('d', '10.81.0.1 80'), ...['d', 'b'].map((one) => `group ${one}`)],
].map(
  (lines) =>
    globals('nftables_ipvs') +
    lines.map((line) => (line.startsWith('group') ? service(line, 'NAT', 'TCP', ONE) : line)).join(''),
);

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'keepalived'), 'marks for groups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'group-marks-'));
  const file = (name: string): string => join(folder, name);
  let net: Topology<'a'>;
  beforeAll(async () => {
    net = await topology({ prefix: 'gm', hosts: { a: ['10.80.0.1/16', '2001:db8:80::1/64'] } });
    writeFileSync(
      file('nft'),
      [
        '#!/bin/sh',
        'case "$*" in *" list "*) exit 1;; esac',
        `[ $# -gt 1 ] && printf '%s\\n' "$2" >>${file('told')} && ${ipvsadm} -Sn >${file('table')}`,
        'exit 0\n',
      ].join('\n'),
    );
    chmodSync(file('nft'), 0o755);
  });
  afterAll(async () => {
    await net.delete();
    rmSync(folder, { recursive: true });
  });

  const table = async (): Promise<readonly string[]> =>
    (await net.hosts.a.exec(ipvsadm, ['-Sn'])).trim().split('\n').sort();
  const start = async (program: Program, config: string, env = {}): Promise<Director> => {
    await net.hosts.a.exec(ipvsadm, ['-C']);
    const director = startDirector({ host: net.hosts.a, program, config, flags: ['-C'], env });
    await until('a table', async () => (await table()).join('').includes('-a '));
    await sleep(2500);
    return director;
  };
  const withNft = { PATH: `${folder}:${process.env.PATH}` };
  const told = (): string => (existsSync(file('told')) ? readFileSync(file('told'), 'utf8') : '');

  test('a start gives the services that keepalived has', async () => {
    const theirs = await start('keepalived', START);
    const wanted = await table();
    await theirs.terminate();
    const ours = await start('vipward', START, withNft);
    expect(await table()).toEqual(wanted);
    expect(wanted).toContain('-A -f 500 -s rr');
    expect(wanted).toContain('-a -f 502 -6 -r 10.80.0.2:0 -i -w 3 --tun-type ipip');
    expect(told()).toContain('{"concat":[{"range":["10.81.0.10","10.81.0.20"]},443]},500]');
    await ours.terminate();
    expect(await table()).toEqual(['']);
    expect(told().trim().split('\n').at(-1)).not.toContain('chain');
  });

  test('reloads keep the marks of groups that stay, as keepalived does', async () => {
    const [first = '', ...more] = reloads;
    const tables = async (program: Program): Promise<readonly (readonly string[])[]> => {
      const director = await start(program, first, withNft);
      const seen = [await table()];
      for (const next of more) {
        director.reload(next);
        await sleep(3000);
        seen.push(await table());
      }
      await director.terminate();
      return seen;
    };
    const theirs = await tables('keepalived');
    const ours = await tables('vipward');
    expect(ours).toEqual(theirs);
    expect(ours[1]).toContain('-A -f 1002 -s rr');
  });

  test('marks change while the services of both times are there; a start after a crash keeps them', async () => {
    const [, second = '', third = ''] = reloads;
    const plain = second.replace(globals('nftables_ipvs'), '');
    const director = await start('vipward', plain, withNft);
    director.reload(second);
    await until(
      'marks',
      async () => (await table()).join('').includes('-f 1002') && !(await table()).join('').includes('-t '),
    );
    const during = readFileSync(file('table'), 'utf8');
    for (const one of ['-a -t 10.81.0.10:80', '-a -f 1000', '-a -f 1001', '-a -f 1002']) expect(during).toContain(one);
    director.reload(third);
    await until('another mark', async () => !(await table()).join('').includes('-A -f 1002'));
    expect(readFileSync(file('table'), 'utf8')).toContain('-a -f 1002');
    const before = await table();
    await director.killAll();
    const again = director.startAgain();
    const lines = told().length;
    await until('the tables anew', () => told().length > lines);
    await sleep(1000);
    expect(await table()).toEqual(before);
    again.reload(plain);
    await until('addresses', async () => !(await table()).join('').includes('-f '));
    expect(readFileSync(file('table'), 'utf8')).toContain('-a -f 1003');
    await again.terminate();
  });

  test('a kernel without nftables has each address as a service, which is said', async () => {
    const [first = ''] = reloads;
    const director = await start('vipward', first);
    expect((await table()).filter((line) => line.startsWith('-A'))).toEqual([
      '-A -t 10.81.0.1:80 -s rr',
      '-A -t 10.81.0.2:80 -s rr',
    ]);
    expect(director.log().match(/LVS_MARKS/g)).toHaveLength(1);
    await director.terminate();
  });
});
