// `-R`: command lines from standard input, changes gathered and sent to the kernel in bulk.
import type { IpvsOperation } from '@vipward/netlink';
import type { Run } from './context.ts';
import { lineEnd, wholeLinesOf } from './lines.ts';
import { parseIpvsadm } from './parse.ts';
import { perform, refusalText, understand } from './perform.ts';
import { notACommand } from './refusal.ts';
import { ServerLineReader } from './server-line.ts';

/** Changes to send at once: two datagrams. With more of them the changes outlive the young generation, and memory grows. */
const batchLength = 200;

/**
 * Carries out every line and resolves with the exit status of the last. After a refusal by the kernel, and after an
 * option that is not understood, the next line is read; any other refusal ends the run, with all before it carried out.
 */
export const restore = async (run: Run): Promise<number> => {
  const batch = new Batch(run);
  const serverLines = new ServerLineReader();
  // A mark at the begin of the input that says "UTF-8" is no part of the first word.
  let decoder = new TextDecoder();
  for await (const bytes of wholeLinesOf(run.io.stdin)) {
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(lineEnd, start);
      if (end < 0) end = bytes.length;
      // Nearly every line adds a server: neither words nor a promise are made for it.
      const operation = serverLines.read(bytes, start, end);
      if (operation !== undefined) {
        batch.operations.push(operation);
        if (batch.operations.length >= batchLength) await batch.flush();
      } else {
        const words = wordsOf(decoder.decode(bytes.subarray(start, end)));
        if (words.length > 0 && (await takeLine(words, batch, run)) === 'end') return batch.status;
      }
      if (start === 0) decoder = laterLines;
    }
    // What has been read is done before more is waited for: someone may be typing.
    await batch.flush();
  }
  await batch.flush();
  return batch.status;
};

const laterLines = new TextDecoder('utf-8', { ignoreBOM: true });

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
    batch.operations.push(outcome.operation);
    if (batch.operations.length >= batchLength) await batch.flush();
    return 'next';
  }
  if (outcome.kind === 'host-needed' || outcome.kind === 'port-needed') {
    outcome = await understand(words, run);
    if (outcome.kind === 'change') {
      batch.operations.push(outcome.operation);
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
  operations: IpvsOperation[] = [];
  /** Exit status of the last line. */
  status = 0;
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  async flush(): Promise<void> {
    const { operations } = this;
    if (operations.length === 0) return;
    this.operations = [];
    const failures = await this.#run.kernel.apply(operations);
    this.#run.io.stderr(failures.map(({ operation, error }) => `${refusalText(operation.kind, error)}\n`).join(''));
    this.status = failures.at(-1)?.index === operations.length - 1 ? 255 : 0;
  }
}
