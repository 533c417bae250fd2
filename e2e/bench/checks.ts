// Benchmark, run inside the lab guest: what checks cost, ours beside keepalived's, in turn; how soon dead servers are out.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configText, type Kind, openSite, type Program, readCount, timers } from './checks-site.ts';
import { elapsed, pause } from './lab-host.ts';

const many = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 2);
const only = process.argv[4];
const folder = mkdtempSync('/tmp/checks-');
const server = join(folder, 'checks-server');
const idler = join(folder, 'spare-time');
const programs: readonly Program[] = ['keepalived', 'vipward'];

interface Cost {
  readonly program: Program;
  readonly kind: Kind;
  readonly servers: number;
  /** Microseconds of the processor a check, all that it causes: the checker, the kernel and the server that answers. */
  readonly cpu: number;
  /** Checks a second, and how many were due. */
  readonly rate: number;
  readonly due: number;
  /** Real servers in the table at the end: all of them live. */
  readonly kept: number;
  /** kB. */
  readonly resident: number;
  /** What the processor did for nobody after the run, in parts of what it did before: how far `cpu` may be wrong. */
  readonly drift: number;
}

interface Death {
  readonly program: Program;
  readonly how: 'refused' | 'silent';
  readonly servers: number;
  /** Seconds until the last is out of the table, and the most that the timers allow, with one second more. */
  readonly seconds: number;
  readonly bound: number;
  /** Those in the table before, and when the waiting ended. */
  readonly before: number;
  readonly left: number;
}

const compile = (name: string, program: string): void => {
  const source = fileURLToPath(new URL(name, import.meta.url));
  const compiled = spawnSync('cc', ['-O2', '-o', program, source], { stdio: 'inherit' });
  if (compiled.status !== 0) throw new Error(`${name} cannot be compiled`);
};

const main = (): void => {
  compile('checks-server.c', server);
  compile('spare-time.c', idler);
  const costs: Cost[] = [];
  const deaths: Death[] = [];
  const wanted = (what: string): boolean => only === undefined || only.split(',').includes(what);
  for (let round = 0; round < rounds; round += 1) {
    for (const program of programs) {
      if (wanted('cost')) {
        costs.push(cost(program, 'tcp', 1000, 40));
        costs.push(cost(program, 'tcp', many, 24));
        costs.push(cost(program, 'http', 500, 24));
      }
      if (wanted('refused')) deaths.push(death(program, 'refused'));
      if (wanted('silent')) deaths.push(death(program, 'silent'));
    }
  }
  rmSync(folder, { recursive: true });
  process.stdout.write(`${JSON.stringify({ many, rounds, timers, costs, deaths })}\n`);
};

/** The most seconds that a start of this many may take in the guest. */
const startup = 90;

const started = (program: Program, kind: Kind, servers: number, prepare: () => void = () => undefined) => {
  const site = openSite(folder, server, kind);
  prepare();
  const daemon = site.start(program, configText(servers, kind));
  const start = process.hrtime.bigint();
  while (site.destinations() < servers) {
    pause(100);
    if (elapsed(start) < startup) continue;
    // Its checks take out servers that live: go on with those that are there, and say how many.
    process.stderr.write(`${program}: ${site.destinations()} of ${servers} after ${startup} s\n`);
    break;
  }
  // Every check has been made once when its warmup and one period are over.
  pause(2 * timers.loop * 1000 + 1000);
  return { site, daemon };
};

const cost = (program: Program, kind: Kind, servers: number, seconds: number): Cost => {
  const alone: number[] = [];
  const { site, daemon } = started(program, kind, servers, () => {
    alone.push(watch(5, () => 0).spare);
  });
  const { spare, took, counted: checks } = watch(seconds, site.accepted);
  const resident = daemon.resident();
  const kept = site.destinations();
  daemon.kill();
  pause(1000);
  alone.push(watch(5, () => 0).spare);
  site.close();
  // Before and after: the machine below changes its speed.
  const idle = alone.reduce((sum, rate) => sum + rate, 0) / alone.length;
  const used = (1 - spare / idle) * took;
  const due = servers / timers.loop;
  const result = {
    program,
    kind,
    servers,
    cpu: (used / checks) * 1e6,
    rate: checks / took,
    due,
    kept,
    resident,
    drift: (alone[1] ?? 0) / (alone[0] ?? 1),
  };
  process.stderr.write(`${JSON.stringify(result)}\n`);
  return result;
};

/**
 * The guest counts CPU time where its tick of 10 ms finds somebody at work, and a process that the tick itself wakes is seldom
 * found. So what is left over is measured: `spare` pieces of work a second, by a process that runs when nobody else wants to.
 */
const watch = (seconds: number, count: () => number): { spare: number; took: number; counted: number } => {
  const work = join(folder, 'spare');
  const child = spawn(idler, [work], { stdio: 'inherit' });
  pause(500);
  const [worked, counted, start] = [readCount(work), count(), process.hrtime.bigint()];
  pause(seconds * 1000);
  const took = elapsed(start);
  const result = { spare: (readCount(work) - worked) / took, took, counted: count() - counted };
  child.kill('SIGKILL');
  return result;
};

const death = (program: Program, how: 'refused' | 'silent'): Death => {
  const { site } = started(program, 'tcp', many);
  const { loop, timeout, retries, pause: between } = timers;
  const attempt = how === 'silent' ? timeout : 0;
  const bound = loop + attempt + retries * (between + attempt) + 1;
  const before = site.destinations();
  const start = process.hrtime.bigint();
  if (how === 'silent') site.silence();
  else site.refuse();
  let left = before;
  while (left > 0 && elapsed(start) < 4 * bound) {
    pause(100);
    left = site.destinations();
  }
  const result = { program, how, servers: many, seconds: elapsed(start), bound, before, left };
  process.stderr.write(`${JSON.stringify(result)}\n`);
  site.close();
  return result;
};

main();
