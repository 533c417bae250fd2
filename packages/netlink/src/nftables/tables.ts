// Keeps nftables tables as they should be: one transaction for each change, none when a predecessor left them just so, and put
// back when someone else changed them.
import type { IpFamily } from '@vipward/config/address';
import type { Cancel, Clock } from '@vipward/sockets';
import { asElementChanges } from './elements.ts';
import type { Nftables } from './open.ts';
import {
  canonical,
  changeElements,
  hasTag,
  listedObjects,
  type NftObject,
  nftFamily,
  replaceTable,
} from './transaction.ts';
import type { NftTransaction } from './watch.ts';

export interface NftTablesParts extends Nftables {
  readonly clock: Clock;
  readonly log: { warning(text: string): void; error(text: string): void };
  /** The code of its errors. */
  readonly code: string;
  /** What it means that nft cannot be run. */
  readonly without: string;
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

/** ms between two looks at what others did: the first look is at once, then twice as long each time while it goes on. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 30_000;
/** ms until what was refused is tried again: twice as long each time, up to the longest. */
const FIRST_RETRY = 1000;
/** ms without a look after which the next one is at once again. */
const CALM = 60_000;

export class NftTables {
  readonly #parts: NftTablesParts;
  #wanted: () => readonly WantedTable[] = () => [];
  /** By `FAMILY TABLE` as nft writes them: what lies there. Absent: not known yet. */
  readonly #there = new Map<string, Known>();
  /** Tables of a predecessor, or under an earlier name. */
  readonly #left = new Set<string>();
  /** Tables that others have touched, and who was the last. */
  readonly #touched = new Map<string, string>();
  readonly #ownProcesses = new Set<number>([process.pid]);
  #running: Promise<boolean> | undefined;
  #again = false;
  #missing = false;
  #unwatch: (() => void) | undefined;
  #cancelLook: Cancel | undefined;
  #wait = 0;
  #lastLook = Number.NEGATIVE_INFINITY;
  /** What was refused: until when it is not asked for again. */
  readonly #refused = new Map<string, { readonly wait: number; readonly until: number }>();
  #cancelRetry: Cancel | undefined;
  #lastStatus: number | undefined;
  #lastError = '';
  #closed = false;

  constructor(parts: NftTablesParts) {
    this.#parts = parts;
  }

  /** `FAMILY TABLE` of those that a predecessor had. */
  remember(tables: readonly string[]): void {
    for (const table of tables) this.#left.add(table);
  }

