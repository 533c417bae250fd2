// Keeps nftables tables as they should be: one transaction for each change, none when a predecessor left them just so, and put
// back when someone else changed them.
import type { IpFamily } from '@vipward/config/address';
import type { Cancel, Clock } from '@vipward/sockets';
import { asElementChanges } from './elements.ts';
import { keyOf, NftTalk, type NftTalkParts, partsOf } from './nft-talk.ts';
import type { Nftables } from './open.ts';
import { Others } from './others.ts';
import { canonical, changeElements, hasTag, type NftObject, replaceTable } from './transaction.ts';

export interface NftTablesParts extends Nftables, NftTalkParts {
  readonly clock: Clock;
  /** The word that names the tables. */
  readonly named: string;
  readonly indexOf?: (link: string) => number | undefined;
  /** What a successor must know has changed. */
  readonly onProgress: () => void;
}

export interface WantedTable {
  readonly family: IpFamily;
  readonly table: string;
  /** Empty: there shall be none. */
  readonly objects: readonly NftObject[];
  /** What names in it stand for: where that changes, the table is written anew though its text is the same. */
  readonly indexes?: string;
}

/** What lies in a table. */
interface Known {
  /** canonical(); '' = no table. */
  readonly text: string;
  /** Absent when the kernel said it. */
  readonly objects?: readonly NftObject[];
  readonly indexes?: string;
}

/** From what lies in a table to what shall lie there. */
interface TableChange {
  readonly key: string;
  readonly wanted: Known;
  /** Where only elements of sets and maps differ. */
  readonly elements: readonly NftObject[] | undefined;
  readonly whole: readonly NftObject[];
}

/** ms until what was refused is tried again: twice as long each time, up to the longest. */
const FIRST_RETRY = 1000;
const LONGEST_RETRY = 30_000;
/** Refusals that are remembered. */
const MOST_REFUSED = 16;

export class NftTables {
  readonly #parts: NftTablesParts;
  readonly #talk: NftTalk;
  readonly #others: Others;
  #wanted: () => readonly WantedTable[] = () => [];
  /** By `FAMILY TABLE` as nft writes them: what lies there. Absent: not known yet. */
  readonly #there = new Map<string, Known>();
  /** Tables of a predecessor, or under an earlier name. */
  readonly #left = new Set<string>();
  #running: Promise<boolean> | undefined;
  #again = false;
  /** What was refused: until when it is not asked for again. */
  readonly #refused = new Map<string, { readonly wait: number; readonly until: number }>();
  #cancelRetry: Cancel | undefined;
  #closed = false;

