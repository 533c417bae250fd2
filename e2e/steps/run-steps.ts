// Performs one step scenario with keepalived and with ours at once: the trace of a step is the table that both have after it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, type Handlers, type Netns, runScenario, type Scenario } from '@vipward/testkit';
import { type Director, startDirector } from '../lib/director.ts';
import { ipvsadm } from '../lib/program.ts';
import { openFolder, type Pair, type Servers } from './world.ts';

export interface StepsPlan {
  readonly scenario: Scenario;
  /** Where the .conf files of the scenarios are. */
  readonly folder: string;
  readonly pair: Pair;
  readonly servers: Servers;
  /** The expected traces are not known: every table that lasts is taken. */
  readonly update: boolean;
}

/** How long a table that must not change is watched, and how long a changed one must last. */
const watched = 2500;
const lasting = 300;
const longest = 45_000;

/** One trace a step. Where the tables differ, it holds both, marked. */
export const runSteps = async (plan: StepsPlan): Promise<readonly string[]> => {
  const { scenario, pair, servers, update } = plan;
  const files = openFolder(pair.vipward.host);
  const expected = new Map(scenario.steps.map(({ command, expected }) => [command, expected]));
  const directors: Director[] = [];
  let before = '';

  const configText = (name: string): string =>
    readFileSync(join(plan.folder, name), 'utf8').replaceAll('@FILES@', files);
  const settled = async (command: Command): Promise<string> => {
    if (directors.length === 0) return '';
    const table = await awaitTables(pair, update ? undefined : (expected.get(command) ?? ''), before);
    before = table;
    return table;
  };
  const step =
    (act: (command: Command) => Promise<void> | void) =>
    async (command: Command): Promise<string> => {
      await act(command);
      return settled(command);
    };
  const eachTarget = async (
    [kind = '', ...targets]: readonly string[],
    act: (kind: string, address: string, port: string) => Promise<void>,
  ): Promise<void> => {
    for (const target of targets) {
      const [, address = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
      await act(kind, address, port);
    }
  };
  const handlers: Handlers = {
    config: step(({ words: [name = ''] }) => {
      const config = configText(name);
      const flags = ['-C'];
      directors.push(startDirector({ host: pair.keepalived.host, program: 'keepalived', config, flags }));
      directors.push(startDirector({ host: pair.vipward.host, program: 'vipward', config, flags }));
    }),
    reload: step(({ words: [name = ''] }) => {
      for (const director of directors) director.reload(configText(name));
    }),
    server: step(({ words, options }) => eachTarget(words, (...target) => servers.set(...target, options))),
    gone: step(({ words }) => eachTarget(words, servers.gone)),
    silent: step(async ({ words }) => {
      for (const address of words) await servers.silent(address);
    }),
    heard: step(async ({ words }) => {
      for (const address of words) await servers.heard(address);
    }),
    file: step(({ words: [name = '', ...text] }) => writeFileSync(join(files, name), `${text.join(' ')}\n`)),
    stop: step(async () => {
      await Promise.all(directors.map((director) => director.terminate()));
    }),
  };
  try {
    return await runScenario(scenario, handlers);
  } finally {
    if (process.env.STEPS_LOGS) for (const { log } of directors) process.stderr.write(`${log()}\n`);
    for (const director of directors) await director.process.stop();
    for (const { host } of Object.values(pair)) await host.exec(ipvsadm, ['-C']);
  }
};

/** The table of both as soon as it is the expected one and lasts; what there is after a while otherwise. */
const awaitTables = async (pair: Pair, expected: string | undefined, before: string): Promise<string> => {
  const deadline = performance.now() + (expected === undefined ? 6000 : longest);
  const wait = expected === undefined || expected === before ? watched : lasting;
  let seen = listings(pair);
  let last = await tables(pair);
  let since = performance.now();
  for (;;) {
    await sleep(50);
    const listed = listings(pair);
    if (listed !== seen) {
      seen = listed;
      last = await tables(pair);
      since = performance.now();
    }
    const asWanted = expected === undefined ? !last.includes(different) && last !== before : last === expected;
    if (asWanted && performance.now() - since >= wait) return tables(pair);
    if (performance.now() > deadline) return tables(pair);
  }
};

const listings = ({ keepalived, vipward }: Pair): string => keepalived.listing() + vipward.listing();

const different = 'keepalived: ';

const tables = async (pair: Pair): Promise<string> => {
  const [theirs, ours] = await Promise.all([table(pair.keepalived.host), table(pair.vipward.host)]);
  if (theirs.join('\n') === ours.join('\n')) return theirs.length === 0 ? 'empty' : theirs.join('\n');
  return [...theirs.map((line) => `${different}${line}`), ...ours.map((line) => `vipward: ${line}`)].join('\n');
};

const table = async (host: Netns): Promise<readonly string[]> =>
  (await host.exec(ipvsadm, ['-Sn']))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
