// The words of the log: one file and one story for vipward and for real keepalived, each on a network of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import {
  type AdvertV2,
  type AdvertV3,
  type ChecksumFlavour,
  encodeHeaders,
  encodeV2,
  encodeV3,
  passwordBytes,
  VRRP_GROUP,
} from '../../src/index.ts';
import { ip } from '../advert/golden.ts';

const instance = (vrid: number, more: string): string => `vrrp_instance VI_${vrid} {
  interface eth0
  virtual_router_id ${vrid}
  advert_int 1
  virtual_ipaddress {
    10.78.0.${100 + vrid}
  }
  ${more}
}
`;
const file = [
  instance(2, 'track_interface {\n eth1 weight -20\n }\n virtual_ipaddress_excluded {\n 10.78.0.99\n }'),
  instance(3, 'version 3\n preempt_delay 30'),
  instance(4, 'authentication {\n auth_type PASS\n auth_pass secret\n }'),
  instance(5, 'authentication {\n auth_type AH\n auth_pass secret\n }'),
  instance(6, 'version 3\n unicast_src_ip 10.78.0.1\n unicast_peer {\n 10.78.0.9\n }'),
  // An address owner.
  instance(7, 'priority 255\n track_interface {\n eth1\n }'),
].join('');

const source = ip('10.78.0.9');
const group = { source, destination: VRRP_GROUP };
const unicast = { source, destination: ip('10.78.0.1') };

const packet = (message: Uint8Array, path = group, more: Partial<Parameters<typeof encodeHeaders>[0]> = {}): string =>
  Buffer.concat([...encodeHeaders({ ...path, id: 1, ttl: 255, ...more }, message), message]).toString('hex');

const message2 = (vrid: number, changes: Partial<AdvertV2>): Uint8Array =>
  encodeV2({
    ...{ version: 2, vrid, priority: 200, authType: 0, intervalSeconds: 1, addresses: [ip(`10.78.0.${100 + vrid}`)] },
    ...{ authData: passwordBytes(''), ...changes },
  });
const message3 = (vrid: number, changes: Partial<AdvertV3>, path = group, flavour: ChecksumFlavour = 'pseudo-header') =>
  encodeV3(
    { version: 3, vrid, priority: 200, intervalCentis: 100, addresses: [ip(`10.78.0.${100 + vrid}`)], ...changes },
    path,
    flavour,
  );
const v2 = (vrid: number, changes: Partial<AdvertV2> = {}): string => packet(message2(vrid, changes));
const v3 = (changes: Partial<AdvertV3> = {}, flavour?: ChecksumFlavour): string =>
  packet(message3(3, changes, group, flavour));
const pass = (changes: Partial<AdvertV2> = {}): string =>
  v2(4, { authType: 1, authData: passwordBytes('secret'), ...changes });
const ah = (sequence: number, priority: number, password = 'secret'): string =>
  packet(message2(5, { authType: 2, priority }), group, { ah: { key: passwordBytes(password), sequence } });
const toPeer = (flavour: ChecksumFlavour): string => packet(message3(6, {}, unicast, flavour), unicast);

/** To masters, of whom two become backups, hear what is wrong, and are told that their master ends. */
const failBack: readonly string[] = [
  ...[v2(2), v3()],
  ...[v2(2, { intervalSeconds: 2 }), v2(2, { authType: 1 }), packet(message2(2, {}), group, { ttl: 254 })],
  ...[v2(2, { addresses: [] }), v2(2, { addresses: [ip('10.78.0.100')] }), packet(message3(2, {}))],
  ...[packet(message2(2, {}).fill(9, 6, 8)), v2(2).slice(0, -2)],
  ...[v3({ addresses: [] }), v3({}, 'no-pseudo-header'), packet(message2(3, {}))],
  ...[v3({ priority: 50 }), v3({ priority: 110 }), v3({ intervalCentis: 50 })],
  ...[v2(2, { priority: 0 }), v3({ priority: 0, intervalCentis: 50 })],
];
/** To masters, who stay masters. */
const defended: readonly string[] = [2, 7].flatMap((vrid) => [v2(vrid, { priority: 90 }), v2(vrid, { priority: 0 })]);
/** To masters, who all become backups but for VI_3. */
const failOver: readonly string[] = [
  ...[v2(2, { priority: 100 }), pass({ authType: 0 }), pass({ authData: passwordBytes('other') }), pass()],
  ...[ah(500, 90), ah(5, 200), ah(600, 200, 'other'), ah(700, 200), ah(700, 200)],
  ...[toPeer('no-pseudo-header'), toPeer('old-unicast')],
];

