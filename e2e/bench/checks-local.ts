// Many TCP checks against this machine: a process that listens on all of 127/8, and checks of servers there, without a table in a
// kernel. Run as a program, it makes them until it is killed: checks-local.ts REAL_SERVERS
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { memoryReader, parseConfig } from '@vipward/config';
import { type HealthRuntime, startHealth } from '@vipward/health';
import { systemClock } from '@vipward/sockets';

/** Seconds, as in checks-site.ts. */
export const timers = { loop: 6, timeout: 2, retries: 1, pause: 1 };
/** Nobody else's, and not one that the kernel hands out. */
const port = 8099;

// One socket for all addresses of 127/8. Stopped, it accepts nobody, and the kernel drops what comes: a silent server.
const listener = `require('net').createServer((socket) => socket.on('error', () => {}).destroy())
  .listen({ host: '0.0.0.0', port: ${port}, backlog: 256 }, () => process.send('ready'));
  process.on('disconnect', () => process.exit())`;

/** Ends with this process, or when it is killed. */
export const startListener = (): Promise<ChildProcess> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', listener], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('message', () => resolve(child));
  });

/** `alive`: how many of the servers are in the table that the checks want. */
export const openChecks = (servers: number): { readonly health: HealthRuntime; alive(): number } => {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await startListener();
  const { health } = openChecks(Number(process.argv[2]));
  process.stdout.write('ready\n');
  // Checks made so far, for who wants to know whether the load was there.
  setInterval(() => void process.stdout.write(`${health.lateness().checks}\n`), 500);
}
