// Short ways to parse a text in tests.
import {
  type Config,
  type Diagnostic,
  memoryReader,
  type ParseOptions,
  type ParseResult,
  parseConfig,
} from '../src/index.ts';
import { LogicalLines } from '../src/source/logical-lines.ts';

export const FILE = '/etc/keepalived/keepalived.conf';

export type More = Partial<Pick<ParseOptions, 'configId' | 'random' | 'environment' | 'checkIncludes'>> & {
  readonly files?: Readonly<Record<string, string>>;
};

export const parse = (text: string, { files = {}, ...more }: More = {}): ParseResult =>
  parseConfig({ file: FILE, read: memoryReader({ ...files, [FILE]: text }), configId: 'node1', ...more });

export const configOf = (text: string, more: More = {}): Config => parse(text, more).config;

/** `severity code line:column` of each finding, which is what most tests are about. */
export const findings = (result: ParseResult): readonly string[] =>
  result.diagnostics.map(({ severity, code, at }) => `${severity} ${code} ${at.line}:${at.column}`);

export const codes = (text: string, more: More = {}): readonly string[] =>
  parse(text, more).diagnostics.map(({ code }: Diagnostic) => code);

export interface Read {
  readonly lines: readonly string[];
  readonly places: readonly string[];
  readonly codes: readonly string[];
}

/** The logical lines of a text, each with `line:column` of its first character. */
export const readLines = (text: string, { files = {}, configId = 'node1', ...more }: More = {}): Read => {
  const codes: string[] = [];
  const lines = new LogicalLines({
    reader: memoryReader({ ...files, [FILE]: text }),
    surroundings: { configId, ...more },
    report: (_severity, code) => codes.push(code),
  });
  lines.open([FILE], (path) => codes.push(`cannot open ${path}`));
  const found: string[] = [];
  const places: string[] = [];
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    found.push(line.text);
    const column = typeof line.columns === 'number' ? line.columns : line.columns[0];
    places.push(`${line.file === FILE ? '' : `${line.file}:`}${line.line}:${column}`);
  }
  return { lines: found, places, codes };
};
