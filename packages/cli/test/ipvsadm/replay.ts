// Runs files of commands in the namespaces it is started in, with our ipvsadm or the real one, and writes transcripts.
// node replay.ts ours|real FOLDER FILE.cmds...: like the harness of the recordings, see README.md of the golden transcripts.
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { systemIo } from '../../src/ipvsadm/system.ts';
import { createShell } from './shell.ts';
import { goldenFolder, showStep } from './transcript.ts';

const [whose = 'ours', folder = '.', ...files] = process.argv.slice(2);
const harness = join(goldenFolder, 'harness');

const sh = (line: string): { output: string; exit: number } => {
  const { stdout, status } = spawnSync('sh', ['-c', `exec 2>&1; ${line}`], {
    encoding: 'utf8',
    env: { ...process.env, H: harness },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });
  return { output: stdout, exit: status ?? 255 };
};

const mustRun = (line: string): void => {
  const { output, exit } = sh(line);
  if (exit !== 0) throw new Error(`${line}: exit ${exit}\n${output}`);
};

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

const ours = createShell({
  ipvsadm: (args, stdin, streams) =>
    runIpvsadm(args, { ...systemIo(), ...streams, stdin: [new TextEncoder().encode(stdin)] }),
});

const runCommand = async (command: string): Promise<{ output: string; exit: number }> =>
  whose === 'ours' ? ((await ours.run(command)) ?? sh(command)) : sh(command);

const replay = async (file: string): Promise<void> => {
  const text = readFileSync(file, 'utf8');
  if (/^# needs: traffic/m.test(text)) mustRun('. "$H/topo.sh" >/dev/null 2>&1');
  const transcript = join(folder, basename(file).replace(/\.cmds$/, '.txt'));
  for (const command of text.split('\n')) {
    if (command === '' || command.startsWith('#')) continue;
    appendFileSync(transcript, showStep({ command, ...(await runCommand(command)) }));
  }
};

mustRun(network.join(' && '));
for (const file of files) {
  await replay(file);
  // As in a new namespace.
  for (const command of ['ipvsadm -C', 'ipvsadm --set 900 120 300']) await runCommand(command);
}
sh('[ ! -f /run/srv.pid ] || kill "$(cat /run/srv.pid)"');
