// A BFD session decides who is master: the neighbour's cable is pulled, and the other director has the address.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, owns, pidIn, startDirector, until } from './lib/director.ts';
import type { Program } from './lib/program.ts';

jest.setTimeout(120_000);

const vip = '10.81.0.100';

// Five packets at intervals of 200 ms may be missed while the daemons of all tests start at once.
const session = (source: string, neighbour: string, intervals = 'min_rx 200\n min_tx 200'): string =>
  `bfd_instance gateway {\n neighbor_ip ${neighbour}\n source_ip ${source}\n ${intervals}\n}\n`;

const instance = (priority: number, track = ''): string =>
  `vrrp_instance VI_1 {\n state BACKUP\n interface eth0\n virtual_router_id 51\n priority ${priority}\n advert_int 0.5\n version 3\n virtual_ipaddress {\n ${vip}\n }\n ${track}\n}\n`;

interface Wire extends AsyncDisposable {
  readonly net: Topology<'a' | 'b' | 'gateway'>;
  start(host: 'a' | 'b' | 'gateway', program: Program, config: string): Director;
  isMaster(host: 'a' | 'b'): () => Promise<boolean>;
}

const wire = async (): Promise<Wire> => {
  const net = await topology({
    prefix: 'eb',
    hosts: { a: ['10.81.0.1/24'], b: ['10.81.0.2/24'], gateway: ['10.81.0.9/24'] },
  });
  return {
    net,
    start: (host, program, config) => startDirector({ host: net.hosts[host], program, config, flags: ['-P'] }),
    isMaster: (host) => () => owns(net.hosts[host], vip),
    [Symbol.asyncDispose]: () => net.delete(),
  };
};

describeWith(needs('root', 'netns', 'keepalived'), 'a master that tracks a BFD session', () => {
  test.concurrent.each([
    ['without a weight goes to FAULT', 'track_bfd {\n gateway\n }', 'Entering FAULT STATE'],
    ['with weight -20 yields', 'track_bfd {\n gateway weight -20\n }', 'Changing effective priority from 100 to 80'],
    ['with weight 20 yields', 'track_bfd {\n gateway weight 20\n }', 'Changing effective priority from 120 to 100'],
  ])('%s when the neighbour is gone, and comes back with it', async (_, track, line) => {
    await using one = await wire();
    const { net, start, isMaster } = one;
    start('gateway', 'keepalived', session('10.81.0.9', '10.81.0.1'));
    const a = start('a', 'vipward', session('10.81.0.1', '10.81.0.9') + instance(100, track));
    await until('a is master', isMaster('a'), { timeout: 30_000 });
    await a.waitFor('VRRP_Instance(VI_1) Tracked BFD instance gateway is UP');
    // 110 is between what a has with the neighbour and without it.
    start('b', 'vipward', instance(track.includes('weight 20') ? 110 : 90));
    await sleep(2000);
    expect(await owns(net.hosts.a, vip)).toBe(true);

    await net.unplug('gateway');
    await a.waitFor('VRRP_Instance(VI_1) Tracked BFD instance gateway is DOWN');
    await a.waitFor(line);
    await until('b has taken over', isMaster('b'));
    await until('a has given up the address', async () => !(await owns(net.hosts.a, vip)));

    await net.plug('gateway');
    await until('a is master again', isMaster('a'), { timeout: 30_000 });
    await until('b has yielded', async () => !(await owns(net.hosts.b, vip)));
  });

  test.concurrent('stays master while its BFD worker is killed and comes back', async () => {
    await using one = await wire();
    const { net, start, isMaster } = one;
    const patient = 'min_rx 500\n min_tx 500\n multiplier 20';
    const gateway = start('gateway', 'keepalived', session('10.81.0.9', '10.81.0.1', patient));
    const a = start(
      'a',
      'vipward',
      session('10.81.0.1', '10.81.0.9', patient) + instance(100, 'track_bfd {\n gateway\n }'),
    );
    await until('a is master', isMaster('a'), { timeout: 30_000 });
    await gateway.waitFor('(gateway) Entering Up state');
    process.kill(pidIn(a, 'bfd.pid'), 'SIGKILL');
    await a.waitFor('BFD child process died from signal SIGKILL; respawning');
    await a.waitFor(/respawning[\s\S]*Received BFD event: instance gateway is in state Up/);
    await sleep(2000);
    expect(await owns(net.hosts.a, vip)).toBe(true);
    expect(a.log()).not.toContain('is DOWN');
    expect(gateway.log()).not.toContain('Entering Down state');
  });
});
