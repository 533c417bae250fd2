// Runs files of commands in the namespaces it is started in, with our ipvsadm or the real one, and writes transcripts.
// node replay.ts ours|real FOLDER FILE.cmds...: like the harness of the recordings, see README.md of the golden transcripts.
import { appendFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { systemIo } from '../../src/ipvsadm/system.ts';
import { mustRun, prepareNetwork, sh } from './network.ts';
import { createShell, textTo } from './shell.ts';
import { showStep } from './transcript.ts';

const [whose = 'ours', folder = '.', ...files] = process.argv.slice(2);

const ours = createShell({
  ipvsadm: (args, stdin, { stdout, stderr }) =>
    runIpvsadm(args, { ...systemIo(), stdout: textTo(stdout), stderr, stdin: [new TextEncoder().encode(stdin)] }),
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

prepareNetwork();
for (const file of files) {
  await replay(file);
  // As in a new namespace.
  for (const command of ['ipvsadm -C', 'ipvsadm --set 900 120 300']) await runCommand(command);
}
sh('[ ! -f /run/srv.pid ] || kill "$(cat /run/srv.pid)"');
