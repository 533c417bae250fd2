// What a predecessor left: who was master until when, and which addresses it had. One small JSON file on a tmpfs.
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { Millis } from '@vipward/sockets';
import type { SavedFooting } from '../stacked/footing.ts';

export interface SavedInstance {
  readonly name: string;
  readonly interfaceName: string;
  readonly vrid: number;
  readonly role: string;
  /** CLOCK_MONOTONIC, ms: comparable within one boot only. */
  readonly lastAdvertAt: Millis | undefined;
  readonly masterDownInterval: Millis;
  /** The last sequence number of auth_type AH: a successor must go on above it. */
  readonly ahSequence?: number;
  readonly addresses: readonly SavedAddress[];
}

export interface SavedAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly peer?: string;
}

export interface SavedState {
  readonly bootId: string;
  readonly instances: readonly SavedInstance[];
  /** static_ipaddress */
  readonly addresses?: readonly SavedAddress[];
  /** Netlink payloads, in hexadecimal. */
  readonly routes?: readonly string[];
  readonly rules?: readonly string[];
  readonly footing?: SavedFooting;
}

/** undefined when there is none, it makes no sense, or it is from another boot. */
export const readSavedState = (path: string, bootId: string): SavedState | undefined => {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isSavedState(content) && content.bootId === bootId ? content : undefined;
  } catch {
    return undefined;
  }
};

/** Whether an instance may go on as master: its predecessor spoke less than the master-down interval ago. */
export const mayResume = (
  saved: SavedInstance | undefined,
  now: { readonly at: Millis; readonly interfaceName: string; readonly vrid: number },
): boolean =>
  saved !== undefined &&
  saved.role === 'master' &&
  saved.interfaceName === now.interfaceName &&
  saved.vrid === now.vrid &&
  saved.lastAdvertAt !== undefined &&
  saved.lastAdvertAt <= now.at &&
  now.at - saved.lastAdvertAt < saved.masterDownInterval;

export const currentBootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Without one nothing can be adopted: an id that no file has.
    return randomUUID();
  }
};

/** ms; with a thousand masters something changes every millisecond. */
const MIN_PAUSE = 50;
/** Of the time that a write took: writing is a twentieth of the work at most. */
const PAUSE_FACTOR = 20;

/**
 * Writes the newest state, one write at a time; what changes meanwhile is written after a pause. A file that is some
 * milliseconds old lets a restart resume a little less often, and never wrongly.
 */
export class StateWriter {
  #wake = (): void => undefined;
  #dirty = false;
  #running: Promise<void> | undefined;
  #closed = false;
  readonly #path: string;
  readonly #content: () => SavedState;
  readonly #onError: (text: string) => void;

  constructor(path: string, content: () => SavedState, onError: (text: string) => void) {
    this.#path = path;
    this.#content = content;
    this.#onError = onError;
  }

  schedule(): void {
    if (this.#closed) return;
    this.#dirty = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
  }

  /** `remove`: nothing is left to adopt. */
  async close({ remove }: { readonly remove: boolean }): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
    if (remove) rmSync(this.#path, { force: true });
  }

  async #loop(): Promise<void> {
    while (this.#dirty) {
      // Not in the middle of a step: the advert is out, but its other effects are still being performed.
      await Promise.resolve();
      this.#dirty = false;
      const fresh = `${this.#path}.new`;
      const begun = performance.now();
      try {
        await writeFile(fresh, JSON.stringify(this.#content()), { mode: 0o600 });
        await rename(fresh, this.#path);
      } catch (error) {
        this.#onError(`state file ${this.#path}: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (!this.#closed) await this.#pause(Math.max(MIN_PAUSE, PAUSE_FACTOR * (performance.now() - begun)));
    }
  }

  #pause(ms: Millis): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const isSavedState = (content: unknown): content is SavedState =>
  isRecord(content) &&
  typeof content.bootId === 'string' &&
  Array.isArray(content.instances) &&
  content.instances.every(isSavedInstance) &&
  (content.addresses === undefined || isListOf(content.addresses, isSavedAddress)) &&
  (content.routes === undefined || isListOf(content.routes, isText)) &&
  (content.rules === undefined || isListOf(content.rules, isText)) &&
  (content.footing === undefined || isSavedFooting(content.footing));

const isSavedFooting = (item: unknown): boolean =>
  isRecord(item) &&
  isListOf(item.links, isText) &&
  isListOf(item.tables, isText) &&
  isRecord(item.settings) &&
  Object.values(item.settings).every(isText);

const isSavedInstance = (item: unknown): boolean =>
  isRecord(item) &&
  typeof item.name === 'string' &&
  typeof item.interfaceName === 'string' &&
  typeof item.vrid === 'number' &&
  typeof item.role === 'string' &&
  (item.lastAdvertAt === undefined || typeof item.lastAdvertAt === 'number') &&
  (item.ahSequence === undefined || typeof item.ahSequence === 'number') &&
  typeof item.masterDownInterval === 'number' &&
  isListOf(item.addresses, isSavedAddress);

const isSavedAddress = (address: unknown): boolean =>
  isRecord(address) &&
  typeof address.interfaceName === 'string' &&
  typeof address.address === 'string' &&
  typeof address.prefixLength === 'number' &&
  (address.peer === undefined || isText(address.peer));

const isText = (value: unknown): boolean => typeof value === 'string';

const isListOf = (value: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
