// The parameters as they stand at a place of the text, and the definition that is going on over several lines.
import { type Line, sliceLine, trimLine } from './line.ts';
import type { Parameter } from './parameters.ts';

export class Definitions {
  readonly #parameters = new Map<string, Parameter>();
  #open: { readonly name: string; readonly lines: Line[] } | undefined;

  get parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }

  /** Whether the physical lines that come belong to a definition. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  set(name: string, text: string): void {
    this.#parameters.set(name, { kind: 'text', text });
  }

  /** `$NAME=VALUE`; a value that ends in a backslash goes on. The last definition counts. */
  define(name: string, value: Line): void {
    if (!value.text.endsWith('\\')) {
      this.set(name, value.text);
      return;
    }
    this.#open = { name, lines: [] };
    this.goOn(value);
  }

  /** A further line of the open definition. One that does not end in a backslash is the last one. */
  goOn(line: Line): void {
    if (line.text.endsWith('\\')) {
      this.#open?.lines.push(trimLine(sliceLine(line, 0, line.text.length - 1)));
      return;
    }
    this.#open?.lines.push(line);
    this.end();
  }

  /** Ends the open definition, if there is one. */
  end(): void {
    if (this.#open !== undefined) this.#parameters.set(this.#open.name, { kind: 'lines', lines: this.#open.lines });
    this.#open = undefined;
  }
}
