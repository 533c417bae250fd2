// bindto, bind_port, bind_if and fwmark, for every kind that has them: two ways lead to a server, which tells whom it saw.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createNetns, type Netns } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import type { CheckResult } from '../../src/machine/result.ts';
import type { Wanted } from './run-checks.ts';

const script = fileURLToPath(new URL('run-checks.ts', import.meta.url));

/** Answers over TCP and UDP with the address and port it is asked from; port 25 speaks first, port 53 answers DNS. */
const server = `
const net = require('node:net');
const dgram = require('node:dgram');
const os = require('node:os');
const plain = (address) => address.replace('::ffff:', '');
net.createServer((socket) => {
  const body = plain(socket.remoteAddress) + ' ' + socket.remotePort + ' ';
  socket.on('error', () => {});
  socket.on('data', () => socket.end('HTTP/1.0 200 OK\\r\\n\\r\\n' + body));
}).listen(80, '::');
net.createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (bytes) => socket.write(String(bytes).startsWith('QUIT') ? '221 bye\\r\\n' : '250 ok\\r\\n'));
  socket.write(plain(socket.remoteAddress) === '10.99.2.1' ? '220 hello\\r\\n' : '554 not you\\r\\n');
}).listen(25, '::');
// Bound to each address, so that a reply comes from where the question went.
const findLocal = () => os.networkInterfaces().two?.find(({ address }) => address.startsWith('fe80'))?.address;
const answer = (port, reply) => {
  for (const address of ['10.99.9.9', 'fd99:9::9', local + '%two']) {
    const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (bytes, from) => socket.send(reply(bytes, from.address + ' ' + from.port + ' '), from.port, from.address));
    socket.bind(port, address);
  }
};
let local;
const begin = () => {
  local = findLocal();
  // The links are up a moment after they are told to be.
  if (local === undefined) return setTimeout(begin, 20);
  answer(80, (_, text) => text);
  answer(53, (bytes, text) => {
    bytes[2] |= 0x80;
    bytes[3] = text.startsWith('10.99.2.1 ') ? 0 : 5;
    return bytes;
  });
  setTimeout(() => console.log('ready'), 200);
};
begin();
`;

