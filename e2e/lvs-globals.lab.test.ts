// What global definitions want of IPVS beside the table: the same from vipward and from keepalived, step by step.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Netns, type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, startDirector } from './lib/director.ts';
import { ipvsadm, type Program } from './lib/program.ts';

jest.setTimeout(240_000);

const globals = (lines: string): string => `global_defs {\n  router_id R1\n  ${lines}\n}\n`;

const instance = `vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.79.0.50/24
  }
}
`;

const server = (more = ''): string => `virtual_server 10.79.0.50 80 {
  delay_loop 1
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  ${more}
  real_server 10.79.0.2 80 {
    MISC_CHECK {
      misc_path /usr/bin/true
    }
  }
}
`;

describeWith(needs('lab', 'ipvs', 'ipvsadm', 'keepalived'), 'IPVS beside its table', () => {
  // Each program has a wire of its own: on one they would elect a master between them.
  let nets: Readonly<Record<Program, Topology<'a'>>>;
  const folder = mkdtempSync(`${tmpdir()}/globals-`);

  beforeAll(async () => {
    const alone = (prefix: string) => topology({ prefix, hosts: { a: ['10.79.0.1/24'] } });
    nets = { keepalived: await alone('lk'), vipward: await alone('lv') };
  });
  afterAll(async () => {
    await nets.keepalived.delete();
    await nets.vipward.delete();
    rmSync(folder, { recursive: true, force: true });
  });

  const shown = async (host: Netns): Promise<string> => {
    const parts = await Promise.all(
      ['-L --daemon', '-L --timeout', '-Sn'].map((words) => host.exec(ipvsadm, words.split(' '))),
    );
    return parts.map((part) => part.trim().split('\n').sort().join('\n')).join('\n');
  };
  /** What ipvsadm shows once it has not changed for a while. */
  const settled = async (host: Netns): Promise<string> => {
    let last = await shown(host);
    for (let since = performance.now(); performance.now() - since < 1000; await sleep(200)) {
      const now = await shown(host);
      if (now !== last) [last, since] = [now, performance.now()];
    }
    return last;
  };
  const foreign = async (host: Netns): Promise<void> => {
    await host.exec(ipvsadm, ['-C']);
    await host.exec(ipvsadm, ['-A', '-t', '9.9.9.9:99', '-s', 'rr']);
  };
  type Step = (director: Director) => Promise<unknown> | unknown;
  const begin = async (program: Program, config: string, flags: readonly string[]): Promise<Director> => {
    const { a: host } = nets[program].hosts;
    await foreign(host);
    const director = startDirector({ host, program, config, flags });
    await director.waitFor(/Gained quorum|Entering BACKUP/, 60_000);
    return director;
  };
  /** What both show once neither changes; on a slow machine one may have begun later. */
  const compared = async (): Promise<readonly [ours: string, theirs: string]> => {
    for (const since = performance.now(); ; ) {
      const [ours, theirs] = await Promise.all([settled(nets.vipward.hosts.a), settled(nets.keepalived.hosts.a)]);
      if (ours === theirs || performance.now() - since > 30_000) return [ours, theirs];
    }
  };
  const both = async (config: string, flags: readonly string[] = [], steps: readonly Step[] = []) => {
    const directors = await Promise.all((['vipward', 'keepalived'] as const).map((who) => begin(who, config, flags)));
    const seen = [await compared()];
    for (const step of steps) {
      await Promise.all(directors.map(async (director) => step(director)));
      seen.push(await compared());
    }
    await Promise.all(directors.map((director) => director.terminate()));
    seen.push(await compared());
    return { ours: seen.map(([ours]) => ours), theirs: seen.map(([, theirs]) => theirs) };
  };

  describe('timeouts', () => {
    test('are set, changed by a reload, and put back at the end', async () => {
      const { ours, theirs } = await both(
        globals('lvs_timeouts tcp 100 udp 33') + server(),
        ['-C'],
        [
          (director) => director.reload(globals('lvs_timeouts tcp 200') + server()),
          (director) => director.reload(globals('') + server()),
          (director) => director.reload(globals('lvs_timeouts tcpfin 50') + server()),
        ],
      );
      expect(ours).toEqual(theirs);
      expect(ours[0]).toContain('100 120 33');
    });
  });

  describe('foreign entries', () => {
    test.each([
      ['stay', '', []],
      ['go at the start with lvs_flush', 'lvs_flush', []],
      ['go at the end with lvs_flush_on_stop', 'lvs_flush_on_stop', []],
      ['stay with lvs_flush_on_stop VS', 'lvs_flush_on_stop VS', []],
      ['stay with -I, which keeps all', 'lvs_flush_on_stop', ['-I']],
    ])('%s', async (_, lines, flags) => {
      const { ours, theirs } = await both(globals(lines) + server(), ['-C', ...flags]);
      expect(ours).toEqual(theirs);
    });
  });

  describe('sync daemons', () => {
    test('without an instance are both there, with all that is written', async () => {
      const { ours, theirs } = await both(
        globals('lvs_sync_daemon eth0 id 7 maxlen 1000 port 9000 ttl 3 group 224.0.0.99') + server(),
        ['-C'],
      );
      expect(ours).toEqual(theirs);
      expect(ours[0]).toContain('master sync daemon (mcast=eth0, syncid=7');
    });

    test('with an instance follow its state', async () => {
      const config = globals('lvs_sync_daemon eth0 VI_1') + instance + server();
      const link =
        (state: string, said: RegExp): Step =>
        async (director) => {
          await director.host.ip(`link set eth0 ${state}`);
          await director.waitFor(said, 60_000);
        };
      const master: Step = (director) => director.waitFor('Entering MASTER', 60_000);
      const down = link('down', /Entering FAULT/);
      const up = link('up', /Entering MASTER[\s\S]*Entering MASTER/);
      const { ours, theirs } = await both(config, [], [master, down, up]);
      expect(ours.map(daemons)).toEqual(theirs.map(daemons));
      expect(ours.map(daemons).slice(1)).toEqual([['master'], ['backup'], ['master'], []]);
    });

    test('of an instance do not run without the vrrp worker', async () => {
      const config = globals('lvs_sync_daemon eth0 VI_1') + instance + server();
      const { ours, theirs } = await both(config, ['-C']);
      expect(ours).toEqual(theirs);
    });
  });

  test('with ha_suspend nothing is checked until the address is there, and the log says so', async () => {
    const said = async (program: Program): Promise<readonly string[]> => {
      const { a: host } = nets[program].hosts;
      await foreign(host);
      const config = globals('') + server('ha_suspend');
      const director = startDirector({ host, program, config, flags: ['-C'] });
      await director.waitFor('Deactivating');
      await sleep(3000);
      await host.ip('addr add 10.79.0.50/32 dev eth0');
      await director.waitFor('succeeded');
      await host.ip('addr del 10.79.0.50/32 dev eth0');
      await director.waitFor('Suspending');
      await director.terminate();
      return director
        .log()
        .split('\n')
        .filter((line) => /healthchecker for|succeeded/.test(line))
        .map((line) => line.replace(/^.*?: /, ''));
    };
    const [ours, theirs] = await Promise.all([said('vipward'), said('keepalived')]);
    expect(ours).toEqual(theirs);
  });
});

const daemons = (text: string): readonly string[] =>
  ['master', 'backup'].filter((kind) => text.includes(`${kind} sync daemon (mcast=eth0, syncid=51,`));
