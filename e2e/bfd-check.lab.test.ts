// BFD_CHECK against a real IPVS: the same steps and the same table as keepalived's, with the neighbour going and coming.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, startDirector, until } from './lib/director.ts';
import { ipvsadm, type Program } from './lib/program.ts';

jest.setTimeout(180_000);

const session = (source: string, neighbour: string): string =>
  `bfd_instance B1 {\n neighbor_ip ${neighbour}\n source_ip ${source}\n min_rx 300\n min_tx 300\n}\n`;

const service = (words: string): string =>
  `virtual_server 10.82.0.100 80 {\n delay_loop 2\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n ${words}\n real_server 10.82.0.2 80 {\n  BFD_CHECK {\n   name B1\n  }\n }\n}\n`;

const out = '-A -t 10.82.0.100:80 -s rr';
const into = `${out}\n-a -t 10.82.0.100:80 -r 10.82.0.2:80 -m -w 1`;

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'keepalived'), 'a real server with BFD_CHECK', () => {
  let net: Topology<'a' | 'b'>;
  const running: Director[] = [];

  beforeEach(async () => {
    net = await topology({ prefix: 'bc', hosts: { a: ['10.82.0.1/24'], b: ['10.82.0.2/24'] } });
  });
  afterEach(async () => {
    for (const director of running.splice(0)) await director.process.stop();
    await net.delete();
  });

  const start = (host: 'a' | 'b', program: Program, config: string): Director => {
    const director = startDirector({ host: net.hosts[host], program, config, flags: ['-C'] });
    running.push(director);
    return director;
  };
  const table = async (): Promise<string> => (await net.hosts.a.exec(ipvsadm, ['-Sn'])).trim();
  const becomes = (what: string, wanted: string): Promise<void> =>
    until(what, async () => (await table()) === wanted, { timeout: 60_000, every: 200 });

  test.each([
    ['keepalived', ''],
    ['vipward', ''],
    ['keepalived', 'alpha'],
    ['vipward', 'alpha'],
  ] as const)(
    'under %s (%s) is out without the neighbour, in with it, out and in again with the cable',
    async (program, words) => {
      const director = start('a', program, session('10.82.0.1', '10.82.0.2') + service(words));
      await director.waitFor('BFD check of [B1] RS([10.82.0.2]:tcp:80) is DOWN', 60_000);
      await becomes('out at the start', out);
      start('b', 'keepalived', session('10.82.0.2', '10.82.0.1'));
      await becomes('in with the neighbour', into);
      await net.unplug('b');
      await becomes('out with the cable', out);
      await net.plug('b');
      await becomes('in again', into);
      expect(director.log()).toContain('BFD check of [B1] RS([10.82.0.2]:tcp:80) is UP');
      expect(director.log()).toContain('Adding service [10.82.0.2]:tcp:80 to VS [10.82.0.100]:tcp:80');
    },
  );
});
