// Links, addresses, neighbours and their events in a network namespace of the test's own.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { describeWith, needs } from '@vipward/testkit/jest';

const packageRoot = new URL('../..', import.meta.url).pathname;

/** Runs a script in a fresh namespace (it ends with the process) after `setUp` in a shell; returns what it prints as JSON. */
const inNamespace = (setUp: string, script: string): unknown => {
  const preamble = `
    const { execSync } = await import('node:child_process');
    const { setTimeout: sleep } = await import('node:timers/promises');
    const { formatIp, parseIp } = await import('@vipward/config/address');
    const { openRouteKernel } = await import('./src/index.ts');
    const sh = (command) => execSync(command, { encoding: 'utf8' });
    const until = async (condition) => { for (let i = 0; i < 3000 && !condition(); i++) await sleep(10); };
    const kernel = openRouteKernel();
    const print = (value) => console.log(JSON.stringify(value));
    const refusal = (error) => [error.code, error.errnoName, error.kernelMessage];
    const links = await kernel.links();
    const indexOf = (name) => links.find((link) => link.name === name).index;
    const onLink = async (name) => (await kernel.addresses()).filter(({ ifIndex }) => ifIndex === indexOf(name));
  `;
  const code = `${preamble}\n${script}\nkernel.close();`;
  const shell = `set -e; export PATH="$PATH:/usr/sbin:/sbin"; ${setUp}\nexec "$NODE" --no-warnings --input-type=module -e "$CODE"`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', 'sh', '-c', shell], {
    cwd: packageRoot,
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, CODE: code },
  });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return JSON.parse(stdout);
};

const veth = `
  ip link set lo up
  ip link add nl-a address 02:00:00:00:00:0a mtu 1400 type veth peer name nl-b
  echo 0 >/proc/sys/net/ipv6/conf/nl-a/accept_dad
  ip link set nl-a up; ip link set nl-b up;`;

