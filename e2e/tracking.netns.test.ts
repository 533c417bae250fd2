// Files, scripts, links and processes that instances and groups track: the same pipe lines and the same log lines from
// vipward and from real keepalived, with the same file, each in a network of its own at the same time.
import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { type Netns, run, spawnLogged, type Topology, topology, tryRun } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { type Director, startDirector, until } from './lib/director.ts';
import type { Program } from './lib/program.ts';

jest.setTimeout(120_000);

interface Heard {
  readonly pipe: readonly string[];
  readonly log: readonly string[];
  /** What the script of `notify` was given. */
  readonly notified: readonly string[];
}

/** The lines of each instance in their order; which of two members is told of first depends on the moment. */
const byObject = (lines: readonly string[]): readonly string[] =>
  lines.toSorted((a, b) => nameIn(a).localeCompare(nameIn(b)));
const nameIn = (line: string): string =>
  line.startsWith('ignoring') ? line : (/V\d|G1|dyn\d|process \w+|\((gs|is)\)/.exec(line)?.[0] ?? '');

/** The configuration of a director whose files are in this folder. */
type ConfigIn = (own: string) => string;

interface Stage {
  /** Writes a file of the story. */
  write(name: string, content: string): void;
  remove(name: string): void;
  /** Waits until the pipe has said this line, after what was waited for before. */
  hears(line: string): Promise<void>;
  /** Waits until the pipe has said all of these, and leaves what was said so far out: several scripts began at once. */
  begins(...lines: readonly string[]): Promise<void>;
  /** Waits until an advert of this virtual router has this priority. */
  sends(vrid: number, priority: number): Promise<void>;
  ip(words: string): Promise<string>;
}

const hostOn = (network: string) => ({
  links: {
    eth0: { network, addresses: ['10.77.0.1/24'] },
    eth1: { network, addresses: ['10.77.1.1/24'] },
  },
});

/** Of one test: a network for each program. */
const networks = (): Promise<Topology<Program>> =>
  topology({ prefix: 'tr', hosts: { keepalived: hostOn('keepalived'), vipward: hostOn('vipward') } });

