// `-R`: command lines from standard input, changes gathered and sent to the kernel in bulk.
import type { IpvsOperation } from '@vipward/netlink';
import type { Run } from './context.ts';
import { lineEnd, wholeLinesOf } from './lines.ts';
import { parseIpvsadm } from './parse.ts';
import { change, perform, understand } from './perform.ts';
import { notACommand } from './refusal.ts';
import { ServerLineReader } from './server-line.ts';

/** Changes to send at once: two datagrams. With more of them the changes outlive the young generation, and memory grows. */
const batchLength = 200;

/**
 * Carries out every line and resolves with the exit status of the last. After a refusal by the kernel, and after an
 * option that is not understood, the next line is read; any other refusal ends the run, with all before it carried out.
 */
export const restore = async (run: Run): Promise<number> => {
  const serverLines = new ServerLineReader();
  const batch = new Batch(run, serverLines);
  let first = true;
  for await (const bytes of wholeLinesOf(run.io.stdin)) {
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(lineEnd, start);
      if (end < 0) end = bytes.length;
      // Nearly every line adds a server: neither words nor a promise are made for it.
      const operation = serverLines.read(bytes, start, end);
      if (operation !== undefined) {
        batch.add(operation);
        if (batch.full) await batch.flush();
      } else {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
        // A mark at the begin of the input that says "UTF-8" is no part of the first word.
        const words = wordsOf(first && text.startsWith(byteOrderMark) ? text.slice(1) : text);
        if (words.length > 0 && (await takeLine(words, batch, run)) === 'end') return batch.status;
      }
      first = false;
    }
    // What has been read is done before more is waited for: someone may be typing.
    await batch.flush();
  }
  await batch.flush();
  return batch.status;
};

const byteOrderMark = '\ufeff';

/** Blanks separate words, quotes mean nothing, and the program's name is skipped wherever it stands. */
export const wordsOf = (line: string): string[] =>
  line
    .split(/[ \t\r]+/)
    .map(upToNul)
    .filter((word) => word !== '' && word !== 'ipvsadm');

const upToNul = (word: string): string => {
  const nul = word.indexOf('\0');
  return nul < 0 ? word : word.slice(0, nul);
};

const takeLine = async (words: readonly string[], batch: Batch, run: Run): Promise<'end' | 'next'> => {
  let outcome = parseIpvsadm(words, run.learnt);
  if (outcome.kind === 'change') {
    batch.add(outcome.operation);
    if (batch.full) await batch.flush();
    return 'next';
  }
  if (outcome.kind === 'host-needed' || outcome.kind === 'port-needed') {
    outcome = await understand(words, run);
    if (outcome.kind === 'change') {
      batch.add(outcome.operation);
      if (batch.full) await batch.flush();
      return 'next';
    }
  }
  await batch.flush();
  if (outcome.kind === 'restore') outcome = notACommand;
  if (outcome.kind === 'refusal') {
    run.io.stderr(outcome.message);
    batch.status = outcome.exit;
    return outcome.endsRestore ? 'end' : 'next';
  }
  batch.status = await perform(outcome, run);
  const ends = outcome.kind === 'help' || outcome.kind === 'version' || (outcome.kind === 'list' && batch.status !== 0);
  return ends ? 'end' : 'next';
};

class Batch {
  /** Exit status of the last line. */
  status = 0;
  // Written over again and again, as the operations themselves.
  readonly #operations: IpvsOperation[] = [];
  #count = 0;
  readonly #run: Run;
  readonly #serverLines: ServerLineReader;

  constructor(run: Run, serverLines: ServerLineReader) {
    this.#run = run;
    this.#serverLines = serverLines;
  }

  get full(): boolean {
    return this.#count === batchLength;
  }

  add(operation: IpvsOperation): void {
    this.#operations[this.#count] = operation;
    this.#count += 1;
  }

  async flush(): Promise<void> {
    if (this.#count === 0) return;
    const operations = this.full ? this.#operations : this.#operations.slice(0, this.#count);
    this.#count = 0;
    this.status = await change(operations, this.#run);
    this.#serverLines.reuse();
  }
}
