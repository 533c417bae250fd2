// The open files with the configurations they belong to, and what is to be shown of each.
import type { SourceReader } from '@vipward/config';
import type { Diagnostic as Shown } from 'vscode-languageserver';
import { shownFindings } from './diagnostics.ts';
import { overlayReader } from './overlay.ts';
import { uriOf } from './positions.ts';
import { type Project, readProject } from './project.ts';
import { projectsOf } from './roots.ts';

export interface Settings {
  /** Condition lines `@ID` are read for this id. */
  readonly configId: string;
  /** The file that includes the open ones; found by its name when it is not given. */
  readonly mainFile?: string;
}

/** The options that a client may send at its start; what is not understood is left out. */
export const settingsOf = (options: unknown, configId: string): Settings => {
  if (typeof options !== 'object' || options === null) return { configId };
  const id = 'configId' in options ? options.configId : undefined;
  const file = 'mainFile' in options ? options.mainFile : undefined;
  return {
    configId: typeof id === 'string' && id !== '' ? id : configId,
    ...(typeof file === 'string' && file !== '' ? { mainFile: file } : {}),
  };
};

export class Workspace {
  settings: Settings = { configId: '' };
  readonly #disk: SourceReader;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #projects: ReadonlyMap<string, Project> = new Map();

  constructor(disk: SourceReader, environment: Readonly<Record<string, string | undefined>>) {
    this.#disk = disk;
    this.#environment = environment;
  }

  /** Reads everything anew; `open` has the texts of the open files by normalized path. */
  read(open: ReadonlyMap<string, string>): void {
    const read = overlayReader(open, this.#disk);
    const { configId, mainFile } = this.settings;
    this.#projects = projectsOf([...open.keys()], mainFile, (root) =>
      read.text(root).kind === 'text'
        ? readProject({ root, read, configId, environment: this.#environment })
        : undefined,
    );
  }

  /** The configuration that an open file belongs to. */
  projectOf(path: string): { readonly project: Project; readonly path: string } | undefined {
    const project = this.#projects.get(path);
    return project && { project, path };
  }

  /** By URI: every file of the projects with findings, and every open file, so that old findings go away. */
  findings(): ReadonlyMap<string, readonly Shown[]> {
    const shown = new Map<string, readonly Shown[]>();
    for (const [path] of this.#projects) shown.set(uriOf(path), []);
    for (const project of new Set(this.#projects.values()))
      for (const [path, findings] of project.findings)
        shown.set(uriOf(path), shownFindings(findings, project.files.get(path)?.text ?? ''));
    return shown;
  }
}
