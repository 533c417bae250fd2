// Benchmark of the checks alone, on this machine: CPU and lateness of TCP checks, dead servers, memory, without any table in a kernel.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryReader, parseConfig } from '@vipward/config';
import { startHealth } from '@vipward/health';
import { systemClock } from '@vipward/sockets';

/** Seconds, as in checks-site.ts. */
const timers = { loop: 6, timeout: 2, retries: 1, pause: 1 };
/** Nobody else's, and not one that the kernel hands out. */
const port = 8099;

// One socket for all addresses of 127/8. Stopped, it accepts nobody, and the kernel drops what comes: a silent server.
const listener = `require('net').createServer((socket) => socket.on('error', () => {}).destroy())
  .listen({ host: '0.0.0.0', port: ${port}, backlog: 256 }, () => process.send('ready'))`;

const startListener = (): Promise<ChildProcess> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('message', () => resolve(child));
  });

const configText = (servers: number): string => {
  const times = `connect_timeout ${timers.timeout}\n retry ${timers.retries}\n delay_before_retry ${timers.pause}`;
  const blocks = Array.from({ length: Math.ceil(servers / 100) }, (_, block) => {
    const real = Array.from({ length: Math.min(100, servers - block * 100) }, (_, j) => {
      const i = block * 100 + j;
      return `real_server 127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255} ${port} {\n TCP_CHECK {\n ${times}\n }\n }\n`;
    });
    const address = `10.0.${block >> 8}.${block & 255}`;
    return `virtual_server ${address} 80 {\n delay_loop ${timers.loop}\n lb_algo rr\n lb_kind NAT\n protocol TCP\n ${real.join('')}}\n`;
  });
  return blocks.join('');
};

const open = (servers: number) => {
  const text = configText(servers);
  const { config } = parseConfig({ file: 'checks', read: memoryReader({ checks: text }), configId: 'checks' });
  const { virtualServers } = config;
  let alive = servers;
  const health = startHealth({
    virtualServers,
    clock: systemClock,
    random: Math.random,
    log: { info: () => undefined },
    onChange(table) {
      alive = table.reduce((sum, { destinations }) => sum + destinations.length, 0);
    },
  });
  return { health, alive: () => alive };
};

/** Every check has been made once when its warmup and one period are over. */
const warm = (2 * timers.loop + 1) * 1000;

/** One measurement in a process of its own: what another left in memory must not count. */
const measure = async (what: string, servers: number): Promise<object> => {
  const child = await startListener();
  const before = process.memoryUsage.rss();
  const { health, alive } = open(servers);
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
