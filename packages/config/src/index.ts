// The public face of the keepalived.conf language.
export * from './address.ts';
export { CODES, type DiagnosticCode, type ExitStatus } from './diagnose/codes.ts';
export { type RenderOptions, renderDiagnostic, summarize } from './diagnose/render.ts';
export { renderFindings } from './diagnose/repeated.ts';
export { exitStatusOfDiagnostics } from './diagnose/status.ts';
export { editDistance, suggest } from './diagnose/suggest.ts';
export * from './diagnostic.ts';
export type { FileInfo, Host, HostInterface } from './host/host.ts';
export { type Body, describeGrammar, type Grammar } from './keywords/grammar.ts';
export type { BlockRows, KeywordRow, Repeat } from './keywords/row.ts';
export { allBlocks } from './keywords/table.ts';
export * from './model.ts';
export { type ParseOptions, type ParseResult, parseConfig } from './parse.ts';
export type { Surroundings } from './source/parameters.ts';
export { memoryReader, type SourceReader, type SourceText } from './source/reader.ts';
export type { Report, ReportMore } from './source/report.ts';
