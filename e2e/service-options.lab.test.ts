// Every option of services and real servers that the kernel sees: the same file gives the same table as keepalived.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { startDirector, until } from './lib/director.ts';
import { ipvsadm, type Program } from './lib/program.ts';

jest.setTimeout(120_000);

const service = (target: string, lines: string, servers: readonly string[]): string =>
  `virtual_server ${target} {\n  delay_loop 10\n  ${lines}\n${servers.map((each) => `  real_server ${each}\n`).join('')}}\n`;
const server = (address: string, lines = ''): string => `${address} {\n    ${lines}\n  }`;
const nat = 'lvs_sched rr\n  lvs_method NAT\n  protocol';

const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'sh', 'mh', 'dh', 'fo', 'ovf', 'lblcr', 'sed', 'nq'];

const config = [
  `virtual_server_group G {\n  10.80.9.1 80\n  10.80.9.2-3 80\n  fwmark 9\n}\n`,
  ...schedulers.map((name, i) =>
    service(`10.80.1.${i + 1} 80`, `lvs_sched ${name}\n  lvs_method NAT\n  protocol TCP`, [server('10.80.0.2 80')]),
  ),
  service('10.80.2.1 80', 'lvs_sched sh\n  sh-port\n  sh-fallback\n  lvs_method DR\n  protocol TCP', [
    server('10.80.0.2 80'),
  ]),
  service('10.80.2.2 80', 'lvs_sched mh\n  mh-port\n  mh-fallback\n  lvs_method DR\n  protocol TCP', [
    server('10.80.0.2 80'),
  ]),
  service('10.80.2.3 80', 'lvs_sched wlc\n  flag-1\n  flag-3\n  lvs_method DR\n  protocol TCP', [
    server('10.80.0.2 80'),
  ]),
  service('10.80.3.1 53', `${nat} UDP\n  ops`, [server('10.80.0.2 53')]),
  service('10.80.3.2 80', `${nat} TCP\n  persistence_timeout`, [server('10.80.0.2 80')]),
  service('10.80.3.3 80', `${nat} TCP\n  persistence_timeout 50\n  persistence_granularity 255.255.255.0`, [
    server('10.80.0.2 80'),
  ]),
  service('10.80.3.4 0', `${nat} TCP\n  persistence_timeout 60`, [server('10.80.0.2 0')]),
  service('10.80.3.5 5060', `${nat} UDP\n  persistence_timeout 70\n  persistence_engine sip`, [
    server('10.80.0.2 5060'),
  ]),
  service('10.80.3.6 80', `${nat} SCTP`, [server('10.80.0.2 80')]),
  service('10.80.4.1 80', `${nat} TCP`, [
    server('10.80.0.2 80', 'weight 0'),
    server('10.80.0.3 80', 'weight 65535\n    uthreshold 100\n    lthreshold 50'),
    server('10.80.0.4 80', 'uthreshold 7'),
    server('10.80.0.5 80', 'lvs_method DR'),
    server('10.80.0.6 80', 'lvs_method TUN'),
  ]),
  service('10.80.5.1 80', 'lvs_sched rr\n  lvs_method TUN\n  protocol TCP', [
    server('10.80.0.2 80'),
    server('10.80.0.3 80', 'lvs_method TUN type gue port 6080'),
    server('10.80.0.4 80', 'lvs_method TUN type gue port 6080 csum'),
    server('10.80.0.5 80', 'lvs_method TUN type gue port 6080 remcsum'),
    server('10.80.0.6 80', 'lvs_method TUN type gre'),
    server('10.80.0.7 80', 'lvs_method TUN type gre csum'),
    server('2001:db8:80::7 80'),
  ]),
  service('2001:db8:80::100 80', `${nat} TCP\n  persistence_granularity 64`, [server('2001:db8:80::2 80')]),
  service(
    'fwmark 5',
    'lvs_sched rr\n  lvs_method DR\n  persistence_timeout 90\n  sorry_server 10.80.0.8 80\n  sorry_server_inhibit',
    [server('10.80.0.2 0')],
  ),
  service('fwmark 6', 'ip_family inet6\n  lvs_sched rr\n  lvs_method DR', [server('2001:db8:80::2 0')]),
  service('fwmark 7', 'lvs_sched rr\n  lvs_method NAT\n  ops', [server('10.80.0.2 8080')]),
  service('group G', `${nat} TCP\n  sorry_server 10.80.0.8 80\n  sorry_server_inhibit\n  sorry_server_lvs_method TUN`, [
    server('10.80.0.2 80', 'inhibit_on_failure'),
    server('10.80.0.3 80', 'weight 3'),
    server('10.80.0.4 80', 'lvs_method DR'),
    server('10.80.0.5 8080'),
  ]),
].join('');

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'keepalived'), 'options of services', () => {
  let net: Topology<'a'>;
  beforeAll(async () => {
    net = await topology({ prefix: 'so', hosts: { a: ['10.80.0.1/16', '2001:db8:80::1/64'] } });
  });
  afterAll(async () => {
    await net.delete();
  });

  const shown = async (): Promise<readonly string[]> => {
    const texts = [];
    for (const words of ['-Sn', '-Ln --thresholds', '-Ln --tun-info'])
      texts.push(...(await net.hosts.a.exec(ipvsadm, words.split(' '))).trim().split('\n').sort());
    return texts;
  };
  const tableOf = async (program: Program): Promise<readonly string[]> => {
    await net.hosts.a.exec(ipvsadm, ['-C']);
    const director = startDirector({ host: net.hosts.a, program, config, flags: ['-C'] });
    await until('a table', async () => (await shown()).some((line) => line.includes('FWM  9')));
    await sleep(1500);
    const table = await shown();
    await director.terminate();
    return table;
  };

  test('reach the kernel as those of keepalived do', async () => {
    const theirs = await tableOf('keepalived');
    const ours = await tableOf('vipward');
    expect(ours).toEqual(theirs);
    for (const sign of [
      '--pe sip',
      '-o',
      '-b sh-fallback,sh-port',
      '--tun-type gue',
      '--sctp-service',
      '-M 64',
      '100 ',
    ])
      expect(ours.some((line) => line.includes(sign))).toBe(true);
  });
});
