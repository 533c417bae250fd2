// The whole way: files, logical lines, blocks, typed Config, and what was found on it.
import type { Statement } from './blocks/block.ts';
import { BlockReader } from './blocks/block-reader.ts';
import { ConfigBuilder } from './build/config-builder.ts';
import type { ExitStatus } from './diagnose/codes.ts';
import { createCollector } from './diagnose/collector.ts';
import { exitStatusOfDiagnostics } from './diagnose/status.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Host } from './host/host.ts';
import type { Config } from './model.ts';
import { allIncludeChecks } from './source/include.ts';
import { LogicalLines } from './source/logical-lines.ts';
import type { Surroundings } from './source/parameters.ts';
import type { SourceReader } from './source/reader.ts';
import type { Report } from './source/report.ts';

export interface ParseOptions extends Surroundings {
  /** The main file; a pattern with wildcards stands for all its matches. */
  readonly file: string;
  readonly read: SourceReader;
  /** The machine the configuration is for; without it nothing is said that depends on the host. */
  readonly host?: Host;
  /** Further checks of the whole, by who will run it; what they report stands among the rest, with its line. */
  readonly alsoCheck?: (config: Config, report: Report) => void;
  /** The flag -e: every failure of an include is an error from the start. */
  readonly checkIncludes?: boolean;
}

export interface ParseResult {
  readonly config: Config;
  /** In the order of files and lines. */
  readonly diagnostics: readonly Diagnostic[];
  /** What `keepalived -t` would end with. */
  readonly status: ExitStatus;
  /** Every file that was read, in order, the main file first. */
  readonly files: readonly string[];
}

/** Reads a configuration. Never throws for what is in the files: everything wrong is a diagnostic. */
export const parseConfig = (options: ParseOptions): ParseResult => parseStatements(options, () => {});

/** The same, handing on each statement of the top level before it is forgotten. */
export const parseStatements = (options: ParseOptions, onStatement: (statement: Statement) => void): ParseResult => {
  const collector = createCollector();
  const files: string[] = [];
  const lines = new LogicalLines({
    reader: options.read,
    surroundings: options,
    report: collector.report,
    ...(options.checkIncludes ? { includeChecks: allIncludeChecks } : {}),
    onFile: (path, text) => {
      if (!files.includes(path)) files.push(path);
      collector.addFile(path, text);
    },
    onUse: collector.addUse,
  });
  openMain(options, lines, collector.report);
  const blocks = new BlockReader(lines, collector.report);
  const builder = new ConfigBuilder(collector.report, options.read, options.host);
  for (let statement = blocks.next(); statement !== undefined; statement = blocks.next()) {
    onStatement(statement);
    builder.add(statement);
  }
  const config = builder.finish();
  options.alsoCheck?.(config, collector.report);
  const diagnostics = collector.diagnostics();
  return { config, diagnostics, status: exitStatusOfDiagnostics(diagnostics), files };
};

const openMain = ({ file, read }: ParseOptions, lines: LogicalLines, report: Report): void => {
  const at = { file, line: 1, column: 1 };
  const matches = /[*?[]/.test(file) && read.text(file).kind === 'missing' ? read.glob(file, '.') : [file];
  if (matches.length > 1)
    report(
      'warning',
      'several-files',
      `${file} matches ${matches.length} files, which are read one after the other`,
      at,
    );
  lines.open(matches, (path) => {
    const source = read.text(path);
    const reason = source.kind === 'refused' ? source.reason : 'there is no such file';
    report('error', 'file-missing', `cannot read the configuration file ${path}: ${reason}`, { ...at, file: path });
  });
  if (matches.length === 0) report('error', 'file-missing', `no configuration file matches ${file}`, at);
};
