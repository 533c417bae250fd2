// Which lines are for vipward alone: those behind `@vipward`, and those of the files that such a line includes.
import type { Line } from './line.ts';

export class OwnLines {
  readonly #files = new Set<string>();
  readonly #lines = new Map<string, Set<number>>();

  has({ file, line }: Line): boolean {
    return this.#files.has(file) || (this.#lines.get(file)?.has(line) ?? false);
  }

  addLine({ file, line }: Line): void {
    const lines = this.#lines.get(file) ?? new Set();
    this.#lines.set(file, lines.add(line));
  }

  addFiles(paths: readonly string[]): void {
    for (const path of paths) this.#files.add(path);
  }
}