  constructor(parts: NftTablesParts) {
    this.#parts = parts;
    this.#talk = new NftTalk(parts);
    this.#others = new Others({
      ...parts,
      isOwn: (pid) => this.#talk.isOwn(pid),
      ours: () => this.#present,
      onTouched: () => void this.#sync(),
    });
  }

  /** `FAMILY TABLE` of those that a predecessor had. */
  remember(tables: readonly string[]): void {
    for (const table of tables) this.#left.add(table);
  }

  get saved(): readonly string[] {
    return [...new Set([...this.#present, ...this.#left])];
  }

  get #present(): readonly string[] {
    return [...this.#there].flatMap(([key, { text }]) => (text === '' ? [] : key));
  }

  /** What `wanted` gives shall be there, and no other table of ours; resolves with whether the kernel has it. Never rejects. */
  settle(wanted: () => readonly WantedTable[]): Promise<boolean> {
    this.#wanted = wanted;
    return this.#sync();
  }

  /** Ends the watch. `keep`: what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    this.#closed = true;
    this.#others.close();
    this.#cancelRetry?.();
    if (keep) await this.#running;
    else await this.settle(() => []);
    this.#parts.elements?.close();
  }

  #sync(): Promise<boolean> {
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(): Promise<boolean> {
    let done = true;
    // All that is wanted in one go goes into one transaction.
    await Promise.resolve();
    while (this.#again) {
      this.#again = false;
      await this.#look();
      await this.#readNew();
      done = await this.#write(this.#changes());
      for (const key of [...this.#left]) await this.#remove(key);
    }
    this.#others.follow();
    return done;
  }

  async #readNew(): Promise<void> {
    for (const { family, table, objects } of this.#wanted()) {
      const key = keyOf(family, table);
      const asks = this.#left.has(key) || objects.length > 0;
      if (asks && !this.#there.has(key)) this.#there.set(key, { text: await this.#read(key) });
    }
  }

  // Of what is wanted now, and not of what was before the kernel was asked.
  #changes(): readonly TableChange[] {
    const tables = this.#wanted();
    const now = new Set(tables.map(({ family, table }) => keyOf(family, table)));
    for (const key of this.#present) if (!now.has(key)) this.#left.add(key);
    return tables.flatMap(({ family, table, objects, indexes = '' }) => {
      const key = keyOf(family, table);
      this.#left.delete(key);
      const wanted = { text: objects.length === 0 ? '' : canonical(objects), objects, indexes };
      const there = this.#there.get(key) ?? { text: '' };
      if (there.text === wanted.text && (there.indexes ?? indexes) === indexes) {
        this.#there.set(key, wanted);
        return [];
      }
      const same = there.objects !== undefined && there.indexes === indexes;
      const elements = same ? changeElements(there.objects, objects) : undefined;
      return [{ key, wanted, elements, whole: replaceTable(family, table, objects) }];
    });
  }

  async #write(changes: readonly TableChange[]): Promise<boolean> {
    this.#parts.onProgress();
    if (changes.length === 0) return true;
    const whole = changes.flatMap((change) => change.whole);
    const asked = JSON.stringify(whole);
    if (this.#parts.clock.now() < (this.#refused.get(asked)?.until ?? 0)) return false;
    const least = changes.flatMap((change) => change.elements ?? change.whole);
    const isLess = changes.some(({ elements }) => elements !== undefined);
    const written =
      (changes.every(({ elements }) => elements !== undefined) && (await this.#writeElements(least))) ||
      (await this.#talk.write(least, isLess)) ||
      (isLess && (await this.#talk.write(whole)));
    if (written) {
      for (const { key, wanted } of changes) this.#there.set(key, wanted);
      this.#refused.clear();
    } else {
      // A refused transaction has changed nothing; what nft did before it died must be read.
      if (this.#talk.isUnclear) for (const { key } of changes) this.#there.delete(key);
      this.#tryLater(asked);
    }
    this.#parts.onProgress();
    return written;
  }

  #tryLater(asked: string): void {
    const { clock } = this.#parts;
    const wait = Math.min(LONGEST_RETRY, (this.#refused.get(asked)?.wait ?? FIRST_RETRY / 2) * 2);
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.set(asked, { wait, until: clock.now() + wait });
    this.#cancelRetry?.();
    if (this.#closed) return;
    this.#cancelRetry = clock.at(clock.now() + wait, () => {
      if (this.#wanted().length > 0) void this.#sync();
    });
  }

  /** False: the program shall do it. */
  async #writeElements(commands: readonly NftObject[]): Promise<boolean> {
    const { elements, indexOf = () => undefined } = this.#parts;
    const asked = elements === undefined ? undefined : asElementChanges(commands, indexOf);
    return elements !== undefined && asked !== undefined && (await elements.change(asked));
  }

  async #remove(key: string): Promise<void> {
    this.#left.delete(key);
    const known = this.#present.includes(key);
    const objects = known ? [] : await this.#talk.list(key);
    if (known || (objects !== 'unknown' && hasTag(objects))) await this.#talk.write(replaceTable(...partsOf(key), []));
    this.#there.delete(key);
    this.#parts.onProgress();
  }

  async #read(key: string): Promise<string> {
    const objects = await this.#talk.list(key);
    if (objects === 'unknown' || objects.length === 0) return '';
    const { log, named } = this.#parts;
    if (!hasTag(objects))
      log.warning(`nftables table ${key} is there already, and is replaced: the word ${named} names another`);
    return canonical(objects);
  }

  /** Reads what others touched; what is not as it was is written again. */
  async #look(): Promise<void> {
    for (const [key, who] of this.#others.take()) {
      const known = this.#there.get(key);
      const listed = await this.#talk.list(key);
      if (listed === 'unknown' || known === undefined) continue;
      const text = canonical(listed);
      if (text === known.text) continue;
      this.#there.set(key, { text });
      const what = text === '' ? 'deleted' : 'changed';
      this.#parts.log.warning(`nftables table ${key} was ${what} by ${who} and is put back`);
    }
  }
}