describeWith(needs('root'), 'where a check comes from', () => {
  let director: Netns;
  let peer: Netns;

  beforeAll(async () => {
    director = await createNetns('he');
    peer = await createNetns('he');
    for (const [n, name] of [
      ['1', 'one'],
      ['2', 'two'],
    ] as const) {
      await director.ip(`link add ${name} type veth peer name ${name} netns ${peer.name}`);
      await director.ipBatch([
        `addr add 10.99.${n}.1/24 dev ${name}`,
        `addr add fd99:${n}::1/64 dev ${name} nodad`,
        `link set ${name} up`,
      ]);
      await peer.ipBatch([
        `addr add 10.99.${n}.2/24 dev ${name}`,
        `addr add fd99:${n}::2/64 dev ${name} nodad`,
        `link set ${name} up`,
      ]);
    }
    await director.ipBatch([
      'addr add 10.99.1.5/24 dev one',
      'addr add fd99:1::5/64 dev one nodad',
      'route add 10.99.9.9 via 10.99.1.2',
      'route add 10.99.9.9 via 10.99.2.2 dev two metric 100',
      'route add default via 10.99.2.2 table 7',
      'rule add fwmark 7 lookup 7',
    ]);
    for (const words of [
      'route add fd99:9::9 via fd99:1::2',
      'route add fd99:9::9 via fd99:2::2 dev two metric 2000',
      'route add default via fd99:2::2 table 7',
      'rule add fwmark 7 lookup 7',
    ])
      await director.ip(`-6 ${words}`);
    await peer.ipBatch(['addr add 10.99.9.9/32 dev lo', 'addr add fd99:9::9/128 dev lo']);
    for (const ns of [director, peer])
      await ns.sysctl({ 'ipv4/conf/all/rp_filter': '0', 'ipv4/conf/default/rp_filter': '0' });
    const program = peer.spawn(process.execPath, ['-e', server]);
    await program.waitFor(/ready/);
  });
  afterAll(async () => {
    await director.delete();
    await peer.delete();
  });

  const run = async (...checks: readonly Wanted[]): Promise<readonly CheckResult[]> =>
    JSON.parse(await director.exec(process.execPath, ['--no-warnings', script], { input: JSON.stringify(checks) }));

  const ok = { ok: true };

  describe.each([
    ['IPv4', '10.99.9.9', '10.99.1.1', '10.99.1.5', '10.99.2.1'],
    ['IPv6', 'fd99:9::9', 'fd99:1::1', 'fd99:1::5', 'fd99:2::1'],
  ])('over %s', (_family, connectIp, usual, second, other) => {
    const target = { connectIp, connectPort: 80 };

    test.each(['HTTP_GET', 'UDP_CHECK'] as const)('%s', async (kind) => {
      // Of two IPv6 addresses the kernel may take either.
      const first = connectIp.includes('.') ? [{ kind, ...target, saw: `${usual} ` }] : [];
      const results = await run(
        ...first,
        { kind, ...target, bindTo: second, saw: `${second} ` },
        { kind, ...target, bindTo: second, bindPort: 4555, saw: `${second} 4555 ` },
        { kind, ...target, bindPort: 4556, bindIf: 'two', saw: `${other} 4556 ` },
        { kind, ...target, bindIf: 'two', saw: `${other} ` },
        { kind, ...target, fwmark: 7, saw: `${other} ` },
      );
      expect(results).toEqual(results.map(() => ok));
    });

    test('TCP_CHECK and PING_CHECK', async () => {
      const kinds = ['TCP_CHECK', 'PING_CHECK'] as const;
      const ways = [{}, { bindTo: second }, { bindIf: 'two' }, { fwmark: 7 }];
      const good = await run(...kinds.flatMap((kind) => ways.map((way) => ({ kind, ...target, ...way }))));
      expect(good).toEqual(good.map(() => ok));
      // An interface that is not there, an address that is not here.
      const bad = await run(
        ...kinds.flatMap((kind) => [
          { kind, ...target, bindIf: 'three' },
          { kind, ...target, bindTo: connectIp },
        ]),
      );
      for (const result of bad) expect(result).toMatchObject({ ok: false, reason: 'unreachable' });
    });

    test('the same source port serves one check after the other', async () => {
      const check = { kind: 'TCP_CHECK', ...target, bindTo: second, bindPort: 4999 } as const;
      expect(await run(check, check, check)).toEqual([ok, ok, ok]);
    });
  });

  test('DNS_CHECK and SMTP_CHECK, whose server answers one address well', async () => {
    const target = { connectIp: '10.99.9.9' };
    const kinds = [
      { kind: 'DNS_CHECK', connectPort: 53, ...target },
      { kind: 'SMTP_CHECK', connectPort: 25, ...target },
    ] as const;
    const ways = [{ bindTo: '10.99.2.1' }, { bindIf: 'two' }, { fwmark: 7 }];
    const good = await run(...kinds.flatMap((kind) => ways.map((way) => ({ ...kind, ...way }))));
    expect(good).toEqual(good.map(() => ok));
    expect((await run(...kinds)).map((result) => result.ok)).toEqual([false, false]);
  });

  test('a link-local address is reached through bind_if alone', async () => {
    const shown = await peer.ip('-6 -o addr show dev two scope link');
    const connectIp = /inet6 (fe80::[0-9a-f:]+)/.exec(shown)?.[1] ?? '';
    const ownShown = await director.ip('-6 -o addr show dev two scope link');
    const bindTo = /inet6 (fe80::[0-9a-f:]+)/.exec(ownShown)?.[1] ?? '';
    const kinds = ['TCP_CHECK', 'HTTP_GET', 'UDP_CHECK', 'PING_CHECK'] as const;
    const through = await run(
      ...kinds.map((kind) => ({ kind, connectIp, connectPort: 80, bindIf: 'two', saw: 'fe80::' })),
    );
    expect(through).toEqual(through.map(() => ok));
    const bound = await run(
      ...kinds.map((kind) => ({ kind, connectIp, connectPort: 80, bindIf: 'two', bindTo, saw: bindTo })),
    );
    expect(bound).toEqual(bound.map(() => ok));
    expect((await run({ kind: 'TCP_CHECK', connectIp, connectPort: 80 }))[0]?.ok).toBe(false);
  });
});
