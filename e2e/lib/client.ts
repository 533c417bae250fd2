// What a client of the site sees: single answers, and a steady stream of requests with every outcome.
import { fileURLToPath } from 'node:url';
import type { Netns } from '@vipward/testkit';

const requester = fileURLToPath(new URL('../fixtures/requester.mjs', import.meta.url));

/** The bodies of `count` requests, one after the other; an empty string for one that failed. */
export const ask = async (host: Netns, address: string, count: number, path = '/'): Promise<readonly string[]> => {
  const script = `for i in $(seq ${count}); do curl -s -m 3 "http://${address}${path}" || echo; done`;
  return (await host.exec('sh', ['-c', script])).trimEnd().split('\n');
};

/** How often each answer came. */
export const tally = (answers: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
};

export interface Outcome {
  /** Milliseconds since the epoch when the request began. */
  readonly at: number;
  readonly ms: number;
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
}

export interface Stream {
  /** Ends it and gives every outcome in order of completion. */
  end(): Promise<readonly Outcome[]>;
}

/** Starts a request every `every` ms, each with `timeout` ms to be answered. */
export const stream = async (host: Netns, address: string, { every = 50, timeout = 3000 } = {}): Promise<Stream> => {
  const process_ = host.spawn(process.execPath, [requester, address, '80', '/', String(every), String(timeout)]);
  await process_.waitFor('ready', { timeout: 30_000 });
  return {
    async end() {
      process_.kill('SIGTERM');
      await process_.ended;
      return process_
        .log()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line): Outcome => JSON.parse(line));
    },
  };
};

export const failed = (outcomes: readonly Outcome[]): readonly Outcome[] =>
  outcomes.filter(({ status }) => status !== 200);
