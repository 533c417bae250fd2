// Files in memory with a marked place: what an editor would ask about.
import { memoryReader } from '@vipward/config';
import type { Position } from 'vscode-languageserver';
import { type Project, readProject } from '../../src/lsp/project.ts';

export interface Asked {
  readonly project: Project;
  readonly path: string;
  readonly position: Position;
}

/** The place of the `|` in one of the files; the project begins at /k.conf. */
export const asked = (marked: Readonly<Record<string, string>>): Asked => {
  const [path, text] = Object.entries(marked).find(([, content]) => content.includes('|')) ?? ['', ''];
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const files = { ...marked, [path]: text.replace('|', '') };
  return {
    project: readProject({ root: '/k.conf', read: memoryReader(files), configId: 'main' }),
    path,
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
};
