// What operators see of the processes: names, priorities, what signals write, and the scripts around the life of the daemon.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, pidIn, startDirector, until } from './lib/director.ts';
import type { Program } from './lib/program.ts';

jest.setTimeout(120_000);

const configIn = (folder: string): string => `global_defs {
  router_id R1
  script_user root
  process_names
  vrrp_priority -5
  vrrp_rt_priority 7
  vrrp_cpu_affinity 0
  vrrp_rlimit_rttime 50000
  disable_local_igmp
  umask 0027
  startup_script "${folder}/script startup"
  shutdown_script "${folder}/script shutdown"
}
vrrp_script good {
  script "${folder}/script tracked"
  interval 1
}
vrrp_sync_group G {
  group {
    A
    B
  }
  notify_master "${folder}/script group"
}
vrrp_instance A {
  state BACKUP
  interface eth0
  virtual_router_id 5
  priority 150
  advert_int 1
  track_script {
    good
  }
  virtual_ipaddress {
    10.77.0.50/24
  }
  virtual_ipaddress_excluded {
    10.77.9.9/32
  }
  notify "${folder}/script notify"
}
vrrp_instance B {
  version 3
  state BACKUP
  interface eth0
  virtual_router_id 6
  priority 100
  advert_int 0.5
  preempt_delay 3
  garp_master_delay 2
  unicast_src_ip 10.77.0.1
  unicast_peer {
    10.77.0.2
    10.77.0.3
  }
  virtual_ipaddress {
    10.77.1.9/24 label eth0:x
  }
}
`;

/** What the kernel shows of a process. */
const standingOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim(),
    // Nice value, realtime priority and policy: proc_pid_stat(5).
    scheduling: [fields[16], fields[37], fields[38]],
    cpus: /Cpus_allowed_list:\s+(.*)/.exec(status)?.[1],
    softLimit: /^Max realtime timeout +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1],
  };
};

/** The lines of a dump that are neither moments nor numbers of descriptors, without what only keepalived has or shows. */
const comparable = (data: string): readonly string[] => {
  const left = /Last transition|Read timeout|fd_in|config faults|Unicast TTL|Check unicast|Unicast checksum/;
  const lines = data.split('\n');
  const from = lines.findIndex((line) => line.startsWith('------< VRRP Topology'));
  const to = lines.findIndex((line, i) => i > from && line.startsWith('------<'));
  return lines
    .slice(from, to)
    .filter((line) => !left.test(line))
    .map((line) => line.replace(/, uid:gid .*| min_ttl .*/, ''));
};

interface Seen {
  readonly worker: ReturnType<typeof standingOf>;
  readonly data: readonly string[];
  readonly modes: readonly string[];
  readonly statistics: string;
  readonly json: readonly unknown[];
  readonly scripts: readonly string[];
  readonly localIgmp: string;
}

