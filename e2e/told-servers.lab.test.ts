// What scripts, named pipes and mailboxes hear of one story of real and virtual servers: the same from vipward and from keepalived.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Netns, startHttpServer, type Topology, topology } from '@vipward/testkit';
import { describeWith, needs } from '@vipward/testkit/jest';
import { startDirector, until } from './lib/director.ts';
import { openMailbox } from './lib/mailbox.ts';
import type { Program } from './lib/program.ts';

jest.setTimeout(400_000);

interface Heard {
  /** Of each virtual server in order; those of two follow no order. */
  readonly pipe: Readonly<Record<string, readonly string[]>>;
  readonly lvsPipe: Readonly<Record<string, readonly string[]>>;
  readonly scripts: readonly string[];
  /** Sorted: they go over connections of their own. */
  readonly mails: readonly string[];
}

const settings = (folder: string, more: string): string => `global_defs {
  router_id R1
  notification_email {
    ops@example.com
  }
  notification_email_from ka@example.org
  smtp_server 127.0.0.1 2525
  notify_fifo ${folder}/fifo
  notify_fifo_script ${folder}/reader-of-all root
  lvs_notify_fifo ${folder}/lvs-fifo
  lvs_notify_fifo_script ${folder}/reader-of-lvs root
  script_user root
  ${more}
}
track_file load {
  file ${folder}/load
  weight 0
}
virtual_server_group G1 {
  10.5.0.1 80
  10.5.0.2-3 80
  fwmark 7
}
`;

const service = (target: string, more: string, servers: readonly string[]): string => `virtual_server ${target} {
  delay_loop 1
  lvs_sched rr
  lvs_method NAT
  ${target.startsWith('fwmark') ? '' : 'protocol TCP'}
  ${more}
${servers.join('')}}
`;

