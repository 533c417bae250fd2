// Director B of the seed: least connections, persistence, other addresses; and its table beside real keepalived's.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { startDirector, until } from './lib/director.ts';
import { ipvsadm, type Program } from './lib/program.ts';
import { seedFile } from './lib/seed.ts';

jest.setTimeout(120_000);

describeWith(
  needs('lab', 'reference', 'ipvs', 'ipvsadm', 'keepalived'),
  "the seed's director B, as it was written",
  () => {
    let net: Topology<'vipward' | 'keepalived'>;
    beforeAll(async () => {
      net = await topology({
        prefix: 'sb',
        hosts: {
          vipward: { links: { eth0: { network: 'one', addresses: ['192.168.33.3/24'] } } },
          keepalived: { links: { eth0: { network: 'two', addresses: ['192.168.33.3/24'] } } },
        },
      });
    });
    afterAll(async () => {
      await net?.delete();
    });

    const tableOf = async (program: Program): Promise<string> => {
      const host = net.hosts[program];
      const director = startDirector({ host, program, config: seedFile('director-b.conf') });
      const table = (): Promise<string> => host.exec(ipvsadm, ['-Sn']);
      await until(`the table of ${program}`, async () => (await table()).split('\n').length === 4, { timeout: 40_000 });
      const found = await table();
      await director.terminate();
      return found;
    };

    test('gives the table that keepalived makes of it', async () => {
      const ours = await tableOf('vipward');
      expect(ours).toBe(
        `-A -t 192.168.33.11:80 -s wlc -p 60
-a -t 192.168.33.11:80 -r 192.168.33.130:80 -g -w 100
-a -t 192.168.33.11:80 -r 192.168.33.131:80 -g -w 100
`,
      );
      expect(await tableOf('keepalived')).toBe(ours);
    });
  },
);
