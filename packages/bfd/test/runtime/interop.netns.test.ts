// Our BFD beside keepalived, FRR and BIRD: up on both sides, down within the detection time when the cable is cut, and back.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type PairOptions, type PeerKind, pair, reportTimes, until } from './peers.ts';

const kinds: readonly (readonly [PeerKind, string, PairOptions])[] = (
  ['vipward', 'keepalived', 'frr', 'bird'] as const
).flatMap((kind) => [
  [kind, 'over IPv4', { family: 4 }] as const,
  [kind, 'over IPv6', { family: 6 }] as const,
  // Debian's keepalived has no `multihop`, and does not let its packets be routed.
  ...(kind === 'keepalived' ? [] : [[kind, 'over a router (RFC 5883)', { routed: true }] as const]),
]);

describeWith(needs('root', 'netns', 'keepalived', 'frr', 'bird'), 'BFD', () => {
  test.concurrent.each(kinds)(
    'with %s %s comes up, goes down with the cable and comes back',
    async (kind, _, options) => {
      await using two = await pair(options);
      const peer = await two.peer(kind);
      const ours = await two.ours();
      await ours.waitFor('report B1 up', { timeout: 20_000 });
      await until(peer.isUp, `${kind} is up`);
      await sleep(300);

      await two.net.unplug('b');
      // How soon is the simulation's business: a loaded machine is late.
      await ours.waitFor(/report B1 up[\s\S]*report B1 down/, { timeout: 20_000 });
      await until(async () => !(await peer.isUp()), `${kind} is down`);

      const back = ours.log().length;
      await two.net.plug('b');
      await ours.waitFor('report B1 up', { from: back, timeout: 20_000 });
      await until(peer.isUp, `${kind} is up again`);
    },
    90_000,
  );

  test.concurrent.each(['keepalived', 'frr', 'bird'] as const)(
    'our end is said: %s does not wait for the detection time',
    async (kind) => {
      await using two = await pair();
      const peer = await two.peer(kind);
      // The neighbour would wait for 50 intervals of 2 s.
      const ours = await two.ours({ multiplier: 50, minTx: 2000 });
      await ours.waitFor('report B1 up', { timeout: 20_000 });
      await until(peer.isUp, `${kind} is up`);
      await ours.stop();
      await until(async () => !(await peer.isUp()), `${kind} has heard it`, 30_000);
    },
    60_000,
  );

  test.concurrent('a neighbour that dies is noticed by silence, and its successor is a new session', async () => {
    await using two = await pair();
    const first = await two.peer('keepalived');
    const ours = await two.ours();
    await ours.waitFor('report B1 up', { timeout: 20_000 });
    await first.kill();
    await ours.waitFor('Local diagnostic - Control Detection Time Expired');
    const from = ours.log().length;
    await two.peer('keepalived');
    await ours.waitFor('report B1 up', { from, timeout: 20_000 });
  }, 60_000);

  test.concurrent('a process that is killed and comes back goes on: the neighbour sees no end', async () => {
    await using two = await pair();
    const stateFile = join(two.directory, 'bfd.state');
    const neighbour = await two.net.hosts.b.spawn(process.execPath, [
      '--no-warnings',
      join(import.meta.dirname, 'speaker.ts'),
      JSON.stringify([{ neighbor: '10.79.0.1', source: '10.79.0.2', minRx: 1000, multiplier: 10 }]),
    ]);
    const ours = await two.ours({ minTx: 1000, multiplier: 10 }, stateFile);
    await ours.waitFor('report B1 up', { timeout: 20_000 });
    await neighbour.waitFor('report B1 up');
    await sleep(1500);
    ours.killAll('SIGKILL');
    await ours.ended;
    const again = await two.ours({ minTx: 1000, multiplier: 10 }, stateFile);
    await again.waitFor('report B1 up', { timeout: 20_000 });
    await sleep(2500);
    expect(again.log()).not.toContain('report B1 down');
    expect(reportTimes(neighbour.log(), 'down')).toHaveLength(1);
  }, 60_000);

  test.concurrent('a reload agrees on new intervals with keepalived without a moment of being down', async () => {
    await using two = await pair();
    const peer = await two.peer('keepalived');
    const ours = await two.ours();
    await ours.waitFor('report B1 up', { timeout: 20_000 });
    const plan = { neighbor: '10.79.0.2', source: '10.79.0.1', minRx: 300, minTx: 250, multiplier: 4 };
    ours.write(JSON.stringify([plan]));
    await ours.waitFor('     local    250000  300000   250000     4      1500000');
    await sleep(3000);
    expect(await peer.isUp()).toBe(true);
    expect(reportTimes(ours.log(), 'down')).toHaveLength(1);
  }, 60_000);

  test.concurrent('strangers and bad packets change nothing and fill no log', async () => {
    await using two = await pair();
    const peer = await two.peer('bird');
    const ours = await two.ours();
    await ours.waitFor('report B1 up', { timeout: 20_000 });
    const flood = `
      const socket = require('node:dgram').createSocket('udp4');
      const down = Buffer.from('20400518' + '00000007' + '00000000' + '000f4240' + '000186a0' + '00000000', 'hex');
      socket.bind(() => {
        let left = 20000;
        const burst = () => {
          for (let i = 0; i < 200; i++, left--) {
            // Turned bits, cut tails, and a whole Down packet that lacks the TTL of a neighbour.
            const packet = Buffer.from(down);
            if (left % 3 > 0) packet[(Math.random() * 24) | 0] ^= 1 << ((Math.random() * 8) | 0);
            socket.send(left % 3 === 2 ? packet.subarray(0, (Math.random() * 25) | 0) : packet, 3784, '10.79.0.1');
          }
          if (left > 0) setTimeout(burst, 2);
          else socket.close();
        };
        burst();
      });`;
    await Promise.all([
      two.net.hosts.b.exec(process.execPath, ['-e', flood]),
      two.net.hosts.r.exec(process.execPath, ['-e', flood]),
    ]);
    ours.write('states');
    await ours.waitFor('"ttl":');
    expect(await peer.isUp()).toBe(true);
    expect(reportTimes(ours.log(), 'down')).toHaveLength(1);
    const said = ours.log().match(/Discarding|Packet /g) ?? [];
    expect(said.length).toBeGreaterThan(0);
    expect(said.length).toBeLessThan(200);
  }, 60_000);
});