  get saved(): readonly string[] {
    const used = [...this.#there].flatMap(([key, { text }]) => (text === '' ? [] : key));
    return [...new Set([...used, ...this.#left])];
  }

  /** What `wanted` gives shall be there, and no other table of ours; resolves with whether the kernel has it. Never rejects. */
  settle(wanted: () => readonly WantedTable[]): Promise<boolean> {
    this.#wanted = wanted;
    return this.#sync();
  }

  /** Ends the watch. `keep`: what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    this.#closed = true;
    this.#unwatch?.();
    this.#cancelLook?.();
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
      done = await this.#write();
      for (const key of [...this.#left]) await this.#remove(key);
    }
    this.#followOthers();
    return done;
  }

  async #write(): Promise<boolean> {
    for (const { family, table, objects } of this.#wanted()) {
      const key = keyOf(family, table);
      const asks = this.#left.has(key) || objects.length > 0;
      if (asks && !this.#there.has(key)) this.#there.set(key, { text: await this.#read(key) });
    }
    // What is wanted now, and not what was before the kernel was asked.
    const tables = this.#wanted();
    const now = new Set(tables.map(({ family, table }) => keyOf(family, table)));
    for (const [key, { text }] of this.#there) if (text !== '' && !now.has(key)) this.#left.add(key);
    const changes = tables.flatMap(({ family, table, objects, indexes = '' }) => {
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
    this.#parts.onProgress();
    if (changes.length === 0) return true;
    const asked = JSON.stringify(changes.map(({ whole }) => whole));
    if (this.#parts.clock.now() < (this.#refused.get(asked)?.until ?? 0)) return false;
    const written =
      (await this.#writeElements(changes.map(({ elements }) => elements))) ||
      (await this.#run(
        changes.flatMap(({ elements, whole }) => elements ?? whole),
        changes.every(({ elements }) => !elements),
      )) ||
      (changes.some(({ elements }) => elements) &&
        (await this.#run(
          changes.flatMap(({ whole }) => whole),
          true,
        )));
    if (written) {
      for (const { key, wanted } of changes) this.#there.set(key, wanted);
      this.#refused.clear();
      this.#lastError = '';
    } else {
      // A refused transaction has changed nothing; what nft did before it died must be read.
      if (this.#lastStatus === undefined) for (const { key } of changes) this.#there.delete(key);
      this.#tryLater(asked);
    }
    this.#parts.onProgress();
    return written;
  }

  #tryLater(asked: string): void {
    const { clock } = this.#parts;
    const wait = Math.min(LONGEST_WAIT, (this.#refused.get(asked)?.wait ?? FIRST_RETRY / 2) * 2);
    this.#refused.set(asked, { wait, until: clock.now() + wait });
    this.#cancelRetry?.();
    if (this.#closed) return;
    this.#cancelRetry = clock.at(clock.now() + wait, () => {
      if (this.#wanted().length > 0) void this.#sync();
    });
  }

  /** False: the program shall do it. */
  async #writeElements(changes: readonly (readonly NftObject[] | undefined)[]): Promise<boolean> {
    const { elements, indexOf = () => undefined } = this.#parts;
    if (elements === undefined) return false;
    const all: NftObject[] = [];
    for (const commands of changes) {
      if (commands === undefined) return false;
      all.push(...commands);
    }
    const asked = asElementChanges(all, indexOf);
    return asked !== undefined && (await elements.change(asked));
  }

  async #remove(key: string): Promise<void> {
    this.#left.delete(key);
    const known = (this.#there.get(key)?.text ?? '') !== '';
    const objects = known ? [] : await this.#list(key);
    if (known || (objects !== 'unknown' && hasTag(objects))) await this.#run(replaceTable(...partsOf(key), []), true);
    this.#there.delete(key);
    this.#parts.onProgress();
  }

  async #read(key: string): Promise<string> {
    const objects = await this.#list(key);
    if (objects === 'unknown' || objects.length === 0) return '';
    const { log, named } = this.#parts;
    if (!hasTag(objects))
      log.warning(`nftables table ${key} is there already, and is replaced: the word ${named} names another`);
    return canonical(objects);
  }

  /** Nothing of a table that is not there. */
  async #list(key: string): Promise<readonly NftObject[] | 'unknown'> {
    const [family, table] = partsOf(key);
    const { status, stdout } = await this.#call(['-j', 'list', 'table', nftFamily(family), table]);
    if (status === undefined) return 'unknown';
    return (status === 0 ? listedObjects(stdout) : undefined) ?? [];
  }

  /** `loud`: a refusal is the end of it. */
  async #run(commands: readonly NftObject[], loud: boolean): Promise<boolean> {
    const { status, stderr } = await this.#call(['-j'], JSON.stringify({ nftables: commands }));
    if (status === 0) return true;
    const { log, code, without } = this.#parts;
    const error = `${code} nft ended with ${status}: ${firstLine(stderr)}; ${without}`;
    if (status === undefined || !loud || error === this.#lastError) return false;
    this.#lastError = error;
    log.error(error);
    return false;
  }

  async #call(args: readonly string[], input = '') {
    const { program, log, code, without } = this.#parts;
    const outcome = await program(args, input, (pid) => {
      // Numbers are used again, but not so soon.
      if (this.#ownProcesses.size > 32) this.#ownProcesses.clear();
      this.#ownProcesses.add(process.pid).add(pid);
    });
    this.#lastStatus = outcome.status;
    if (outcome.status === undefined && !this.#missing) {
      this.#missing = true;
      log.error(`${code} the program nft cannot be run (${outcome.stderr}): ${without} (install nftables)`);
    }
    return outcome;
  }

  #followOthers(): void {
    const { watch, log, code } = this.#parts;
    const ours = [...this.#there.values()].some(({ text }) => text !== '');
    if (!ours || this.#closed) {
      this.#unwatch?.();
      this.#unwatch = undefined;
      return;
    }
    if (watch === undefined || this.#unwatch !== undefined) return;
    try {
      this.#unwatch = watch((transaction) => this.#onTransaction(transaction));
    } catch (error) {
      this.#unwatch = () => undefined;
      log.warning(`${code} changes that others make to nftables are not noticed: ${String(error)}`);
    }
  }

  #onTransaction({ tables, process: id, name }: NftTransaction): void {
    if (this.#closed || this.#ownProcesses.has(id)) return;
    for (const [key, { text }] of this.#there)
      if (text !== '' && (tables === undefined || tables.has(key)))
        this.#touched.set(key, id === 0 ? 'someone' : `${name} (process ${id})`);
    if (this.#touched.size === 0 || this.#cancelLook !== undefined) return;
    const { clock } = this.#parts;
    if (clock.now() - this.#lastLook > CALM) this.#wait = 0;
    this.#cancelLook = clock.at(clock.now() + this.#wait, () => {
      this.#cancelLook = undefined;
      void this.#sync();
    });
  }

  /** Reads what others touched; what is not as it was is written again. */
  async #look(): Promise<void> {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    this.#lastLook = this.#parts.clock.now();
    this.#wait = Math.min(LONGEST_WAIT, Math.max(FIRST_WAIT, this.#wait * 2));
    for (const [key, who] of touched) {
      const known = this.#there.get(key);
      const listed = await this.#list(key);
      if (listed === 'unknown') continue;
      const text = canonical(listed);
      if (known === undefined || text === known.text) continue;
      this.#there.set(key, { text });
      this.#parts.log.warning(
        `nftables table ${key} was ${text === '' ? 'deleted' : 'changed'} by ${who} and is put back`,
      );
    }
  }
}

/** Below it nft draws where in the command it was. */
const firstLine = (text: string): string => text.trim().split('\n')[0]?.slice(0, 200) ?? '';

const keyOf = (family: IpFamily, table: string): string => `${nftFamily(family)} ${table}`;

const partsOf = (key: string): readonly [IpFamily, string] => {
  const space = key.indexOf(' ');
  return [key.slice(0, space) === 'ip' ? 4 : 6, key.slice(space + 1)];
};
