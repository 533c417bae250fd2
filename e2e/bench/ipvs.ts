// Benchmark, run inside the lab guest: restoring, listing, a daemon's start, and the cost of one operation.
// The programs take turns in one boot; ratios are taken round by round, so that the machine's changing speed cancels out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { parsedToTable, startMeasured } from './lab-daemon.ts';
import { type Host, keepalivedText, openHost, rulesText, run, vipward } from './lab-host.ts';

const rounds = Number(process.argv[2] ?? 5);
const servers = Number(process.argv[3] ?? 10_000);
const many = 10 * servers;
const folder = mkdtempSync('/tmp/bench-');
const here = (name: string): string => new URL(name, import.meta.url).pathname;
const node = [process.execPath, '--no-warnings'];

type Figures = Readonly<Record<string, number>>;

const main = async (): Promise<void> => {
  const loop = join(folder, 'batch-loop');
  const compiled = spawnSync('cc', ['-O2', '-o', loop, here('batch-loop.c')], { stdio: 'inherit' });
  if (compiled.status !== 0) throw new Error('batch-loop.c cannot be compiled');
  const [rules, manyRules] = [rulesText(servers), rulesText(many)];
  const confs = new Map([1, servers].map((count) => [count, join(folder, `${count}.conf`)]));
  for (const [count, path] of confs) writeFileSync(path, keepalivedText(count));

  const restoreAndList = (words: readonly string[], name: string) => (host: Host) => {
    const restore = run(host, words, rules, servers);
    const figures = { [name]: restore, ...list(host, name) };
    const file = join(folder, 'dumps');
    inside(host, [...node, here('batch.ts'), 'list', file]);
    return { ...figures, ...runsOf(`C dump after ${name}`, inside(host, [loop, file])) };
  };
  const list = (host: Host, after: string): Figures => ({
    [`ipvsadm -Ln after ${after}`]: run(host, ['/usr/sbin/ipvsadm', '-Ln'], '', servers),
    [`vipward ipvsadm -Ln after ${after}`]: run(host, [vipward, 'ipvsadm', '-Ln'], '', servers),
  });
  const start = (program: readonly string[], count: number, name: string) => async (host: Host) => {
    const daemon = await startMeasured(host, program, confs.get(count) ?? '', count, folder);
    const parsed = parsedToTable(daemon);
    daemon.close();
    return {
      [`${name}, ${count}`]: daemon.seconds,
      ...(parsed === undefined ? {} : { [`${name}, ${count}, parsed to full table`]: parsed }),
    };
  };
  const steps: readonly ((host: Host) => Figures | Promise<Figures>)[] = [
    (host) => ({ 'empty Node': run(host, [process.execPath, '-e', '0'], '', 0) }),
    (host) => ({ 'vipward ipvsadm --version': run(host, [vipward, 'ipvsadm', '--version'], '', 0) }),
    (host) => ({ 'vipward ipvsadm -Ln, empty table': run(host, [vipward, 'ipvsadm', '-Ln'], '', 0) }),
    restoreAndList(['/usr/sbin/ipvsadm', '-R'], 'ipvsadm -R'),
    restoreAndList([vipward, 'ipvsadm', '-R'], 'vipward ipvsadm -R'),
    (host) => ({ 'vipward ipvsadm -R, many': run(host, [vipward, 'ipvsadm', '-R'], manyRules, many) }),
    start(['/usr/sbin/keepalived'], 1, 'keepalived'),
    start([vipward, 'keepalived'], 1, 'vipward keepalived'),
    start(['/usr/sbin/keepalived'], servers, 'keepalived'),
    start([vipward, 'keepalived'], servers, 'vipward keepalived'),
    (host) => {
      const file = join(folder, 'datagrams');
      inside(host, [...node, here('batch.ts'), 'dump', file, String(servers)]);
      return runsOf('C loop', inside(host, [loop, file]));
    },
    (host) => runsOf('our batch', inside(host, [...node, '--expose-gc', here('batch.ts'), 'apply', String(servers)])),
  ];

  const times = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const step of steps) {
      const host = openHost();
      const figures = await step(host);
      host.close();
      for (const [name, seconds] of Object.entries(figures)) {
        process.stderr.write(`round ${round}: ${name}: ${seconds.toFixed(3)} s\n`);
        // The first round warms caches and is not counted.
        if (round > 0) times.set(name, [...(times.get(name) ?? []), seconds]);
      }
    }
  }
  const faults = pageFaults(rules);
  rmSync(folder, { recursive: true });
  process.stdout.write(
    `${JSON.stringify({ servers, many, rounds, kernel: release(), times: Object.fromEntries(times), faults })}\n`,
  );
};

/** Page faults of the second of two runs of each, and how often it waited for another thread. */
const pageFaults = (rules: string): readonly (readonly [string, number, number])[] => {
  const file = join(folder, 'faults');
  const host = openHost();
  const count = (name: string, words: readonly string[], input = ''): readonly [string, number, number] => {
    for (const _ of ['first', 'second']) {
      if (input !== '') inside(host, [vipward, 'ipvsadm', '-C']);
      inside(host, ['/usr/bin/time', '-q', '-o', file, '-f', '%R %w', ...words], input);
    }
    const [faults = 0, waits = 0] = readFileSync(file, 'utf8').split(' ').map(Number);
    return [name, faults, waits];
  };
  const ipvsadm = (name: string, ...words: string[]) =>
    count(`vipward ipvsadm ${name}`, [vipward, 'ipvsadm', ...words]);
  const counted = [
    count('empty Node', [process.execPath, '-e', '0']),
    ipvsadm('--version', '--version'),
    ipvsadm('-Ln, empty', '-Ln'),
    count('vipward ipvsadm -R', [vipward, 'ipvsadm', '-R'], rules),
    ipvsadm('-Ln', '-Ln'),
    ipvsadm('-Sn', '-Sn'),
  ];
  host.close();
  return counted;
};

const inside = (host: Host, words: readonly string[], input = ''): string => {
  const done = spawnSync('ip', ['netns', 'exec', host.name, ...words], { encoding: 'utf8', input, maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.status}\n${done.stderr}`);
  return done.stdout;
};

const runsOf = (name: string, output: string): Figures => {
  const [first = 0, ...later] = output.trim().split('\n').map(Number);
  return { [`${name}, first run`]: first / 1e9, [`${name}, a later run`]: Math.min(...later) / 1e9 };
};

await main();
