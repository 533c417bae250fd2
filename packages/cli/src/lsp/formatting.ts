// A whole file in even indentation, as `vipward config fmt` makes it.
import { formatConfig } from '@vipward/config/format';
import type { TextEdit } from 'vscode-languageserver';
import type { Project } from './project.ts';

/** No edit for a file that is neat already, or whose braces do not close; the findings say which. */
export const formattingOf = (project: Project, path: string): TextEdit[] => {
  const file = project.files.get(path);
  if (file === undefined) return [];
  const result = formatConfig({ file: path, text: file.text, configId: project.configId });
  if (result.kind === 'refused' || result.text === file.text) return [];
  const lines = file.text.split('\n').length;
  return [{ range: { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } }, newText: result.text }];
};
