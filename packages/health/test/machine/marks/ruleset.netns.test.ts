// The marks that packets get in the real kernel, and what is listed known again as what was written.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';

const packageRoot = new URL('../../..', import.meta.url).pathname;

const config = `
global_defs { nftables_ipvs }
virtual_server_group web {
  10.9.0.1 80
  10.9.0.10-12 81
  10.9.0.2 0
  fd09::1 80
  fd09::10-1f 81
}
virtual_server_group two {
  10.9.0.2 82
}
virtual_server group web {
  lb_kind TUN
  protocol TCP
  real_server 10.8.0.1 80 { }
}
virtual_server group two {
  lb_kind NAT
  protocol TCP
  real_server 10.8.0.1 80 { }
}
virtual_server group web {
  lb_kind TUN
  protocol UDP
  real_server 10.8.0.1 80 { }
}
virtual_server group two {
  lb_kind NAT
  protocol SCTP
  real_server 10.8.0.1 80 { }
}
`
  .replaceAll('{ }', '{\n}')
  .replace('{ nftables_ipvs }', '{\nnftables_ipvs\n}');

const script = `
  const { execFileSync } = await import('node:child_process');
  const { createSocket } = await import('node:dgram');
  const { connect } = await import('node:net');
  const { memoryReader, parseConfig } = await import('@vipward/config');
  const { systemClock } = await import('@vipward/sockets');
  const { NftTables, systemNftables } = await import('@vipward/netlink/nftables');
  const { assignMarks, marksRuleset } = await import('./src/machine/marks/index.ts');
  const nft = (...words) => execFileSync('nft', words, { encoding: 'utf8' });
  const { virtualServers } = parseConfig({ file: '/c', read: memoryReader({ '/c': process.env.CONFIG }), configId: '' }).config;
  const { marks } = assignMarks(virtualServers, undefined, 1000);
  const wanted = () => [4, 6].map((family) => ({ family, table: 'keepalived_ipvs',
    objects: marksRuleset(family, virtualServers, marks, { table: 'keepalived_ipvs', priority: -1 }) }));
  const runs = [];
  const { program, ...rest } = systemNftables();
  const make = () => new NftTables({ program: (args, ...more) => { runs.push(args.includes('list') ? 'list' : 'write'); return program(args, ...more); },
    ...rest, clock: systemClock, log: { warning: console.error, error: console.error }, code: 'X', without: '', named: '', onProgress() {} });
  const first = make();
  const written = await first.settle(wanted);
  await first.close({ keep: true });
  const next = make();
  next.remember(first.saved);
  await next.settle(wanted);
  const see = 'add table inet see; delete table inet see; add table inet see; add chain inet see in { type filter hook input priority 0; };'
    + [1000, 1001, 1002, 1003].map((mark) => 'add rule inet see in meta mark ' + mark + ' counter comment "' + mark + '"').join(';');
  const seen = async (protocol, address, port) => {
    nft(see);
    if (protocol === 'udp') await new Promise((done) => { const s = createSocket(address.includes(':') ? 'udp6' : 'udp4'); s.send('x', port, address, () => { s.close(); done(); }); });
    else await new Promise((done) => connect({ host: address, port }).on('error', done));
    const listed = nft('list', 'table', 'inet', 'see');
    return [...listed.matchAll(/counter packets ([0-9]+).*comment "([0-9]+)"/g)].filter(([, packets]) => packets !== '0').map(([, , mark]) => mark).join(' ');
  };
  const cases = [['tcp', '10.9.0.1', 80], ['tcp', '10.9.0.1', 81], ['tcp', '10.9.0.12', 81], ['tcp', '10.9.0.2', 4000], ['tcp', '10.9.0.2', 82],
    ['udp', '10.9.0.1', 80], ['udp', '10.9.0.2', 82], ['tcp', 'fd09::1', 80], ['tcp', 'fd09::1f', 81], ['udp', 'fd09::1', 80], ['udp', 'fd09::1', 81]];
  const found = [];
  for (const one of cases) found.push(one.join(' ') + ' -> ' + await seen(...one));
  await next.close({ keep: false });
  console.log(JSON.stringify({ written, runs, found, left: nft('list', 'tables') }));
`;

describeWith(needs('root', 'netns', 'nft'), 'marks in the real kernel', () => {
  test('each packet gets the mark of its group; a successor writes nothing; nothing is left', () => {
    const addresses = ['10.9.0.1/24', '10.9.0.2/24', '10.9.0.12/24', 'fd09::1/64', 'fd09::1f/64'];
    const shell = [
      'export PATH="$PATH:/usr/sbin:/sbin"; ip link set lo up',
      ...addresses.map((one) => `ip addr add ${one} dev lo`),
      'exec "$NODE" --no-warnings --input-type=module -e "$CODE"',
    ].join('\n');
    const { stdout, stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', shell], {
      cwd: packageRoot,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, NODE: process.execPath, CODE: script, CONFIG: config },
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      written: true,
      // Both families are looked at, then written together; the successor only looks, and the end deletes both.
      runs: ['list', 'list', 'write', 'list', 'list', 'write', 'write'],
      left: 'table inet see\n',
      found: [
        ...['tcp 10.9.0.1 80 -> 1000', 'tcp 10.9.0.1 81 -> ', 'tcp 10.9.0.12 81 -> 1000'],
        ...['tcp 10.9.0.2 4000 -> 1000', 'tcp 10.9.0.2 82 -> 1001'],
        ...['udp 10.9.0.1 80 -> 1002', 'udp 10.9.0.2 82 -> 1002'],
        ...['tcp fd09::1 80 -> 1000', 'tcp fd09::1f 81 -> 1000', 'udp fd09::1 80 -> 1002', 'udp fd09::1 81 -> '],
      ],
    });
  });
});
