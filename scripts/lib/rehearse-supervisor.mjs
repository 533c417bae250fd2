// Rehearses the daemon's first process: it reads a configuration, writes the table, starts a worker, reads again and ends. The
// kernel and the worker are only pretended.
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretendAddon } from './pretend-addon.mjs';

const services = Array.from({ length: 12 }, (_, i) => `10.0.0.${i + 1}`);

const realServer = (i) => `  real_server 10.1.${i >> 4}.${i} 80 {
    weight ${1 + (i % 3)}
    ${i % 2 === 0 ? 'TCP_CHECK {\n      connect_timeout 2\n    }' : ''}
  }
`;

const configuration = `global_defs {
  router_id build
}
${services
  .map(
    (service) => `virtual_server ${service} 80 {
  delay_loop 6
  lb_algo wrr
  lb_kind DR
  protocol TCP
${Array.from({ length: 100 }, (_, i) => realServer(i)).join('')}}
`,
  )
  .join('')}`;

export default async (load) => {
  pretendAddon();
  const fs = process.getBuiltinModule('node:fs');
  const { readFileSync } = fs;
  // The build need not be root's.
  fs.readFileSync = (path, ...more) =>
    path === '/proc/self/status' ? 'CapEff:\tffffffffffffffff\n' : readFileSync(path, ...more);
  const { promise: started, resolve: start } = Promise.withResolvers();
  process.getBuiltinModule('node:child_process').fork = () => {
    start();
    return pretendWorker();
  };
  process.stderr.write = () => true;
  const folder = mkdtempSync(join(tmpdir(), 'vipward-build-'));
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, configuration);
  const pidFiles = ['p', 'r', 'c', 'b'].flatMap((letter) => [`-${letter}`, join(folder, `${letter}.pid`)]);
  const { title } = process;
  const ended = load()('keepalived', 'keepalived', ['-n', '-l', '-G', '-f', file, ...pidFiles]);
  await Promise.race([started, ended]);
  process.emit('SIGHUP', 'SIGHUP');
  await new Promise((done) => setTimeout(done, 500));
  process.emit('SIGTERM', 'SIGTERM');
  const status = await ended;
  if (status !== 0) throw new Error(`the daemon in rehearsal: ${status}`);
  process.title = title;
  rmSync(folder, { recursive: true });
};

const pretendWorker = () => {
  const worker = new EventEmitter();
  return Object.assign(worker, {
    pid: process.pid,
    connected: true,
    send({ kind }) {
      if (kind !== 'stop') return;
      worker.connected = false;
      setImmediate(() => worker.emit('exit', 0, null));
    },
    kill: () => true,
  });
};
