// The network of the recordings, in the namespaces this process is started in: names, an interface, routes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { goldenFolder } from './transcript.ts';

export const harness = join(goldenFolder, 'harness');

export const sh = (line: string): { output: string; exit: number } => {
  const { stdout, status } = spawnSync('sh', ['-c', `exec 2>&1; ${line}`], {
    encoding: 'utf8',
    env: { ...process.env, H: harness },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  return { output: stdout, exit: status ?? 255 };
};

export const mustRun = (line: string): void => {
  const { output, exit } = sh(line);
  if (exit !== 0) throw new Error(`${line}: exit ${exit}\n${output}`);
};

export const prepareNetwork = (): void => mustRun(network.join(' && '));

const network = [
  `mount --bind ${harness}/resolv.conf /etc/resolv.conf`,
  `mount --bind ${harness}/hosts /etc/hosts`,
  'mount -t tmpfs tmpfs /run',
  'mkdir -p /run/netns',
  'ip link set lo up',
  'ip link add d0 type dummy',
  'ip link set d0 up',
  'ip addr add 10.9.9.1/24 dev d0',
  'ip route add default dev d0',
  'ip -6 addr add fd00:9::1/64 dev d0 nodad',
  'ip -6 route add default dev d0',
];
