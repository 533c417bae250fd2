// What real keepalived says of a real file, what vipward says, and whether the two agree. The files live outside of the repository.
import { existsSync, readFileSync } from 'node:fs';
import { USED_HERE } from '../src/diagnose/collector.ts';
import { allBlocks, type Diagnostic, memoryReader, parseConfig } from '../src/index.ts';

const directory = new URL('../../../../shared/corpus/', import.meta.url);

/** Whether the files are there. */
export const corpusIsThere = existsSync(directory);

export interface CorpusFile {
  /** Three digits. */
  readonly number: string;
  /** The worst that keepalived says, such as `clean`, `bad-value`, `unknown-keyword`, `brace/quote`, `hang`. */
  readonly kind: string;
}

const readText = (name: string): string => readFileSync(new URL(name, directory), 'utf8');

export const corpusFiles: readonly CorpusFile[] = corpusIsThere
  ? readText('index.tsv')
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
      .flatMap(([number, , , , , , , kind]) => (number && kind ? [{ number, kind }] : []))
  : [];

/** What vipward finds, as on the machine where keepalived was asked. */
export const diagnose = (number: string): readonly Diagnostic[] => {
  const file = `${number}.conf`;
  const read = memoryReader({ [file]: readText(file) });
  return parseConfig({ file, read, configId: 'kalab', random: (min) => min }).diagnostics;
};

// What depends on the host, and what says only that vipward has no such feature yet, is no judgement of the file. A deprecated
// spelling is a note here, and a finding of keepalived.
const judges = ({ severity, code }: Diagnostic): boolean =>
  (severity !== 'note' || code === 'deprecated-keyword') && !code.startsWith('env-') && code !== 'not-acted-on';

interface OracleLine {
  readonly line: number;
  readonly text: string;
}

/** Messages with a line that are about an unknown keyword, a bad value or a brace. */
export const oracleLines = (number: string): readonly OracleLine[] => {
  const lines = new Map<string, OracleLine>();
  for (const message of readText(`oracle/${number}.txt`).split('\n').slice(1)) {
    const [, line, text = ''] = /^\((?:\S+: )?Line (\d+)\) (.*)$/.exec(message) ?? [];
    if (line !== undefined && ABOUT_THE_TEXT.test(text)) lines.set(message, { line: Number(line), text });
  }
  return [...lines.values()];
};

// The name of an smtp_server is looked up on the host.
const ABOUT_THE_TEXT =
  /^(?!Invalid smtp server).*(?:Unknown keyword|Unexpected '|Extra '|Missing '|extra parameters|quote|[Ii]nvalid|outside range|malformed|not valid|must be|Truncating|missing a parameter|decimal places|unknown state|unknown authentication|character length|deprecated)/;

const known: ReadonlySet<string> = new Set(allBlocks().flatMap(({ rows }) => rows.map(({ name }) => name)));

const LOST = /Unexpected '\{'|Extra '\}'|Missing '\{'|Unknown keyword '\}'/;

/**
 * Whether a message is only the echo of an earlier mistake. keepalived does not skip the block of an unknown keyword: it looks up
 * every line in it, and its } closes the surrounding block, after which whatever follows is unknown as well. So once it has lost
 * count of the braces, a complaint about a brace, about a keyword that exists, about a value, or about a line that holds the
 * braces of a template is an echo; and so is one about a line of a block that vipward says it skips.
 */
const isEcho = ({ line, text }: OracleLine, written: string, lostAt: number, skipped: Skipped): boolean => {
  if (skipped.some(({ from, to }) => line > from && line <= to)) return true;
  if (line < lostAt) return false;
  const [, word] = /Unknown keyword '(.*)'$/.exec(text) ?? [];
  if (word === undefined) return LOST.test(text);
  return known.has(word) || /^[}{]$|^[\d.:/a-f-]+$/i.test(word) || /[{}$]/.test(written);
};

// Of a line out of a parameter of several lines keepalived names the place of use, vipward the line with that place beside it.
const namedBy = ({ at, related = [] }: Diagnostic): readonly number[] => [
  at.line,
  ...related.filter(({ message }) => message === USED_HERE).map((use) => use.at.line),
];

type Skipped = readonly { readonly from: number; readonly to: number }[];

// Unknown blocks, as the finding says it: up to the brace that is named with it, or to the end when that is missing.
const skippedBlocks = (diagnostics: readonly Diagnostic[]): Skipped =>
  diagnostics
    .filter(({ code }) => code === 'unknown-keyword')
    .flatMap(({ at, related = [] }) => {
      const open = diagnostics.some(
        (other) => other.code === 'missing-close-brace' && other.at.line === at.line && other.at.column === at.column,
      );
      if (open) return [{ from: at.line, to: Number.POSITIVE_INFINITY }];
      return related.map((end) => ({ from: at.line, to: end.at.line }));
    });

// Where keepalived loses count, provided that vipward names a mistake there; a missing { it finds on the line after.
const lostLine = (lines: readonly OracleLine[], named: ReadonlySet<number>): number =>
  Math.min(
    ...lines
      .filter(({ text }) => LOST.test(text))
      .flatMap(({ line }) => [line, line - 1].filter((near) => named.has(near))),
    Number.POSITIVE_INFINITY,
  );

/** In words, everything in which vipward and keepalived differ over one file; empty when they agree. */
export const disagreements = ({ number, kind }: CorpusFile): readonly string[] => {
  const diagnostics = diagnose(number);
  const ours = diagnostics.filter(judges);
  const lines = oracleLines(number);
  // keepalived ends with 0, so counts as silent, when only its first pass complains; the lines it names count all the same.
  if (kind === 'clean' && lines.length === 0)
    return ours.map(({ code, at, message }) => `says ${code} at line ${at.line} of a clean file: ${message}`);
  const named = new Set(ours.flatMap(namedBy));
  const text = readText(`${number}.conf`).split('\n');
  const skipped = skippedBlocks(diagnostics);
  const lostAt = lostLine(lines, named);
  return lines
    .filter((one) => !named.has(one.line) && !isEcho(one, text[one.line - 1] ?? '', lostAt, skipped))
    .map(({ line, text: message }) => `does not name line ${line}: ${message}`);
};