/** What is said of each instance from its beginning on, without what vipward adds. */
const saidOf = (log: string, name: string): readonly string[] => {
  const said = log.split('\n').flatMap((line) => {
    const at = line.indexOf(`(${name}) `);
    if (at < 0 || /Sending|fault: |is used by|send advert to/.test(line)) return [];
    return line
      .slice(at)
      .replace(/, (from|as) 10\.78\.0\.9( has it)?$/, '')
      .replace(/: the sender .*/, '')
      .replace(/Local\(\d+\)/, 'Local(N)');
  });
  const begins = said.findIndex((line) => /Entering BACKUP STATE \(init\)|Receive advertisement timeout/.test(line));
  return said.slice(begins);
};

describeWith(needs('root', 'netns', 'keepalived'), 'vipward and keepalived', () => {
  test('say the same of a start, fail-over, fail-back, faults, priorities and adverts that are wrong', async () => {
    const mac = '02:00:00:00:00:01';
    const director = (network: string) => ({
      links: { eth0: { network, addresses: ['10.78.0.1/24'], mac }, eth1: { network, addresses: ['10.79.0.1/24'] } },
    });
    const addresses = ['10.78.0.9/24'];
    await using net = await topology({
      prefix: 'vr',
      hosts: {
        vipward: director('one'),
        keepalived: director('two'),
        outsider: { links: { eth0: { network: 'one', addresses }, eth1: { network: 'two', addresses } } },
      },
    });
    // What waits for an answer to ARP would come at any time.
    for (const link of ['eth0', 'eth1']) await net.hosts.outsider.ip(`neigh add 10.78.0.1 lladdr ${mac} dev ${link}`);
    const hosts = [net.hosts.vipward, net.hosts.keepalived];
    const folder = mkdtempSync(join(tmpdir(), 'vipward-words-'));
    try {
      const config = join(folder, 'words.conf');
      writeFileSync(config, file);
      const script = (name: string): string => join(import.meta.dirname, name);
      const outsider = net.hosts.outsider.spawn(process.execPath, [script('outsider.ts'), 'eth0', 'eth1']);
      await outsider.waitFor('ready');
      const ours = net.hosts.vipward.spawn(process.execPath, ['--no-warnings', script('configured.ts'), config]);
      const pids = ['-p', join(folder, 'parent'), '-r', join(folder, 'vrrp')];
      const theirs = net.hosts.keepalived.spawn('keepalived', ['-nlDP', '-f', config, ...pids]);
      const programs = [ours, theirs];
      /** Does it, and waits until both have said all of this since. */
      const until = async (lines: readonly string[], act: () => unknown = () => undefined): Promise<void> => {
        const from = programs.map((program) => program.log().length);
        await act();
        for (const [i, program] of programs.entries())
          for (const line of lines) await program.waitFor(line, { from: from[i] ?? 0, timeout: 30_000 });
      };
      const send = (packets: readonly string[]) => () => packets.forEach(outsider.write);
      const each = (words: string) => () => Promise.all(hosts.map((host) => host.ip(words)));

      await until([2, 3, 4, 5, 6, 7].map((vrid) => `(VI_${vrid}) Entering MASTER STATE`));
      await until(['(VI_2) Entering MASTER STATE', '(VI_3) Entering MASTER STATE'], send(failBack));
      await until(
        [2, 7].map((vrid) => `(VI_${vrid}) Master received priority 0 message`),
        send(defended),
      );
      const owner = programs.map((program) => saidOf(program.log(), 'VI_7'));
      await until(
        ['(VI_2) Changing effective priority from 100 to 80', '(VI_7) removing VIPs.'],
        each('link set eth1 down'),
      );
      // Back from a fault an owner is master at once here, and backup first with keepalived: what is said from then on differs.
      const faults = programs.map((program) => saidOf(program.log(), 'VI_7'));
      await until(['(VI_2) Changing effective priority from 80 to 100'], each('link set eth1 up'));
      await until(
        ['(VI_2) removing E-VIPs.', ...[4, 5, 6].map((vrid) => `(VI_${vrid}) removing VIPs.`)],
        send(failOver),
      );
      await until(
        [2, 3, 4, 5, 6].map((vrid) => `(VI_${vrid}) Entering FAULT STATE`),
        each('link set eth0 down'),
      );
      await until(
        [2, 3, 4, 5, 6].map((vrid) => `(VI_${vrid}) Entering BACKUP STATE`),
        each('link set eth0 up'),
      );
      const logs = programs.map((program) => program.log());
      await Promise.all(programs.map((program) => program.stop()));

      for (const [our = [], their = []] of [owner, faults]) {
        expect(our).toEqual(their);
        expect(our.length).toBeGreaterThan(4);
      }
      for (const name of ['VI_2', 'VI_3', 'VI_4', 'VI_5', 'VI_6']) {
        const [our = [], their = []] = logs.map((log) => saidOf(log, name));
        expect(our).toEqual(their);
        expect(our.length).toBeGreaterThan(6);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 180_000);
});
