// Keeps the nftables tables of no_accept and of macvlans as they should be: one transaction for each change, and none when a
// predecessor left them just so.
import type { GlobalDefs } from '@vipward/config';
import type { IpFamily } from '@vipward/config/address';
import type { NewAddress } from '@vipward/netlink';
import type { Host } from '../runtime/host.ts';
import type { VrrpLog } from '../runtime/log.ts';
import type { Nft } from './nft.ts';
import { type NftObject, type RulesetMacvlan, type RulesetSettings, ruleset, TAG } from './ruleset.ts';
import { canonical, changeElements, hasTag, listedObjects, replaceTable } from './transaction.ts';

export type FirewallSettings = Partial<Pick<GlobalDefs, 'nftables' | 'nftablesPriority' | 'nftablesCounters'>>;

export interface FirewallParts {
  readonly nft: Nft;
  readonly host: Host;
  readonly log: VrrpLog;
  /** What a successor must know has changed. */
  readonly onProgress: () => void;
}

/** What lies in a table. */
interface Known {
  /** canonical(); '' = no table. */
  readonly text: string;
  /** Absent when the kernel said it. */
  readonly objects?: readonly NftObject[];
  readonly indexes?: string;
}

const FAMILIES: readonly IpFamily[] = [4, 6];
const TABLE = 'keepalived';
const PRIORITY = -1;

export class Firewall {
  readonly #parts: FirewallParts;
  /** By owner: the virtual addresses that packets may not be for. */
  readonly #blocked = new Map<object, readonly NewAddress[]>();
  #macvlans: readonly RulesetMacvlan[] = [];
  #settings: RulesetSettings = { table: TABLE, priority: PRIORITY, counters: false };
  /** By `FAMILY TABLE`: what lies there. Absent: not known yet. */
  readonly #there = new Map<string, Known>();
  /** Tables of a predecessor, or under an earlier name. */
  readonly #left = new Set<string>();
  #running: Promise<void> | undefined;
  #again = false;
  #expected: ReadonlySet<IpFamily> = new Set();
  #missing = false;

  constructor(parts: FirewallParts) {
    this.#parts = parts;
  }