describeWith(needs('root', 'netns', 'keepalived'), 'what is tracked', () => {
  const globals = (own: string, more = ''): string => `global_defs {
  router_id R1
  enable_script_security
  script_user root
  vrrp_notify_fifo ${own}/fifo
  vrrp_notify_fifo_script ${own}/reader root
  vrrp_notify_priority_changes on
  ${more}
}
`;
  const instance = (name: string, link: string, vrid: number, more: string): string => `vrrp_instance ${name} {
  interface ${link}
  virtual_router_id ${vrid}
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.77.0.${vrid}
  }
  ${more}
}
`;

  const told = async (
    net: Topology<Program>,
    program: Program,
    configIn: ConfigIn,
    kept: RegExp,
    story: (stage: Stage) => Promise<void>,
    host: Netns = net.hosts[program],
  ): Promise<Heard> => {
    const own = net.bridges.folder(`tracking-${program}-`);
    const script = (name: string, body: string): void =>
      writeFileSync(join(own, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    script('reader', `exec cat "$1" >> ${own}/heard`);
    script('notify', `echo "$@" >> ${own}/notified`);
    for (const name of ['heard', 'notified']) writeFileSync(join(own, name), '');
    const linesOf = (name: string): string[] => readFileSync(join(own, name), 'utf8').trim().split('\n');
    const pipe = (): string[] => linesOf('heard');
    let heard = 0;
    let begun = { pipe: 0, log: 0 };
    /** What the notify script is told of the same, perhaps later than the pipe. */
    let beginnings: readonly string[] = [];
    const logLines = (): string[] => director.log().split('\n');
    const adverts = net.bridges.spawn('tcpdump', ['-i', program, '-lnn', '-v', 'proto', '112']);
    await adverts.waitFor('listening on');
    const director: Director = startDirector({ host, program, config: configIn(own), flags: ['-P'] });
    try {
      await story({
        write: (name, content) => writeFileSync(join(own, name), content),
        remove: (name) => rmSync(join(own, name)),
        hears: async (line) => {
          try {
            await until(line, () => pipe().indexOf(line, heard) >= 0, { timeout: 30_000 });
            heard = pipe().indexOf(line, heard) + 1;
          } catch (error) {
            throw new Error(`${line} was never told by ${program}:\n${pipe().join('\n')}\n${director.log()}`, {
              cause: error,
            });
          }
        },
        begins: async (...lines) => {
          await until(lines.join(), () => lines.every((line) => pipe().includes(line)));
          heard = pipe().length;
          begun = { pipe: heard, log: logLines().length };
          beginnings = lines.map((line) => line.replaceAll('"', ''));
        },
        sends: async (vrid, priority) =>
          void (await adverts.waitFor(new RegExp(`vrid ${vrid}, prio ${priority}\\b`), { timeout: 30_000 })),
        ip: (words) => host.ip(words),
      });
    } finally {
      await director.terminate();
      await director.process.stop();
      adverts.kill('SIGTERM');
    }
    await sleep(300);
    const notified = linesOf('notified');
    const from = Math.max(0, ...beginnings.map((line) => notified.indexOf(line) + 1));
    return {
      // The reader is ended together with the director, and may miss the last lines.
      pipe: byObject(
        pipe()
          .slice(begun.pipe)
          .filter((line) => !/ STOP /.test(line)),
      ),
      log: byObject(
        logLines()
          .slice(begun.log)
          .flatMap((line) => kept.exec(line)?.[0] ?? []),
      ),
      notified: notified.slice(from).filter((line) => !/ STOP /.test(line)),
    };
  };

  const compare = async (
    net: Topology<Program>,
    config: ConfigIn,
    kept: RegExp,
    story: (stage: Stage) => Promise<void>,
    host?: Netns,
  ): Promise<Heard> => {
    const tell = (program: Program): Promise<Heard> => told(net, program, config, kept, story, host);
    const [theirs, ours] =
      host === undefined
        ? await Promise.all([tell('keepalived'), tell('vipward')])
        : [await tell('keepalived'), await tell('vipward')];
    expect(ours).toEqual(theirs);
    return ours;
  };

  test.concurrent('files: numbers times weights, what is a fault, and what is no number', async () => {
    await using net = await networks();
    const config = (own: string) =>
      `${globals(own)}track_file load {\n file ${own}/load\n weight 2\n}\ntrack_file broken {\n file ${own}/broken\n weight 0\n}\n` +
      `track_file made {\n file ${own}/made\n init_file 7\n}\n` +
      instance('V1', 'eth0', 51, 'track_file {\n load\n broken\n made weight 3\n }');
    const heard = await compare(
      net,
      config,
      /\(V1\):? (Chang|Setting|Entering|tracked).*/,
      async ({ write, remove, hears }) => {
        await hears('INSTANCE "V1" MASTER 121');
        write('load', '5\n');
        await hears('INSTANCE "V1" MASTER_PRIORITY 131');
        write('load', '0x10\n');
        await hears('INSTANCE "V1" MASTER_PRIORITY 153');
        write('load', '200\n');
        await hears('INSTANCE "V1" MASTER_PRIORITY 254');
        write('load', '-40\n');
        await hears('INSTANCE "V1" MASTER_PRIORITY 41');
        write('load', '-127\n');
        await hears('INSTANCE "V1" FAULT 41');
        write('load', '3\n');
        await hears('INSTANCE "V1" BACKUP 127');
        await hears('INSTANCE "V1" MASTER 127');
        write('new', '12abc\n');
        remove('load');
        await hears('INSTANCE "V1" MASTER_PRIORITY 121');
        write('broken', '-1\n');
        await hears('INSTANCE "V1" FAULT 121');
        write('load', '4\n');
        await hears('INSTANCE "V1" BACKUP_PRIORITY 129');
        remove('broken');
        await hears('INSTANCE "V1" BACKUP 129');
      },
    );
    expect(heard.pipe[0]).toBe('INSTANCE "V1" BACKUP_PRIORITY 121');
  });

  test.concurrent('scripts: rise, fall, timeout, signals, weights and their direction, what is a fault', async () => {
    await using net = await networks();
    // keepalived 2.2.7 starts a run beside one that outlasts the interval, and takes the end of the old for that of the new.
    const flag = (own: string, name: string, more: string): string =>
      `vrrp_script ${name} {\n script "${own}/flag ${name}"\n ${more}\n}\n`;
    const config = (own: string) => {
      // The file of a script says what it does; without one it is well.
      const body = `cd ${own}; is=; test -e is-$1 && read -r is < is-$1; case "$is" in bad) exit 3;; killed) kill -9 $$;; slow) sleep 50;; esac`;
      writeFileSync(join(own, 'flag'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      writeFileSync(join(own, 'is-later'), 'bad');
      return (
        globals(own) +
        flag(own, 'plus', 'interval 1\n timeout 5\n weight 20\n rise 3\n fall 2') +
        flag(own, 'minus', 'interval 3\n timeout 2\n weight -30') +
        flag(own, 'turned', 'interval 1\n timeout 5\n weight 7 reverse') +
        flag(own, 'zero', 'interval 1\n timeout 5\n fall 2\n rise 2') +
        flag(own, 'later', 'interval 1\n timeout 5\n weight 40\n init_fail\n rise 2') +
        instance(
          'V1',
          'eth0',
          51,
          `version 3\n advert_int 0.1\n notify ${own}/notify\n track_script {\n plus\n minus\n turned\n zero\n later\n }`,
        ) +
        instance(
          'V2',
          'eth1',
          52,
          'version 3\n advert_int 0.1\n track_script {\n plus weight -9\n minus weight 200\n turned weight -200 noreverse\n later weight 5 reverse\n }',
        )
      );
    };
    await compare(
      net,
      config,
      /\(V\d\) (Chang|Entering).*|VRRP_Script.*|Script `.*/,
      async ({ write, remove, begins, hears, sends }) => {
        await begins('INSTANCE "V1" MASTER 113', 'INSTANCE "V2" MASTER 254');
        write('is-plus', 'killed');
        await sends(51, 93);
        await sends(52, 254);
        write('is-minus', 'slow');
        await sends(51, 63);
        await sends(52, 91);
        write('is-turned', 'bad');
        await sends(51, 70);
        await sends(52, 1);
        remove('is-later');
        await sends(51, 110);
        remove('is-plus');
        await sends(51, 130);
        write('is-zero', 'bad');
        await hears('INSTANCE "V1" FAULT 130');
        remove('is-minus');
        await hears('INSTANCE "V1" BACKUP_PRIORITY 160');
        await sends(52, 95);
        remove('is-zero');
        await hears('INSTANCE "V1" MASTER 160');
        remove('is-turned');
        await sends(51, 153);
      },
    );
  });

  test.concurrent('a group: which weights count, and whose faults are everybody’s', async () => {
    await using net = await networks();
    const config = (own: string) =>
      `${globals(own)}vrrp_script gs {\n script "/usr/bin/test -e ${own}/gs"\n interval 1\n weight 20\n}\n` +
      `vrrp_script is {\n script "/usr/bin/test -e ${own}/is"\n interval 1\n weight 30\n}\n` +
      `track_file gf {\n file ${own}/gf\n}\ntrack_file own {\n file ${own}/own\n}\n` +
      'vrrp_sync_group G1 {\n group {\n V1\n V2\n }\n track_script {\n gs\n }\n track_file {\n gf\n }\n}\n' +
      instance(
        'V1',
        'eth0',
        51,
        'track_script {\n is\n }\n track_file {\n own\n }\n track_interface {\n eth1 weight 8\n }',
      ) +
      instance('V2', 'eth1', 52, '');
    await compare(
      net,
      config,
      /\(V\d\):? (Chang|Setting|tracked).*|VRRP_Script.*|ignoring .*SYNC group/,
      async ({ write, remove, hears, ip }) => {
        await hears('GROUP "G1" MASTER 0');
        write('gs', '');
        await hears('INSTANCE "V2" MASTER_PRIORITY 120');
        write('is', '');
        write('gf', '9\n');
        await hears('INSTANCE "V2" MASTER_PRIORITY 129');
        write('own', '1\n');
        await hears('GROUP "G1" FAULT 0');
        remove('own');
        await hears('GROUP "G1" BACKUP 0');
        await hears('GROUP "G1" MASTER 0');
        await ip('link set eth1 down');
        await hears('GROUP "G1" FAULT 0');
        await ip('link set eth1 up');
        await hears('GROUP "G1" BACKUP 0');
      },
    );
  });

  test.concurrent('interfaces that come later, go and come again, and change their name', async () => {
    await using net = await networks();
    const config = (own: string) =>
      globals(own, 'dynamic_interfaces') +
      instance('V1', 'dyn0', 51, 'track_interface {\n dyn2 weight 7\n }') +
      instance('V2', 'eth0', 52, 'track_interface {\n dyn2\n }');
    const make = async ({ ip }: Stage, name: string, address?: string): Promise<void> => {
      await ip(`link add ${name} type veth peer name peer-${name}`);
      await ip(`link set peer-${name} up`);
      await ip(`link set ${name} up`);
      if (address !== undefined) await ip(`addr add ${address} dev ${name}`);
    };
    const kept =
      /Interface dyn\d (added|deleted)|Interface name has changed.*|Configuration specifies.*|\(V\d\) Chang.*/;
    await compare(net, config, kept, async (stage) => {
      const { hears, ip } = stage;
      const link = (words: string) => ip(`link ${words}`);
      await hears('INSTANCE "V2" FAULT 100');
      await make(stage, 'dyn2');
      await hears('INSTANCE "V2" BACKUP 100');
      await hears('INSTANCE "V2" MASTER 100');
      await make(stage, 'dyn0', '10.77.2.1/24');
      await hears('INSTANCE "V1" MASTER 107');
      await link('del dyn0');
      await hears('INSTANCE "V1" FAULT 107');
      await make(stage, 'dyn0', '10.77.2.1/24');
      await hears('INSTANCE "V1" MASTER 107');
      await link('set dyn0 down');
      await hears('INSTANCE "V1" FAULT 107');
      await link('set dyn0 name other0');
      await link('set other0 up');
      await sleep(300);
      await link('set other0 down');
      await link('set other0 name dyn0');
      await link('set dyn0 up');
      await hears('INSTANCE "V1" MASTER 107');
      await ip('addr del 10.77.2.1/24 dev dyn0');
      await hears('INSTANCE "V1" FAULT 107');
      await ip('addr add 10.77.2.1/24 dev dyn0');
      await hears('INSTANCE "V1" MASTER 107');
      await link('del dyn2');
      await hears('INSTANCE "V2" FAULT 100');
      await link('del dyn0');
      await hears('INSTANCE "V1" FAULT 100');
    });
  });

  test.concurrent('processes: names and command lines, quorum and delays', async () => {
    await using net = await networks();
    const program = join(net.bridges.folder('tracking-'), 'trdummy');
    const config = (own: string) =>
      `${globals(own)}vrrp_track_process name {\n process trdummy\n weight 10\n}\n` +
      'vrrp_track_process some {\n process trdummy\n quorum 2\n quorum_max 2\n terminate_delay 1\n weight 20\n}\n' +
      `vrrp_track_process line {\n process ${program} 50\n param_match initial\n weight -3\n}\n` +
      `vrrp_track_process word {\n process ${program} 50\n param_match partial\n weight 40\n}\n` +
      `vrrp_track_process none {\n process trdummy\n quorum_max 0\n weight 0\n}\n` +
      instance('V1', 'vr-tr0', 51, 'track_process {\n name\n some\n line\n word\n }') +
      instance('V2', 'vr-tr0', 52, 'track_process {\n none\n }');
    // The kernel tells of processes in the first network namespace alone.
    const host: Netns = {
      ...net.hosts.vipward,
      spawn: spawnLogged,
      ip: (words) => run('ip', words.split(' ')),
    };
    await tryRun('ip', ['link', 'del', 'vr-tr0']);
    await host.ip('link add vr-tr0 type veth peer name vr-tr1');
    try {
      await host.ip('link set vr-tr0 up');
      await host.ip('link set vr-tr1 up');
      await host.ip('addr add 10.77.9.1/24 dev vr-tr0');
      await compare(
        net,
        config,
        /Quorum.*|\(V\d\) (Changing|Entering (FAULT|MASTER)).*/,
        async ({ hears }) => {
          copyFileSync('/bin/sleep', program);
          await hears('INSTANCE "V1" MASTER 97');
          const first = spawn(program, ['500'], { stdio: 'ignore' });
          await hears('INSTANCE "V2" FAULT 100');
          const second = spawn(program, ['50'], { stdio: 'ignore' });
          await hears('INSTANCE "V1" MASTER_PRIORITY 170');
          const third = spawn(program, ['7'], { stdio: 'ignore' });
          await hears('INSTANCE "V1" MASTER_PRIORITY 150');
          third.kill();
          await hears('INSTANCE "V1" MASTER_PRIORITY 170');
          second.kill();
          await sleep(1500);
          await hears('INSTANCE "V1" MASTER_PRIORITY 110');
          first.kill();
          await hears('INSTANCE "V2" BACKUP 100');
          await hears('INSTANCE "V2" MASTER 100');
        },
        host,
      );
    } finally {
      await host.ip('link del vr-tr0');
    }
  });
});
