// Searches texts in a worker thread: a pattern that takes for ever costs that thread, never the checks.
import { Worker } from 'node:worker_threads';
import type { Clock, Millis } from '@vipward/sockets';
import { giveUpAt } from './give-up.ts';

export interface Search {
  readonly source: string;
  readonly flags: string;
  /** The text is UTF-8; otherwise every byte is a character. */
  readonly utf: boolean;
  readonly text: Uint8Array;
  /** Offset in bytes where the search begins. */
  readonly from: number;
}

export interface Searcher {
  /** Offset in bytes of the first match, undefined where there is none. One search runs at a time. */
  search(search: Search): Promise<number | undefined | 'abandoned'>;
}

/** A search may take this long; then its thread is ended and the next one gets another. */
export const searchLimit: Millis = 1000;

// Plain JavaScript in a string: the bundle needs no second file, and nothing is compiled.
const program = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ source, flags, utf, text, from }) => {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const encoding = utf ? 'utf8' : 'latin1';
  const regex = new RegExp(source, flags);
  regex.lastIndex = bytes.subarray(0, from).toString(encoding).length;
  const subject = bytes.toString(encoding);
  const found = from > bytes.length ? null : regex.exec(subject);
  parentPort.postMessage(found === null ? -1 : Buffer.byteLength(subject.slice(0, found.index), encoding));
});`;

interface Waiting {
  readonly search: Search;
  resolve(found: number | undefined | 'abandoned'): void;
}

export const createSearcher = (clock: Clock): Searcher => {
  const waiting: Waiting[] = [];
  let worker: Worker | undefined;
  let current: Waiting | undefined;
  let cancelLimit = (): void => {};

  const finish = (found: number | undefined | 'abandoned'): void => {
    cancelLimit();
    const done = current;
    current = undefined;
    worker?.unref();
    done?.resolve(found);
    begin();
  };
  const abandon = (): void => {
    const lost = worker;
    worker = undefined;
    void lost?.terminate();
    finish('abandoned');
  };
  const start = (): Worker => {
    const started = new Worker(program, { eval: true, name: 'regex', resourceLimits: { maxOldGenerationSizeMb: 32 } });
    started.on('message', (index: number) => {
      if (started === worker) finish(index < 0 ? undefined : index);
    });
    // Out of memory or a stack that overflows ends the thread: the search it was at has no answer.
    started.on('error', () => {
      if (started === worker) abandon();
    });
    return started;
  };
  const begin = (): void => {
    if (current !== undefined) return;
    current = waiting.shift();
    if (current === undefined) return;
    worker ??= start();
    worker.ref();
    cancelLimit = giveUpAt(clock, clock.now() + searchLimit, abandon);
    worker.postMessage(current.search);
  };
  return {
    search: (search) =>
      new Promise((resolve) => {
        waiting.push({ search, resolve });
        begin();
      }),
  };
};
