// Sets everything, starts a child, takes everything back; prints what the kernel says at each step, a JSON line a step.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import {
  asOrdinary,
  atLeisure,
  limitRealtime,
  onSignalNumber,
  realtimeLimitOf,
  setCpus,
  setNice,
  setRealtime,
} from '../../src/index.ts';

const cpusOf = (status: string): string | undefined => /Cpus_allowed_list:\s+(.*)/.exec(status)?.[1];
const scheduling = (stat: string): readonly number[] => {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  // nice, realtime priority, policy: fields 19, 40 and 41 of proc_pid_stat(5).
  return [fields[16] ?? 0, fields[37] ?? 0, fields[38] ?? 0];
};
const read = (name: string): string => readFileSync(name, 'utf8');
const show = (step: string): void => {
  const threads = readdirSync('/proc/self/task').map((thread) => scheduling(read(`/proc/self/task/${thread}/stat`)));
  const status = read('/proc/self/status');
  const limit = realtimeLimitOf(read('/proc/self/limits'));
  const line = { step, threads, cpus: cpusOf(status), limit: limit.soft };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

onSignalNumber(36, () => process.stdout.write('signal 36\n'));
show('before');
setNice(-5);
setCpus([0]);
limitRealtime(25_000);
show('nice');
setRealtime(7);
show('realtime');
const child = asOrdinary(() => execFileSync('sh', ['-c', 'cat /proc/$$/stat /proc/$$/status'], { encoding: 'utf8' }));
const [stat = ''] = child.split('\n');
const line = { step: 'child', threads: [scheduling(stat)], cpus: cpusOf(child) };
process.stdout.write(`${JSON.stringify(line)}\n`);
show('afterwards');
setRealtime(undefined);
setNice(undefined);
setCpus(undefined);
limitRealtime(undefined);
show('taken back');
await atLeisure(async () => show('leisure'));
show('back');
execFileSync('kill', ['-36', String(process.pid)]);
setTimeout(() => process.stdout.write('end\n'), 200);
