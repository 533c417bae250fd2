// What a predecessor left: who was master until when, and which addresses it had. One small JSON file on a tmpfs.
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
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
/** ms without a turn of the event loop. */
const BREATH = 0.2;
/** Of the time that a write took: writing is a twentieth of the work at most. */
const PAUSE_FACTOR = 20;

/** The text of a state file, an instance a piece. */
export function* savedPieces({
  instances,
  ...rest
}: Omit<SavedState, 'instances'> & { readonly instances: Iterable<() => SavedInstance> }): Iterable<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"instances":[`;
  let between = '';
  for (const saved of instances) {
    yield `${between}${JSON.stringify(saved())}`;
    between = ',';
  }
  yield ']}';
}

/**
 * Writes the newest state, one write at a time; what changes meanwhile is written after a pause. A file that is some
 * milliseconds old lets a restart resume a little less often, and never wrongly.
 */
export class StateWriter {
  #wake = (): void => undefined;
  /** Of performance.now(): when what has changed must be on its way. */
  #due = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #closed = false;
  readonly #path: string;
  readonly #pieces: () => Iterable<string>;
  readonly #onError: (text: string) => void;

  /** `pieces`: the text of the file, part by part; adverts have their turn in between. */
  constructor(path: string, pieces: () => Iterable<string>, onError: (text: string) => void) {
    this.#path = path;
    this.#pieces = pieces;
    this.#onError = onError;
  }

  /** Something has changed; that it is written may wait so many ms. */
  schedule(within: Millis = 0): void {
    if (this.#closed) return;
    const due = performance.now() + within;
    if (due < this.#due) {
      this.#due = due;
      if (within === 0) this.#wake();
    }
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
    while (this.#due < Number.POSITIVE_INFINITY) {
      // Not in the middle of a step: the advert is out, but its other effects are still being performed.
      await Promise.resolve();
      while (!this.#closed && this.#due > performance.now()) await this.#pause(this.#due - performance.now());
      this.#due = Number.POSITIVE_INFINITY;
      const fresh = `${this.#path}.new`;
      const begun = performance.now();
      try {
        await this.#write(fresh);
        await rename(fresh, this.#path);
      } catch (error) {
        this.#onError(`state file ${this.#path}: ${error instanceof Error ? error.message : String(error)}`);
      }
      const next = performance.now() + Math.max(MIN_PAUSE, PAUSE_FACTOR * (performance.now() - begun));
      while (!this.#closed && next > performance.now()) await this.#pause(next - performance.now());
    }
  }

  // In parts no larger than a breath makes them: the text of a thousand instances at once would hold up their adverts by half a
  // millisecond. What changes in between is written the next time: only the whole of a group is believed.
  async #write(path: string): Promise<void> {
    const file = await open(path, 'w', 0o600);
    try {
      let part: string[] = [];
      let since = performance.now();
      for (const piece of this.#pieces()) {
        part.push(piece);
        if (this.#closed || performance.now() - since < BREATH) continue;
        await file.appendFile(part.join(''));
        part = [];
        since = performance.now();
      }
      await file.appendFile(part.join(''));
    } finally {
      await file.close();
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