  /** Nothing is written before the next block() or sync(). `expected`: of these families addresses will be blocked. */
  configure(
    { nftables, nftablesPriority, nftablesCounters }: FirewallSettings,
    macvlans: readonly RulesetMacvlan[],
    expected: ReadonlySet<IpFamily>,
  ): void {
    const table = nftables === undefined || nftables === '' ? TABLE : nftables;
    if (table !== this.#settings.table) for (const family of FAMILIES) this.#leave(family, this.#settings.table);
    this.#settings = { table, priority: nftablesPriority ?? PRIORITY, counters: nftablesCounters ?? false };
    this.#macvlans = macvlans;
    this.#expected = expected;
  }

  /** Names of the tables that a predecessor had. */
  remember(tables: readonly string[]): void {
    for (const table of tables) for (const family of FAMILIES) this.#left.add(keyOf(family, table));
  }

  get saved(): readonly string[] {
    const used = [...this.#there].flatMap(([key, { text }]) => (text === '' ? [] : tableOf(key)));
    return [...new Set([...used, ...[...this.#left].map(tableOf)])];
  }

  /** What `owner` blocks from now on; undefined when nothing changes, else resolves when the kernel has it. Never rejects. */
  block(owner: object, addresses: readonly NewAddress[]): Promise<void> | undefined {
    const before = this.#blocked.get(owner) ?? [];
    if (sameAddresses(before, addresses)) return undefined;
    if (addresses.length === 0) this.#blocked.delete(owner);
    else this.#blocked.set(owner, addresses);
    return this.sync();
  }

  /** Resolves when the kernel has what it should have. Never rejects. */
  sync(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** `keep`: what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    if (keep) {
      await this.#running;
      return;
    }
    this.#blocked.clear();
    this.#macvlans = [];
    this.#expected = new Set();
    await this.sync();
  }

  async #loop(): Promise<void> {
    // All that is claimed in one go goes into one transaction.
    await Promise.resolve();
    while (this.#again) {
      this.#again = false;
      await this.#settle();
      for (const key of [...this.#left]) await this.#remove(key);
    }
  }

  async #settle(): Promise<void> {
    const { table } = this.#settings;
    for (const family of FAMILIES) {
      const key = keyOf(family, table);
      const asks = this.#left.has(key) || this.#wanted(family).text !== '';
      if (asks && !this.#there.has(key)) this.#there.set(key, { text: await this.#read(family, table) });
      this.#left.delete(key);
    }
    // What is wanted now, and not what was before the kernel was asked.
    const changes = FAMILIES.flatMap((family) => {
      const key = keyOf(family, table);
      const wanted = this.#wanted(family);
      const there = this.#there.get(key) ?? { text: '' };
      if (there.text === wanted.text && (there.indexes ?? wanted.indexes) === wanted.indexes) {
        this.#there.set(key, wanted);
        return [];
      }
      const same = there.objects !== undefined && there.indexes === wanted.indexes;
      const elements = same ? changeElements(there.objects, wanted.objects) : undefined;
      return [{ key, wanted, commands: elements ?? replaceTable(family, table, wanted.objects) }];
    });
    this.#parts.onProgress();
    if (changes.length === 0) return;
    const written = await this.#write(changes.flatMap(({ commands }) => commands));
    for (const { key, wanted } of changes)
      if (written) this.#there.set(key, wanted);
      else this.#there.delete(key);
    this.#parts.onProgress();
  }

  #wanted(family: IpFamily): Required<Known> {
    const { host } = this.#parts;
    const blocked = [...this.#blocked.values()].flat().flatMap(({ address, ifIndex }) => {
      const link = host.linkAt(ifIndex)?.name;
      return link === undefined ? [] : [{ address, link }];
    });
    const macvlans = this.#macvlans.filter(
      ({ name, parent, four, six }) =>
        (family === 4 ? four : six) && host.link(name) !== undefined && host.link(parent) !== undefined,
    );
    const unique = [...new Map(blocked.map((one) => [`${one.address.bytes.join('.')} ${one.link}`, one])).values()];
    const blocking = this.#expected.has(family) || unique.some(({ address }) => address.family === family);
    const objects = ruleset(family, unique, macvlans, this.#settings, blocking);
    // A name may have come to mean another interface, and the kernel has numbers.
    const indexes = macvlans.map(({ name, parent }) => `${host.link(name)?.index} on ${host.link(parent)?.index}`);
    return { objects, text: objects.length === 0 ? '' : canonical(objects), indexes: indexes.join(' ') };
  }

  async #remove(key: string): Promise<void> {
    this.#left.delete(key);
    const [family = '', ...table] = key.split(' ');
    const objects = await this.#list(family === '4' ? 4 : 6, table.join(' '));
    if (objects === undefined || !hasTag(objects, TAG)) return;
    await this.#write(replaceTable(family === '4' ? 4 : 6, table.join(' '), []));
    this.#there.delete(key);
  }

  async #read(family: IpFamily, table: string): Promise<string> {
    const objects = await this.#list(family, table);
    if (objects === undefined) return '';
    if (!hasTag(objects, TAG))
      this.#parts.log.warning(
        `nftables table ${family === 4 ? 'ip' : 'ip6'} ${table} is there already, and is replaced: the word nftables names another`,
      );
    return canonical(objects);
  }

  async #list(family: IpFamily, table: string) {
    const { status, stdout } = await this.#run(['-j', 'list', 'table', family === 4 ? 'ip' : 'ip6', table]);
    return status === 0 ? listedObjects(stdout) : undefined;
  }

  async #write(commands: readonly NftObject[]): Promise<boolean> {
    const { status, stderr } = await this.#run(['-j', '-f', '-'], JSON.stringify({ nftables: commands }));
    if (status === 0) return true;
    if (status !== undefined)
      this.#parts.log.error(`VRRP_FIREWALL nft ended with ${status}: ${stderr.trim().slice(0, 300)}`);
    return false;
  }

  async #run(args: readonly string[], input = '') {
    const outcome = await this.#parts.nft(args, input);
    if (outcome.status === undefined && !this.#missing) {
      this.#missing = true;
      this.#parts.log.error(
        `VRRP_FIREWALL the program nft cannot be run (${outcome.stderr}): packets for virtual addresses are accepted, and ` +
          'macvlans report their groups themselves (install nftables)',
      );
    }
    return outcome;
  }

  #leave(family: IpFamily, table: string): void {
    const key = keyOf(family, table);
    if ((this.#there.get(key)?.text ?? '') !== '') this.#left.add(key);
  }
}

const keyOf = (family: IpFamily, table: string): string => `${family} ${table}`;
const tableOf = (key: string): string => key.slice(2);

const sameAddresses = (a: readonly NewAddress[], b: readonly NewAddress[]): boolean =>
  a.length === b.length &&
  a.every(({ address, ifIndex }, index) => {
    const other = b[index];
    return other?.ifIndex === ifIndex && Buffer.compare(other.address.bytes, address.bytes) === 0;
  });
