// What a master owns and what is static, on the real kernel: the same file gives what keepalived gives, a restart writes
// nothing, and what someone takes away comes back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type Logged, type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { FULL } from '../owned/full.ts';

interface Lab extends AsyncDisposable {
  readonly net: Topology<'a'>;
  readonly file: string;
  write(configuration: string): void;
  ours(stateFile?: string): Promise<Logged>;
  keepalived(): Promise<Logged>;
  /** Addresses, routes and rules as ip(8) shows them. */
  shown(): Promise<string>;
  ip(words: string): Promise<string>;
  /** Waits until ip(8) shows (or no longer shows) the text. */
  until(words: string, text: string, there?: boolean): Promise<void>;
}

const lab = async (configuration: string): Promise<Lab> => {
  const net = await topology({
    prefix: 'vr',
    hosts: {
      a: {
        links: {
          eth0: { addresses: ['10.78.0.1/24', 'fd00:78::1/64'], mac: '02:00:00:00:00:0a' },
          eth1: { network: 'other', mac: '02:00:00:00:01:0a' },
        },
      },
    },
  });
  const { a } = net.hosts;
  const directory = mkdtempSync(join(tmpdir(), 'vipward-owned-'));
  const file = join(directory, 'k.conf');
  writeFileSync(file, configuration);
  return {
    net,
    file,
    write: (text) => writeFileSync(file, text),
    async ours(stateFile = '') {
      const script = join(import.meta.dirname, 'configured.ts');
      const director = a.spawn(process.execPath, ['--no-warnings', script, file, stateFile]);
      await director.waitFor(' started', { timeout: 20_000 });
      return director;
    },
    async keepalived() {
      const pid = (role: string): string => join(directory, `${role}.pid`);
      const daemon = a.spawn('keepalived', [
        ...['-n', '-l', '-D', '-P', '-f', file, '-p', pid('parent'), '-r', pid('vrrp')],
      ]);
      await daemon.waitFor('Startup complete', { timeout: 20_000 });
      return daemon;
    },
    async shown() {
      const texts = await Promise.all(
        ['addr show dev eth0', 'addr show dev eth1', '-4 -d route show table all', '-6 -d route show table all']
          .concat(['-4 -d rule', '-6 -d rule'])
          .map((words) => a.ip(words)),
      );
      return texts.map(plain).join('\n');
    },
    ip: (words) => a.ip(words),
    async until(words, text, there = true) {
      for (let i = 0; i < 500; i++) {
        if ((await a.ip(words)).includes(text) === there) return;
        await sleep(20);
      }
      throw new Error(`${text} is ${there ? 'not' : 'still'} there: ${await a.ip(words)}`);
    },
    async [Symbol.asyncDispose]() {
      await net.delete();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

// Lifetimes count down; IFA_PROTO is newer than keepalived 2.2.7.
const plain = (text: string): string =>
  text
    // Link-local addresses come when they like.
    .replace(/^ +inet6 fe80.*\n.*\n?/gm, '')
    .split('\n')
    .filter((line) => !/ proto kernel|link\/ether|link-netnsid|^\d+: eth/.test(line))
    .map((line) =>
      line
        .replace(/\d+sec/g, 'Nsec')
        .replace(/^( +inet.*) proto (keepalived|18) */, '$1 ')
        .trim(),
    )
    // What is put back stands behind what stayed.
    .sort()
    .join('\n');

describeWith(needs('root', 'netns', 'keepalived'), 'beside keepalived', () => {
  test.concurrent('the same file gives the same addresses, routes and rules, and leaves as little', async () => {
    await using one = await lab(FULL);
    const before = await one.shown();
    const theirs = await one.keepalived();
    await theirs.waitFor('Entering MASTER STATE', { timeout: 20_000 });
    await one.until('-4 rule', '10.19.0.0');
    await sleep(1000);
    const wanted = await one.shown();
    await theirs.stop();
    await one.until('-4 rule', '10.1.0.0', false);
    await one.until('addr show dev eth0', '10.79.0.9', false);
    await sleep(300);
    expect(await one.shown()).toBe(before);
    const ours = await one.ours();
    await ours.waitFor('Entering MASTER STATE', { timeout: 20_000 });
    await one.until('-4 rule', '10.19.0.0');
    await sleep(1000);
    expect(await one.shown()).toBe(wanted);
    await ours.stop();
    expect(await one.shown()).toBe(before);
  }, 60_000);
});

describeWith(needs('root', 'netns'), 'owned on the real kernel', () => {
  const master = async (one: Lab, stateFile?: string): Promise<Logged> => {
    const ours = await one.ours(stateFile);
    await ours.waitFor('Entering MASTER STATE', { timeout: 20_000 });
    await one.until('-4 rule', '10.19.0.0');
    return ours;
  };

  test.concurrent('a worker that is killed and comes back writes nothing; one that comes back to less takes the rest away', async () => {
    // A busy machine may take seconds to start a process: it must come back within three adverts.
    const configuration = FULL.replace('advert_int 0.3', 'advert_int 2');
    await using one = await lab(configuration);
    const before = await one.shown();
    const stateFile = join(one.file, '..', 'state.json');
    const first = await master(one, stateFile);
    await sleep(500);
    first.kill('SIGKILL');
    await first.ended;
    const there = await one.shown();
    const second = await one.ours(stateFile);
    await second.waitFor('resumed', { timeout: 20_000 });
    await sleep(500);
    second.write('writes');
    await second.waitFor(' writes 0\n', { timeout: 5000 });
    expect(await one.shown()).toBe(there);
    second.kill('SIGKILL');
    await second.ended;
    one.write(
      configuration
        .replace(/static_routes \{[^}]*\}/, '')
        .replace(/virtual_rules \{[^}]*\}/, '')
        .replace(' 10.79.0.10/24 brd +', ''),
    );
    const third = await one.ours(stateFile);
    await one.until('-4 route show table all', '10.88.', false);
    await one.until('-4 rule', '10.19.0.0', false);
    await one.until('-4 rule', '10.1.0.0');
    expect(await one.ip('addr show dev eth0')).not.toContain('10.79.0.10');
    await third.stop();
    expect(await one.shown()).toBe(before);
  }, 60_000);

  test.concurrent('a reload writes only what differs', async () => {
    await using one = await lab(FULL);
    const ours = await master(one);
    await sleep(300);
    ours.write('writes');
    const said = await ours.waitFor(/ writes \d+\n/, { timeout: 5000 });
    const writes = Number(/ writes (\d+)\n/.exec(said)?.[1]);
    ours.write('reload');
    await ours.waitFor(` reloaded writes ${writes}\n`, { timeout: 5000 });
    one.write(
      FULL.replace('10.99.0.0/24 via 10.78.0.9 dev eth0', '10.99.0.0/24 via 10.78.0.8 dev eth0')
        .replace('from 10.7.0.0/16 prohibit', 'from 10.7.0.0/16 blackhole')
        .replace('10.88.7.0/24', '10.88.77.0/24')
        .replace('label eth0:vip', 'label eth0:new'),
    );
    ours.write('reload');
    // Two for each of a route, a rule, a static route and a label, and one for the route that the kernel drops with its source.
    await ours.waitFor(` reloaded writes ${writes + 9}\n`, { timeout: 5000 });
    expect(await one.ip('route show 10.99.0.0/24')).toContain('10.78.0.8');
    expect(await one.ip('route show 10.88.77.0/24')).toContain('eth0');
    expect(await one.ip('route show 10.88.7.0/24')).toBe('');
    expect(await one.ip('addr show dev eth0')).toContain('eth0:new');
    expect(await one.ip('rule')).toMatch(/106:\s+from 10.7.0.0\/16 blackhole/);
    await ours.stop();
  }, 60_000);

  test.concurrent('what someone takes away is put back while master, with the name of who did it; no_track is left alone', async () => {
    await using one = await lab(FULL);
    const ours = await master(one);
    await sleep(300);
    const before = await one.shown();
    // What replaces a route comes without a word of the old one's end.
    await one.ip('route replace 10.88.13.0/24 via 10.78.0.77 proto static');
    await one.until('route show', '10.88.13.0/24 via 10.78.0.9 ');
    expect(ours.log()).toMatch(
      /\(static\) route 10\.88\.13\.0\/24 .*was replaced by .*process \d+\)?, protocol static, putting it back/,
    );
    await one.ip('route del 10.88.13.0/24 via 10.78.0.77');
    expect(await one.shown()).toBe(before);
    for (const words of [
      'route del 10.99.0.0/24',
      'rule del pref 200',
      'addr del 10.78.0.102/32 dev eth0',
      'route del 10.88.0.0/24',
      'rule del pref 101',
      'addr del 10.79.0.9/32 dev eth0',
      '-6 route del fd00:99::/64',
    ])
      await one.ip(words);
    await ours.waitFor('address 10.79.0.9/32 was removed', { timeout: 5000 });
    for (let i = 0; i < 200 && (await one.shown()) !== before; i++) await sleep(20);
    expect(await one.shown()).toBe(before);
    expect(ours.log()).toMatch(
      /\(VI_1\) route 10\.99\.0\.0\/24 via 10\.78\.0\.9 table 254 was removed by (ip \()?process \d+\)?, putting it back/,
    );
    expect(ours.log()).toMatch(
      /\(VI_1\) address 10\.78\.0\.102 was removed by (ip \()?process \d+\)?, putting it back/,
    );
    expect(ours.log()).toMatch(/\(static\) rule 101 .* was removed by (ip \()?process \d+\)?, putting it back/);
    await one.ip('route del 10.99.1.0/24');
    await ours.waitFor('10.99.1.0/24 via 10.78.0.9 table 254 was removed', { timeout: 5000 });
    await sleep(300);
    expect(await one.ip('route show 10.99.1.0/24')).toBe('');
    // Again and again: not at once any more.
    await one.ip('route del 10.99.0.0/24');
    await ours.waitFor('putting it back in 1 s', { timeout: 5000 });
    expect(await one.ip('route show 10.99.0.0/24')).toBe('');
    await one.until('route show 10.99.0.0/24', '10.78.0.9');
    expect(ours.log()).not.toContain('BACKUP STATE\n');
    await ours.stop();
  }, 60_000);

  test.concurrent('routes that the kernel drops silently with an interface come back with it', async () => {
    await using one = await lab(FULL.replaceAll('interface eth0', 'interface eth0\n dont_track_primary'));
    const ours = await master(one);
    await sleep(300);
    await one.ip('link set eth0 down');
    await one.until('-4 route show table all', '10.88.0.0', false);
    await one.ip('link set eth0 up');
    await one.until('-4 route show table all', '10.88.0.0');
    await one.until('-4 route show table all', '10.88.4.0');
    await ours.stop();
  }, 60_000);

  test.concurrent('an interface that goes and comes back, as another one, gets its addresses and routes again', async () => {
    await using one = await lab(`
static_ipaddress {
 10.79.0.9/24 dev eth1
 fd00:79::9/64 dev eth1
}
static_routes {
 10.88.0.0/24 via 10.79.0.1 dev eth1
}
${FULL.slice(FULL.indexOf('vrrp_instance')).replace('fd00:78::104/64 dev eth1', 'fd00:78::104/64 dev eth1 no_track')}`);
    const ours = await master(one);
    await sleep(300);
    const before = await one.shown();
    await one.ip('link del eth1');
    await one.until('-4 route', '10.88.0.0', false);
    await one.ip('link add eth1 type veth peer name eth9');
    await one.ip('link set eth9 up');
    await one.ip('link set eth1 up');
    await one.until('-4 route', '10.88.0.0');
    await one.until('addr show dev eth1', 'fd00:78::104');
    const after = await one.shown();
    for (const line of before.split('\n').filter((text) => /10\.(78|79|88|99)|fd00/.test(text)))
      expect(after.split('\n')).toContain(line);
    expect(ours.log()).not.toContain('FAULT');
    await ours.stop();
  }, 60_000);

  test.concurrent('an instance goes to fault with the interface of what it tracks, and not with what it does not', async () => {
    await using one = await lab(`
track_group G { group { VI_1 } }
static_routes {
 10.88.0.0/24 dev eth1 track_group G
}
vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 version 3
 advert_int 0.1
 virtual_ipaddress {
  10.78.0.100/32
 }
}
vrrp_instance VI_2 {
 interface eth0
 virtual_router_id 52
 version 3
 advert_int 0.1
 virtual_ipaddress {
  10.78.0.110/32 dev eth1
 }
}
vrrp_instance VI_3 {
 interface eth0
 virtual_router_id 53
 version 3
 advert_int 0.1
 virtual_ipaddress {
  10.78.0.120/32 dev eth1 no_track
 }
}
`);
    const ours = await one.ours();
    for (const name of ['VI_1', 'VI_2', 'VI_3'])
      await ours.waitFor(`(${name}) Entering MASTER STATE`, { timeout: 20_000 });
    await one.ip('link set eth1 down');
    for (const name of ['VI_1', 'VI_2']) await ours.waitFor(`(${name}) Entering FAULT STATE`, { timeout: 5000 });
    await one.ip('link set eth1 up');
    for (const name of ['VI_1', 'VI_2'])
      await ours.waitFor(`notify ${name} BACKUP`, { timeout: 5000, from: ours.log().indexOf('FAULT') });
    await one.until('route show 10.88.0.0/24', 'eth1');
    expect(ours.log()).not.toContain('(VI_3) Entering FAULT');
    await ours.stop();
  }, 60_000);
});
