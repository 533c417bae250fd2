// Carries out the lines of beside.list in the namespaces it is started in: node beside-run.ts ours|real LIST OUT. Writes to OUT
// what each line printed, its exit status and what came into the table and went.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { openIpvsKernel, serviceKeyId } from '@vipward/netlink';
import { runIpvsadm } from '../../src/ipvsadm/run.ts';
import { systemIo } from '../../src/ipvsadm/system.ts';
import { prepareNetwork } from './network.ts';
import { textTo } from './shell.ts';

const [whose = 'ours', list = '', out = ''] = process.argv.slice(2);

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const runOurs = async (words: readonly string[], stdin: string): Promise<Outcome> => {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const exit = await runIpvsadm(words, {
    ...systemIo(),
    stdin: [new TextEncoder().encode(stdin)],
    stdout: textTo((text) => void stdout.push(text)),
    stderr: (text) => void stderr.push(text),
  });
  return { stdout: stdout.join(''), stderr: stderr.join(''), exit };
};

const runReal = (words: readonly string[], stdin: string): Outcome => {
  const { stdout, stderr, status } = spawnSync('/usr/sbin/ipvsadm', words, {
    argv0: 'ipvsadm',
    input: stdin,
    encoding: 'utf8',
  });
  return { stdout, stderr, exit: status ?? -1 };
};

/** A line of the list: its words, and standard input behind ` < `. */
const parseLine = (line: string): { words: string[]; stdin: string } => {
  const [command = '', stdin = ''] = line.split(/ < (.*)/);
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return { words, stdin: stdin.replaceAll('\\n', '\n').replaceAll('\\t', '\t') };
};

prepareNetwork();
const kernel = await openIpvsKernel();

/** Everything there is, one text each. */
const everything = async (): Promise<ReadonlySet<string>> => {
  const table = await kernel.table();
  const entries = table.flatMap(({ service, destinations }) => [
    service,
    ...destinations.map((destination) => ({ of: serviceKeyId(service.key), ...destination })),
  ]);
  const settings = [await kernel.timeouts(), ...(await kernel.daemons())];
  return new Set([...entries, ...settings].map((entry) => JSON.stringify(entry, plain)));
};
const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return Array.from(value).join('.');
  return typeof value === 'bigint' ? String(value) : value;
};

const listings = /^(?:-[LlSn]|--list|--save)/;

const steps: string[] = [];
let before = await everything();
for (const line of readFileSync(list, 'utf8').split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const { words, stdin } = parseLine(line);
  const outcome = whose === 'ours' ? await runOurs(words, stdin) : runReal(words, stdin);
  const after = outcome.exit !== 0 && stdin === '' ? before : listings.test(line) ? before : await everything();
  // The kernel's order is another one in every namespace.
  const gone = [...before].filter((entry) => !after.has(entry)).sort();
  const came = [...after].filter((entry) => !before.has(entry)).sort();
  steps.push(JSON.stringify({ line, ...outcome, gone, came }));
  before = after;
}
kernel.close();
writeFileSync(out, `${steps.join('\n')}\n`);
