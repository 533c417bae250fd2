// The `$NAME` or `${NAME}` at a place.
import { parametersIn } from '@vipward/config/outline';
import type { Position, Range } from 'vscode-languageserver';
import type { ProjectFile } from './project.ts';

export interface ParameterAt {
  readonly name: string;
  readonly range: Range;
}

export const parameterAt = (file: ProjectFile, { line, character }: Position): ParameterAt | undefined => {
  const use = parametersIn(file.text.split('\n')[line] ?? '').find(
    ({ start, end }) => start <= character && character <= end,
  );
  return use && { name: use.name, range: { start: { line, character: use.start }, end: { line, character: use.end } } };
};
