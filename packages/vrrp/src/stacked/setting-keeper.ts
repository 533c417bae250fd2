// Settings of the kernel that are ours for a while: what they were before is kept, and put back.
import type { Sysctl } from '../runtime/secondaries.ts';
import type { Setting } from './sysctls.ts';

export class SettingKeeper {
  /** By path: what was there before us. */
  readonly #before = new Map<string, string>();
  readonly #sysctl: Sysctl;
  readonly #onError: (text: string) => void;

  constructor(sysctl: Sysctl, onError: (text: string) => void) {
    this.#sysctl = sysctl;
    this.#onError = onError;
  }

  /** What a predecessor found; it is gone, and could not put it back. */
  remember(before: Readonly<Record<string, string>>): void {
    for (const [path, value] of Object.entries(before)) this.#before.set(path, value);
  }

  get before(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#before);
  }

  /** What a setting is without us. */
  original(path: string): string | undefined {
    return this.#before.get(path) ?? this.#sysctl.read(path);
  }

  /** Writes what differs, and puts back what is not among them any more. */
  set(wanted: readonly Setting[]): void {
    const paths = new Set(wanted.map(({ path }) => path));
    for (const path of [...this.#before.keys()]) if (!paths.has(path)) this.#restore(path);
    for (const { path, value } of wanted) {
      const there = this.#sysctl.read(path);
      if (there === undefined || there === value) continue;
      if (!this.#before.has(path)) this.#before.set(path, there);
      this.write({ path, value });
    }
  }

  /** Without keeping what it was; nothing is written where nothing differs. */
  write({ path, value }: Setting): void {
    const there = this.#sysctl.read(path);
    if (there === undefined || there === value) return;
    try {
      this.#sysctl.write(path, value);
    } catch (error) {
      this.#onError(`${path} cannot be set to ${value}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #restore(path: string): void {
    const before = this.#before.get(path);
    this.#before.delete(path);
    if (before !== undefined) this.write({ path, value: before });
  }
}
