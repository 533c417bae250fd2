// The seed's NAT mode by hand: three ipvsadm commands, the listing, and requests through the director.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startHttpServer, type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { ask, tally } from './lib/client.ts';
import { ipvsadm, vipward } from './lib/program.ts';

jest.setTimeout(120_000);

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'curl'), 'NAT mode by hand', () => {
  let net: Topology<'client' | 'director' | 'rs12' | 'rs13'>;
  const real = (address: string) => ({
    links: { eth0: { network: 'inside', addresses: [address] } },
    routes: ['default via 192.168.33.2'],
  });

  beforeAll(async () => {
    net = await topology({
      prefix: 'nat',
      hosts: {
        client: {
          links: { eth0: { network: 'outside', addresses: ['10.50.0.2/24'] } },
          routes: ['default via 10.50.0.1'],
        },
        director: {
          links: {
            eth0: { network: 'inside', addresses: ['192.168.33.2/24', '192.168.33.188/32'] },
            eth1: { network: 'outside', addresses: ['10.50.0.1/24'] },
          },
          sysctl: { 'ipv4/ip_forward': '1' },
        },
        rs12: real('192.168.33.12/24'),
        rs13: real('192.168.33.13/24'),
      },
    });
    for (const name of ['rs12', 'rs13'] as const) {
      await startHttpServer({ name, address: '0.0.0.0', port: 80, netns: net.hosts[name] });
    }
  });
  afterAll(async () => {
    await net?.delete();
  });

  const typed = (words: string): Promise<string> => net.hosts.director.exec(vipward, words.split(' '));

  test("the seed's three commands are typed as they are", async () => {
    expect(await typed('ipvsadm -A -t 192.168.33.188:80 -s rr')).toBe('');
    expect(await typed('ipvsadm -a -t 192.168.33.188:80 -r 192.168.33.12 -m -w 2')).toBe('');
    expect(await typed('ipvsadm -a -t 192.168.33.188:80 -r 192.168.33.13 -m -w 2')).toBe('');
  });

  test('the listing is the one of the seed, and of the original', async () => {
    const listing = await typed('ipvsadm -Ln');
    expect(listing).toBe(
      [
        'IP Virtual Server version 1.2.1 (size=4096)',
        'Prot LocalAddress:Port Scheduler Flags',
        '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
        'TCP  192.168.33.188:80 rr',
        '  -> 192.168.33.12:80             Masq    2      0          0         ',
        '  -> 192.168.33.13:80             Masq    2      0          0         ',
        '',
      ].join('\n'),
    );
    expect(await net.hosts.director.exec(ipvsadm, ['-Ln'])).toBe(listing);
  });

  test('requests from outside reach both real servers', async () => {
    expect(tally(await ask(net.hosts.client, '192.168.33.188', 10))).toEqual({ rs12: 5, rs13: 5 });
  });

  test('a second add is refused with the original words and status', async () => {
    const again = ['ipvsadm', '-A', '-t', '192.168.33.188:80', '-s', 'rr'];
    const ours = await net.hosts.director.tryExec(vipward, again);
    const theirs = await net.hosts.director.tryExec(ipvsadm, again.slice(1));
    expect(ours).toEqual(theirs);
    expect(ours).toMatchObject({ code: 255, stderr: 'Service already exists\n' });
  });
});