describeWith(needs('root', 'netns', 'keepalived'), 'processes beside keepalived', () => {
  let net: Topology<'a'>;
  let folder: string;
  let director: Director | undefined;

  beforeEach(async () => {
    net = await topology({ prefix: 'ps', hosts: { a: ['10.77.0.1/24'] } });
    folder = mkdtempSync(join(tmpdir(), 'processes-'));
    const content = `#!/bin/sh\necho "$1 $(cut -d' ' -f19,40,41 /proc/$$/stat) $(umask)" >> ${join(folder, 'scripts')}\n`;
    writeFileSync(join(folder, 'script'), content, { mode: 0o755 });
  });
  afterEach(async () => {
    await director?.killAll();
    await net.delete();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string): string => join(folder, name);
  const written = async (name: string): Promise<string> => {
    await until(`${name} is written`, () => existsSync(file(name)) && readFileSync(file(name), 'utf8').endsWith('\n'));
    return readFileSync(file(name), 'utf8');
  };
  const signal = (pid: number, name: string): void => void execFileSync('kill', [`-${name}`, String(pid)]);

  const story = async (program: Program): Promise<Seen> => {
    director = startDirector({
      host: net.hosts.a,
      program,
      config: configIn(folder),
      flags: ['-P'],
      env: { TMPDIR: folder },
    });
    await director.waitFor('(B) Entering MASTER STATE');
    const parent = pidIn(director, 'main.pid');
    const seen = director;
    await until('the worker is realtime', () => standingOf(pidIn(seen, 'vrrp.pid')).scheduling[1] === '7');
    const worker = standingOf(pidIn(director, 'vrrp.pid'));
    signal(parent, 'USR1');
    const data = comparable(await written('keepalived.data'));
    await written('keepalived_parent.data');
    signal(parent, 'USR2');
    const statistics = (await written('keepalived.stats')).replace(/Sent: [1-9]\d*/g, 'Sent: SOME');
    signal(parent, '36');
    await until('the JSON is written', () => existsSync(file('keepalived.json')));
    const json: readonly { readonly data: object }[] = JSON.parse(readFileSync(file('keepalived.json'), 'utf8'));
    const mode = (name: string): string => (statSync(file(name)).mode & 0o777).toString(8);
    const modes = ['keepalived.data', 'keepalived_parent.data', 'keepalived.stats', 'keepalived.json'].map(mode);
    const localIgmp = await net.hosts.a.exec('cat', ['/proc/sys/net/ipv4/igmp_link_local_mcast_reports']);
    await director.terminate();
    return {
      worker,
      data,
      modes,
      statistics,
      json: json.map((one) => ({
        ...one,
        data: { ...one.data, last_transition: 0 },
        stats: { ...('stats' in one && typeof one.stats === 'object' ? one.stats : {}), advert_sent: 0 },
      })),
      scripts: [...new Set(readFileSync(file('scripts'), 'utf8').trim().split('\n'))],
      localIgmp: String(localIgmp),
    };
  };

  test('the same file gives the same names, priorities, dumps and scripts', async () => {
    const theirs = await story('keepalived');
    for (const name of ['data', 'stats', 'json']) rmSync(file(`keepalived.${name}`));
    rmSync(file('keepalived_parent.data'));
    rmSync(file('scripts'));
    const ours = await story('vipward');
    expect(ours).toEqual(theirs);
    expect(ours.worker).toMatchObject({ name: 'keepalived_vrrp', cpus: '0', softLimit: '25000' });
    expect(ours.scripts[0]).toBe('startup 0 0 0 0027');
    expect(ours.scripts.at(-1)).toBe('shutdown 0 0 0 0027');
  });
});

describeWith(needs('root', 'netns', 'keepalived'), 'reloads beside keepalived', () => {
  const instance = (name: string): string =>
    `vrrp_instance ${name} {\n  interface eth0\n  virtual_router_id 9\n  virtual_ipaddress {\n    10.77.0.60/24\n  }\n}\n`;
  const configIn = (folder: string, name: string): string =>
    `global_defs {\n  reload_time_file ${folder}/when\n  reload_check_config ${folder}/findings\n  reload_file ${folder}/reading\n}\n${instance(name)}`;

  test.concurrent.each<Program>(['keepalived', 'vipward'])(
    '%s reloads at the time in a file, and never what -t refuses',
    async (program) => {
      await using net = await topology({ prefix: 'rl', hosts: { a: ['10.77.0.1/24'] } });
      const folder = net.hosts.a.folder('reloads-');
      const config = (name: string): string => configIn(folder, name);
      const director = startDirector({ host: net.hosts.a, program, config: config('A'), flags: ['-P'] });
      await director.waitFor('(A) Entering BACKUP STATE');
      const when = join(folder, 'when');
      // A second of which no more than a moment is left could be over before it is read.
      const soon = new Date(Date.now() + 4000).toISOString().slice(11, 19);
      writeFileSync(when, `${soon}Z\n`);
      await director.waitFor('Scheduling reload for');
      writeFileSync(join(director.folder, 'keepalived.conf'), config('B'));
      await director.waitFor('Reloading ...');
      await director.waitFor(/\(B\) /);
      expect([existsSync(when), existsSync(join(folder, 'reading'))]).toEqual([false, false]);
      director.reload(`${config('C')}bogus_keyword\n`);
      await director.waitFor(`New config failed validation, see ${folder}/findings for details`);
      expect(readFileSync(join(folder, 'findings'), 'utf8')).toMatch(/nknown keyword ['"]bogus_keyword/);
      expect(director.log()).not.toContain('(C) ');
      expect(await director.terminate()).toBe(0);
    },
  );
});