describeWith(needs('lab', 'ipvs', 'keepalived'), 'what a director tells of real and virtual servers', () => {
  const variants = ['smtp_alert\n  rs_init_notifies', 'no_checker_emails'] as const;
  const nets: Topology<Program>[] = [];
  const folders: string[] = [];
  /** Of keepalived and of vipward. */
  const heard = new Map<string, Promise<readonly [Heard, Heard]>>();

  const story = (program: Program, more: string, net: Topology<Program>): Promise<Heard> => {
    const folder = mkdtempSync(join(tmpdir(), 'told-'));
    folders.push(folder);
    return tell(program, more, net.hosts[program], folder);
  };

  beforeAll(async () => {
    // All side by side, each in a namespace of its own: most of a story is waiting.
    for (const [i, more] of variants.entries()) {
      const hosts = { keepalived: ['10.78.0.1/24'], vipward: ['10.78.0.2/24'] };
      const open = async (prefix: string): Promise<Topology<Program>> => {
        const net = await topology({ prefix: `${prefix}${i}`, hosts });
        nets.push(net);
        return net;
      };
      const net = await open('ts');
      // On a very busy machine keepalived itself misses a line once in many stories; ours is what is judged.
      const theirs = story('keepalived', more, net).catch(async () => story('keepalived', more, await open('tt')));
      const both = Promise.all([theirs, story('vipward', more, net)]);
      heard.set(more, both);
      both.catch(() => undefined);
    }
  });
  afterAll(async () => {
    for (const net of nets) await net.delete();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  test.each(variants)('pipes, scripts and mails of ours equal those of keepalived (%j)', async (more) => {
    const [theirs, ours] = (await heard.get(more)) ?? [];
    expect(ours).toEqual(theirs);
    expect(Object.keys(ours?.pipe ?? {})).toContain('[G1]:0');
    expect(ours?.mails.length).toBeGreaterThan(10);
  });
});

const tell = async (program: Program, more: string, host: Netns, folder: string): Promise<Heard> => {
  const script = (name: string, text: string): void =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script('say', `echo "$@" >> ${folder}/scripts`);
  script('there', `if [ -e ${folder}/slow ]; then sleep 15; fi\ntest -e ${folder}/$1`);
  script('reader-of-all', `exec cat "$1" >> ${folder}/all`);
  script('reader-of-lvs', `exec cat "$1" >> ${folder}/lvs`);
  const told = (name: string, kinds: readonly ('up' | 'down')[]): string =>
    kinds.map((kind) => `    notify_${kind} "${folder}/say ${name} ${kind}"\n`).join('');
  const quorum = (name: string): string =>
    `quorum_up "${folder}/say ${name} gained"\n  quorum_down "${folder}/say ${name} lost"`;
  const server = (address: string, check: string, more = ''): string =>
    `  real_server ${address} {\n    weight 1\n${more}${check}  }\n`;
  const tcp = '    TCP_CHECK {\n      connect_timeout 5\n      retry 0\n    }\n';
  const misc = (file: string): string =>
    `    MISC_CHECK {\n      misc_path "${folder}/there ${file}"\n      misc_timeout 5\n    }\n`;
  const fileCheck = '    FILE_CHECK {\n      track_file load\n    }\n';

  const both = (): string =>
    service('10.0.0.1 80', `quorum 2\n  sorry_server 127.0.0.8 80\n  ${quorum('A')}`, [
      server('127.0.0.2 8002', tcp, told('A2', ['up', 'down'])),
      server('127.0.0.3 8003', misc('one'), told('A3', ['up', 'down'])),
    ]);
  const several = (third: string): string =>
    service('10.0.0.4 80', `omega\n  ${quorum('D')}`, [
      server('127.0.0.2 8002', tcp + misc('two'), told('D2', ['up', 'down'])),
      server('127.0.0.4 8004', fileCheck, `    inhibit_on_failure\n${told('D4', ['up', 'down'])}`),
      third,
    ]);
  const before = (more: string): string =>
    settings(folder, more) +
    both() +
    service('fwmark 5', '', [server('127.0.0.3 8003', misc('one'))]) +
    service('group G1', quorum('G'), [server('127.0.0.3 8003', misc('two'), told('G3', ['up', 'down']))]) +
    service('10.0.0.3 80', `alpha\n  smtp_alert on\n  sorry_server 127.0.0.8 80\n  ${quorum('C')}`, [
      server('127.0.0.3 8003', misc('one'), told('C3', ['up', 'down'])),
    ]) +
    several(server('127.0.0.5 8005', '', `    smtp_alert on\n${told('D5', ['down'])}`)) +
    service('10.0.0.5 80', `alpha\n  ${quorum('E')}`, [server('127.0.0.3 8003', misc('never'), told('E3', ['down']))]) +
    service('10.0.0.6 80', `alpha\n  sorry_server 127.0.0.8 80\n  ${quorum('F')}`, [
      server('127.0.0.3 8003', misc('never'), told('F3', ['down'])),
      server('127.0.0.4 8004', '', `    smtp_alert off\n${told('F4', ['down'])}`),
    ]);
  const after = (more: string): string =>
    settings(folder, more) + both() + several('') + service('10.0.0.7 80', quorum('H'), [server('127.0.0.5 8005', '')]);

  const content = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  const byService = (name: string): Heard['pipe'] => {
    const lines = content(name).trim().split('\n');
    const services = Map.groupBy(lines, (line) => line.replace(/^RS \S+ |^VS /, '').replace(/ (UP|DOWN)$/, ''));
    return Object.fromEntries([...services].sort(([a], [b]) => (a < b ? -1 : 1)));
  };

  const mailbox = await openMailbox(host);
  const real = () => startHttpServer({ name: 'rs', address: '127.0.0.2', port: 8002, netns: host });
  let first = await real();
  writeFileSync(join(folder, 'load'), '0');
  for (const name of ['one', 'two']) writeFileSync(join(folder, name), '');
  /** Nothing new for as long as any check may take. */
  const settled = async (): Promise<void> => {
    const all = (): string => content('all') + content('lvs') + content('scripts') + mailbox.log();
    for (let [last, since] = [all(), performance.now()]; performance.now() - since < 3500; await sleep(100)) {
      if (all() !== last) [last, since] = [all(), performance.now()];
    }
  };
  const count = (line: string): number =>
    content('all')
      .split('\n')
      .filter((each) => each === line).length;
  /** Does something and waits until each of the lines has come once more, then for what else comes with them. */
  const step = async (act: () => unknown, ...lines: readonly string[]): Promise<void> => {
    const counts = lines.map(count);
    await act();
    const missing = (): readonly string[] => lines.filter((line, i) => count(line) <= (counts[i] ?? 0));
    try {
      await until(`again: ${lines.join(', ')}`, () => missing().length === 0, { timeout: 60_000 });
    } catch (error) {
      const said = `${content('all')}\n${director.log()}`;
      throw new Error(`${missing().join(', ')} was not told again by ${program}:\n${said}`, { cause: error });
    }
    await settled();
  };
  const file = (name: string): string => join(folder, name);
  const of = (state: string, ...services: readonly string[]): readonly string[] =>
    services.map((name) => `VS ${name} ${state}`);
  const [A, C, D] = ['[10.0.0.1]:tcp:80', '[10.0.0.3]:tcp:80', '[10.0.0.4]:tcp:80'];
  const ofOne = ['FWM 5', A, C];
  const tcpOf = (state: string): readonly string[] => [A, D].map((name) => `RS [127.0.0.2]:tcp:8002 ${name} ${state}`);
  const fileOf = (state: string): string => `RS [127.0.0.4]:tcp:8004 ${D} ${state}`;
  const director = startDirector({ host: host, program, config: before(more) });
  const never = ['[10.0.0.5]:tcp:80', '[10.0.0.6]:tcp:80'].map((name) => `RS [127.0.0.3]:tcp:8003 ${name} DOWN`);
  await step(() => {}, ...of('UP', ...ofOne, D, '[G1]:0'), ...never);
  await step(() => rmSync(file('one')), ...of('DOWN', ...ofOne));
  await step(() => writeFileSync(file('one'), ''), ...of('UP', ...ofOne));
  await step(() => first.stop(), ...tcpOf('DOWN'));
  await step(() => rmSync(file('two')), ...of('DOWN', '[G1]:0'));
  await step(() => writeFileSync(file('two'), ''), ...of('UP', '[G1]:0'));
  await step(
    async () => {
      first = await real();
    },
    ...tcpOf('UP'),
  );
  await step(() => writeFileSync(file('load'), '1'), fileOf('DOWN'));
  await step(() => writeFileSync(file('load'), '0'), fileOf('UP'));
  await step(() => writeFileSync(file('slow'), ''), ...of('DOWN', ...ofOne, '[G1]:0'), tcpOf('DOWN')[1] ?? '');
  await step(() => rmSync(file('slow')), ...of('UP', ...ofOne, '[G1]:0'), tcpOf('UP')[1] ?? '');
  await step(() => director.reload(after(more)), ...of('DOWN', 'FWM 5', '[G1]:0'), ...of('UP', '[10.0.0.7]:tcp:80'));
  // Readers are ended together with the director, and may miss the last lines.
  const pipes = { pipe: byService('all'), lvsPipe: byService('lvs') };
  await director.terminate();
  await sleep(500);
  const mails = mailbox.mails();
  await first.stop();
  await mailbox.stop();
  const heard = {
    ...pipes,
    scripts: content('scripts').trim().split('\n').sort(),
    mails,
  };
  return heard;
};