describeWith(needs('root', 'netns', 'program:ip', 'link:veth'), 'links and addresses of the real kernel', () => {
  test('links are read with name, state, address, MTU and kind', () => {
    const said = inNamespace(
      `${veth} ip link add nl-br type bridge; ip link set nl-b master nl-br`,
      `await until(() => sh('cat /proc/net/dev').includes('nl-a'));
     const wanted = ['lo', 'nl-a', 'nl-br'];
     print((await kernel.links()).filter(({ name }) => wanted.includes(name)).map(({ index, mac, ...link }) =>
       ({ ...link, mac: Buffer.from(mac).toString('hex'), index: index > 0 })));`,
    );
    expect(said).toEqual([
      expect.objectContaining({ name: 'lo', loopback: true, up: true, kind: '', mtu: 65536, index: true }),
      expect.objectContaining({
        ...{ name: 'nl-a', loopback: false, up: true, running: true, multicast: true, noArp: false },
        ...{ kind: 'veth', mtu: 1400, mac: '02000000000a', index: true },
      }),
      expect.objectContaining({ name: 'nl-br', up: false, running: false, kind: 'bridge' }),
    ]);
  });

  test('addresses are added with label, scope and origin, listed, refused twice, and deleted', () => {
    const said = inNamespace(
      veth,
      `const ifIndex = indexOf('nl-a');
     const four = { ifIndex, address: parseIp('10.7.0.1'), prefixLength: 24, label: 'nl-a:vip', scope: 253, protocol: 18 };
     const six = { ifIndex, address: parseIp('2001:db8::7'), prefixLength: 128, noDad: true, protocol: 18 };
     await kernel.addAddress(four);
     await kernel.addAddress(six);
     const shown = (await onLink('nl-a')).filter(({ scope, address }) => scope !== 253 || address.family === 4)
       .map(({ address, prefixLength, scope, label, protocol, flags }) =>
         [formatIp(address), prefixLength, scope, label ?? null, protocol, (flags & 0x80) !== 0]);
     const ip = sh('ip -d addr show dev nl-a');
     const twice = [await kernel.addAddress(four).catch(refusal), await kernel.addAddress(six).catch(refusal)];
     await kernel.deleteAddress(four);
     await kernel.deleteAddress(six);
     const gone = [await kernel.deleteAddress(four).catch(refusal), await kernel.deleteAddress(six).catch(refusal)];
     const left = (await onLink('nl-a')).filter(({ protocol }) => protocol === 18).length;
     print({ shown, twice, gone, left, label: ip.includes('nl-a:vip'), nodad: /2001:db8::7.*nodad/.test(ip) });`,
    );
    expect(said).toMatchObject({
      shown: [
        ['10.7.0.1', 24, 253, 'nl-a:vip', 18, true],
        ['2001:db8::7', 128, 0, null, 18, true],
      ],
      left: 0,
      label: true,
      nodad: true,
    });
    const { twice, gone } = said as { twice: string[][]; gone: string[][] };
    expect(twice.map(([code, errno]) => [code, errno])).toEqual(Array(2).fill(['NETLINK_REFUSED', 'EEXIST']));
    expect(gone.map(([code, errno]) => [code, errno])).toEqual(Array(2).fill(['NETLINK_REFUSED', 'EADDRNOTAVAIL']));
    // The kernel's own words come along (extended ack).
    for (const [, , words] of [...twice, ...gone]) expect(words).toMatch(/address/i);
  });

  test('an origin that an old kernel does not know would be skipped: an unknown attribute does no harm', () => {
    // IFA_PROTO came with Linux 5.18; number 99 stands for what a kernel does not know today.
    const said = inNamespace(
      veth,
      `const { Channel } = await import('./src/transport/channel.ts');
     const { openTransport } = await import('./src/transport/open.ts');
     const { ask } = await import('./src/transport/request.ts');
     const { writeAddress } = await import('./src/route/address.ts');
     const { systemClock } = await import('@vipward/sockets');
     const channel = new Channel({ protocol: 0, open: openTransport, clock: systemClock, timeout: 5000 });
     const added = { ifIndex: indexOf('nl-a'), address: parseIp('10.7.0.1'), prefixLength: 32 };
     await ask(channel, { type: 20, flags: 0x600, operation: () => 'add', payload(w) {
       writeAddress(w, added); w.u16(5); w.u16(99); w.u8(18); w.zeros(3); } }, () => undefined);
     channel.close();
     print((await onLink('nl-a')).map(({ address }) => formatIp(address)).includes('10.7.0.1'));`,
    );
    expect(said).toBe(true);
  });

  test('neighbours are read with their hardware address', () => {
    const said = inNamespace(
      `${veth} ip neigh add 10.7.0.9 lladdr 02:00:00:00:00:09 dev nl-a nud permanent`,
      `print((await kernel.neighbours()).filter(({ address }) => formatIp(address) === '10.7.0.9')
       .map(({ ifIndex, mac, state }) => [ifIndex === indexOf('nl-a'), Buffer.from(mac).toString('hex'), state]));`,
    );
    expect(said).toEqual([[true, '020000000009', 0x80]]);
  });

  test('changes of links and addresses come as events, until the watch is stopped', () => {
    const said = inNamespace(
      veth,
      `const events = [];
     const stop = kernel.watch((event) => events.push(event));
     sh('ip addr add 10.7.0.1/24 dev nl-a; ip link set nl-b down; ip addr del 10.7.0.1/24 dev nl-a; ip link del nl-a');
     await until(() => events.filter(({ kind }) => kind === 'link-removed').length === 2);
     stop();
     const seen = events.length;
     sh('ip addr add 10.7.0.2/32 dev lo');
     await sleep(100);
     const of = (kind) => events.filter((event) => event.kind === kind);
     print({
       added: of('address').some(({ address }) => formatIp(address.address) === '10.7.0.1'),
       removed: of('address-removed').some(({ address }) => formatIp(address.address) === '10.7.0.1'),
       carrierLost: of('link').some(({ link }) => link.name === 'nl-a' && link.up && !link.running),
       gone: of('link-removed').map(({ name }) => name).sort(),
       resyncs: of('resync').length,
       after: events.length - seen,
     });`,
    );
    expect(said).toEqual({
      added: true,
      removed: true,
      carrierLost: true,
      gone: ['nl-a', 'nl-b'],
      resyncs: 0,
      after: 0,
    });
  });

  test('when the kernel drops notifications a resync comes, and nothing that changes after it is missed', () => {
    const said = inNamespace(
      `${veth} echo 1 >/proc/sys/net/ipv4/conf/all/promote_secondaries`,
      `const { watchRoutes } = await import('./src/route/watch.ts');
     const { systemClock } = await import('@vipward/sockets');
     const events = [];
     const stop = watchRoutes((event) => {
       events.push(event);
       // At once: while anything is left in the queue the kernel drops what comes, and says nothing.
       if (event.kind === 'resync') sh('ip addr replace 10.9.9.9/32 dev nl-a');
     }, { clock: systemClock, receiveBuffer: 4096 });
     // execSync holds the event loop up: nobody reads the notifications meanwhile.
     const many = Array.from({ length: 500 }, (_, n) => 'addr add 10.7.' + (n >> 8) + '.' + (n & 255) + '/32 dev nl-a');
     execSync('ip -batch -', { input: many.join('\\n') });
     const last = () => events.some((event) => event.kind === 'address' && formatIp(event.address.address) === '10.9.9.9');
     await until(last);
     stop();
     print({ last: last(), lost: events.length < 500,
       listed: (await onLink('nl-a')).filter(({ address }) => address.family === 4).length });`,
    );
    expect(said).toEqual({ last: true, lost: true, listed: 501 });
  });

  test('two thousand addresses are dumped whole', () => {
    const said = inNamespace(
      veth,
      `const many = Array.from({ length: 2000 }, (_, n) => 'addr add 10.7.' + (n >> 8) + '.' + (n & 255) + '/32 dev nl-a');
     execSync('ip -batch -', { input: many.join('\\n') });
     const listed = (await onLink('nl-a')).filter(({ address }) => address.family === 4);
     print(new Set(listed.map(({ address }) => formatIp(address))).size);`,
    );
    expect(said).toBe(2000);
  });

  test('without CAP_NET_ADMIN links are readable, and a change says what is missing', () => {
    const said = inNamespace(
      veth,
      `process.setuid(65534);
     const refused = await kernel.addAddress({ ifIndex: indexOf('lo'), address: parseIp('10.7.0.1'), prefixLength: 32 })
       .catch((error) => [error.code, error.errno, error.message]);
     print([(await kernel.links()).length > 0, refused]);`,
    );
    expect(said).toEqual([
      true,
      [
        'NETLINK_REFUSED',
        1,
        expect.stringMatching(
          /^add address 10\.7\.0\.1\/32 on interface 1: EPERM: run as root, or give the process CAP_NET_ADMIN$/,
        ),
      ],
    ]);
  });
});
