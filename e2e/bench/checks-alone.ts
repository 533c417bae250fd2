// Benchmark of the checks alone, on this machine: CPU and lateness of TCP checks, dead servers, memory, without any table in a kernel.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openChecks, startListener, timers } from './checks-local.ts';

/** Every check has been made once when its warmup and one period are over. */
const warm = (2 * timers.loop + 1) * 1000;

/** One measurement in a process of its own: what another left in memory must not count. */
const measure = async (what: string, servers: number): Promise<object> => {
  const child = await startListener();
  const before = process.memoryUsage.rss();
  const { health, alive } = openChecks(servers);
  await sleep(warm);
  if (what === 'cost') {
    const [cpu, checks] = [process.cpuUsage(), health.lateness().checks];
    await sleep(30_000);
    const { user, system } = process.cpuUsage(cpu);
    const lateness = health.lateness();
    const made = lateness.checks - checks;
    const resident = (process.memoryUsage.rss() - before) / 1024 / servers;
    child.kill('SIGKILL');
    return { what, servers, user: user / made, system: system / made, rate: made / 30, ...lateness, resident };
  }
  const attempt = what === 'silent' ? timers.timeout : 0;
  const bound = timers.loop + attempt + timers.retries * (timers.pause + attempt) + 1;
  const start = performance.now();
  child.kill(what === 'silent' ? 'SIGSTOP' : 'SIGKILL');
  const cpu = process.cpuUsage();
  while (alive() > 0 && performance.now() - start < 4000 * bound) await sleep(50);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { max } = health.lateness();
  child.kill('SIGKILL');
  return { what, servers, seconds, bound, left: alive(), cpu: (user + system) / 1e6, max };
};

const [many = '10000', what, count] = process.argv.slice(2);
if (what === undefined) {
  const runs = [
    ['cost', '1000'],
    ['cost', many],
    ['refused', many],
    ['silent', many],
  ] as const;
  const results: unknown[] = [];
  for (const words of runs) {
    const self = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, ['--no-warnings', self, many, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const part of child.stdout) said += part;
    process.stderr.write(said);
    results.push(JSON.parse(said));
  }
  process.stdout.write(`${JSON.stringify({ many: Number(many), timers, results })}\n`);
} else {
  process.stdout.write(`${JSON.stringify(await measure(what, Number(count)))}\n`);
  process.exit(0);
}
