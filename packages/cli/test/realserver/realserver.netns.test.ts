// `vipward realserver` on the real kernel: a real server and a client in namespaces of their own, joined by a veth pair.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const vip = '192.168.33.188';
const [server, client] = ['cli-rs-server', 'cli-rs-client'];

const ip = (...words: string[]): string => execFileSync('ip', words, { encoding: 'utf8' });
const run = (words: readonly string[], before: readonly string[] = []) => {
  const argv = [
    'netns',
    'exec',
    server,
    ...before,
    process.execPath,
    '--no-warnings',
    main,
    'vipward',
    'realserver',
    ...words,
  ];
  const { status, stdout, stderr } = spawnSync('ip', argv, { encoding: 'utf8' });
  return { status, stdout, stderr };
};
const setting = (name: string): string =>
  execFileSync('ip', ['netns', 'exec', server, 'cat', `/proc/sys/net/ipv4/conf/${name}`], { encoding: 'utf8' }).trim();
const settings = (): readonly string[] =>
  ['all/arp_ignore', 'all/arp_announce', 'lo/arp_ignore', 'lo/arp_announce'].map(setting);
const onLo = (): string => ip('-n', server, '-o', 'address', 'show', 'dev', 'lo');
const record = (): string => `/run/vipward/realserver-${statSync(`/run/netns/${server}`).ino}.json`;

const clean = (): void => {
  for (const name of [server, client]) if (existsSync(`/run/netns/${name}`)) ip('netns', 'del', name);
};

beforeEach(() => {
  clean();
  ip('netns', 'add', server);
  ip('netns', 'add', client);
  ip('-n', server, 'link', 'set', 'lo', 'up');
  // A new namespace takes IPv4 settings over from the first one, whatever they are there.
  const zero =
    'for s in all/arp_ignore all/arp_announce lo/arp_ignore lo/arp_announce; do echo 0 > /proc/sys/net/ipv4/conf/$s; done';
  ip('netns', 'exec', server, 'sh', '-c', zero);
  ip('-n', server, 'link', 'add', 'rs0', 'type', 'veth', 'peer', 'name', 'cl0', 'netns', client);
  ip('-n', server, 'address', 'add', '10.0.0.2/24', 'dev', 'rs0');
  ip('-n', client, 'address', 'add', '10.0.0.1/24', 'dev', 'cl0');
  ip('-n', server, 'link', 'set', 'rs0', 'up');
  ip('-n', client, 'link', 'set', 'cl0', 'up');
  ip('-n', client, 'route', 'add', vip, 'dev', 'cl0');
});
afterEach(clean);

/** What the client's ARP request for the VIP comes to: answered or failed. */
const arp = async (): Promise<'answered' | 'failed'> => {
  spawnSync('ip', ['-n', client, 'neighbour', 'flush', 'dev', 'cl0']);
  spawnSync('ip', ['netns', 'exec', client, 'bash', '-c', `echo x > /dev/udp/${vip}/9`]);
  for (;;) {
    const state = ip('-n', client, 'neighbour', 'show', vip);
    if (state.includes('lladdr')) return 'answered';
    if (state.includes('FAILED')) return 'failed';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe('a real server', () => {
  test('with the VIP by hand answers ARP for it; after up it is quiet; after down all is as before', async () => {
    ip('-n', server, 'address', 'add', `${vip}/32`, 'dev', 'lo');
    expect(await arp()).toBe('answered');
    ip('-n', server, 'address', 'del', `${vip}/32`, 'dev', 'lo');

    expect(run(['up', vip, '2001:db8::1'])).toMatchObject({ status: 0, stderr: '' });
    expect(settings()).toEqual(['1', '2', '1', '2']);
    expect(onLo()).toContain(`inet ${vip}/32 scope global lo`);
    expect(onLo()).toContain('inet6 2001:db8::1/128 scope global nodad');
    expect(await arp()).toBe('failed');

    expect(run(['up', vip, '2001:db8::1'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('nothing to change\n'),
    });
    expect(run(['status'])).toMatchObject({ status: 0 });

    expect(run(['down', vip, '2001:db8::1'])).toMatchObject({ status: 0, stderr: '' });
    expect(settings()).toEqual(['0', '0', '0', '0']);
    expect(onLo()).not.toContain(vip);
    expect(existsSync(record())).toBe(false);
    expect(run(['status'])).toMatchObject({ status: 1 });
  }, 60_000);

  test('names the interface that has the VIP already', () => {
    expect(run(['up', '192.168.33.1', '10.0.0.2'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'vipward realserver: 10.0.0.2 is already an address of rs0: remove it there first [REALSERVER_ADDRESS_IN_USE]\n',
    });
    expect([settings(), onLo().includes('192.168.33.1')]).toEqual([['0', '0', '0', '0'], false]);
  }, 60_000);

  test('without privileges is left as it was, with one line', () => {
    const nobody = ['setpriv', '--reuid', '65534', '--clear-groups'];
    const { status, stdout, stderr } = run(['up', vip], nobody);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^vipward realserver: cannot .*: EACCES \(run it as root\); nothing was changed \[REALSERVER_NO_PRIVILEGE\]\n$/,
    );
    expect(settings()).toEqual(['0', '0', '0', '0']);
  }, 60_000);

  test('with rights to the files but not to the network takes the settings back', () => {
    const { status, stderr } = run(
      ['up', vip],
      ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin'],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/: E(PERM|ACCES) \(run it as root\); nothing was changed \[REALSERVER_NO_PRIVILEGE\]\n$/);
    expect([settings(), onLo().includes(vip), existsSync(record())]).toEqual([['0', '0', '0', '0'], false, false]);
  }, 60_000);

  test('with lo down is refused', () => {
    ip('-n', server, 'link', 'set', 'lo', 'down');
    expect(run(['up', vip])).toMatchObject({ status: 1, stderr: expect.stringContaining('[REALSERVER_LO_DOWN]') });
  }, 60_000);
});
