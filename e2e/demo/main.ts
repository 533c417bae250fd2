// The demo, run inside the lab guest: a whole LVS at work, step by step, readable for a person.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, failed, type Outcome, stream, tally } from '../lib/client.ts';
import { type Director, owns, startDirector, until } from '../lib/director.ts';
import { vipward } from '../lib/program.ts';
import { openSite, type Site, vip } from '../lib/site.ts';
import { heading, say, show, table } from './say.ts';

const example = (name: string): string => readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

const main = async (): Promise<void> => {
  heading('1. A site: one client, two directors, two real servers, one wire');
  say('Five network namespaces on a bridge. The real servers answer for the virtual address too (direct routing):');
  await using site = await openSite('demo', async (host) => {
    show(`${host.name}# vipward realserver up ${vip}`, await host.exec(vipward, ['realserver', 'up', vip]));
  });
  const { a, b, client } = site.net.hosts;

  heading('2. Two directors start with examples/director-a.conf and director-b.conf');
  const first = startDirector({ host: a, program: 'vipward', config: example('director-a.conf') });
  await until('director A is master', () => owns(a, vip), { timeout: 60_000 });
  const second = startDirector({ host: b, program: 'vipward', config: example('director-b.conf') });
  await second.waitFor('Entering BACKUP STATE', 60_000);
  await until('both real servers are in', async () => (await listing(site)).match(/ -> /g)?.length === 3);
  show('director-a# vipward ipvsadm -Ln', await listing(site));

  heading('3. Traffic is shared');
  await split(site, 20);

  heading('4. A real server dies');
  const died = Date.now();
  await site.servers.rs13.stop();
  await until('rs13 is out', async () => !(await listing(site)).includes('192.168.33.13'));
  say(`Its web server was ended; after ${seconds(Date.now() - died)} it is out of the table:`);
  show('director-a# vipward ipvsadm -Ln', await listing(site));
  await split(site, 6);
  await site.replaceServer('rs13');
  const back = Date.now();
  await until('rs13 is in', async () => (await listing(site)).includes('192.168.33.13'));
  say(`Started again: back in the table after ${seconds(Date.now() - back)}.`);

  heading('5. "The VIP answers, but some users get errors": a real server that says 502');
  await site.servers.rs13.setMode(502);
  await sleep(4000);
  say('TCP_CHECK only asks for a connection, so the broken server stays:');
  await split(site, 10);
  say('The same file with HTTP_GET on /monitor/warn.jsp, status_code 200 (examples/director-a-http.conf), and SIGHUP:');
  first.reload(example('director-a-http.conf'));
  await until('rs13 is out', async () => !(await listing(site)).includes('192.168.33.13'), { timeout: 40_000 });
  show('director-a log', lastLine(first, 'HTTP status code error'));
  await split(site, 6);
  await site.servers.rs13.setMode('ok');
  await until('rs13 is in', async () => (await listing(site)).includes('192.168.33.13'), { timeout: 40_000 });
  say('It answers 200 again and is back.');

  heading('6. Director A is killed (kill -9, all its processes) while requests come in');
  const requests = await stream(client, vip, { every: 50, timeout: 1000 });
  await sleep(1000);
  const killed = Date.now();
  await first.killAll();
  // As a power cut would: the address does not answer any more.
  await a.ip('link set eth0 down');
  await until('director B has the address', () => owns(b, vip), { timeout: 30_000 });
  const took = Date.now() - killed;
  await sleep(2500);
  const outcomes = await requests.end();
  show('director-b log', lastLine(second, 'Entering MASTER STATE'));
  say(`Director B owned the address after ${seconds(took)} (three adverts of 1 s and its skew of 0.65 s at most).`);
  say(
    `Outage as the client saw it: ${outage(outcomes)}. ${outcomes.length} requests, ${failed(outcomes).length} failed.`,
  );
  show('director-b# vipward ipvsadm -Ln', await b.exec(vipward, ['ipvsadm', '-Ln']));

  heading('7. Director B is ended in good order');
  await second.terminate();
  show('director-b# vipward ipvsadm -Ln', await b.exec(vipward, ['ipvsadm', '-Ln']));
  say(`Virtual address on B: ${(await owns(b, vip)) ? 'still there' : 'gone'}. Nothing is left behind.`);
};

const listing = (site: Site): Promise<string> => site.net.hosts.a.exec(vipward, ['ipvsadm', '-Ln']);

const split = async (site: Site, count: number): Promise<void> => {
  say(`${count} requests to http://${vip}/ were answered by:`);
  table(tally(await ask(site.net.hosts.client, vip, count)));
};

const lastLine = (director: Director, text: string): string =>
  director
    .log()
    .split('\n')
    .findLast((line) => line.includes(text)) ?? '';

/** From the start of the first request that failed to the start of the first that did not, after it. */
const outage = (outcomes: readonly Outcome[]): string => {
  const inOrder = outcomes.toSorted((x, y) => x.at - y.at);
  const from = inOrder.findIndex(({ status }) => status !== 200);
  const until_ = inOrder.findLastIndex(({ status }) => status !== 200);
  const start = inOrder[from]?.at;
  const end = inOrder[until_ + 1]?.at ?? inOrder[until_]?.at;
  return start === undefined || end === undefined ? 'none' : seconds(end - start);
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

await main();
