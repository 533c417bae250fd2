// The nftables tables of no_accept and of macvlans: what shall be in them, from instances and settings.
import type { GlobalDefs } from '@vipward/config';
import type { IpFamily } from '@vipward/config/address';
import type { NewAddress } from '@vipward/netlink';
import { type Nftables, NftTables, nftFamily, type WantedTable } from '@vipward/netlink/nftables';
import type { Clock } from '@vipward/sockets';
import type { Host } from '../runtime/host.ts';
import type { VrrpLog } from '../runtime/log.ts';
import { type RulesetMacvlan, type RulesetSettings, ruleset } from './ruleset.ts';

export type FirewallSettings = Partial<Pick<GlobalDefs, 'nftables' | 'nftablesPriority' | 'nftablesCounters'>>;

export interface FirewallParts {
  readonly nftables: Nftables;
  readonly clock: Clock;
  readonly host: Host;
  readonly log: VrrpLog;
  /** What a successor must know has changed. */
  readonly onProgress: () => void;
}

const FAMILIES: readonly IpFamily[] = [4, 6];
const TABLE = 'keepalived';
const PRIORITY = -1;

export class Firewall {
  readonly #parts: FirewallParts;
  readonly #tables: NftTables;
  /** By owner: the virtual addresses that packets may not be for. */
  readonly #blocked = new Map<object, readonly NewAddress[]>();
  #macvlans: readonly RulesetMacvlan[] = [];
  #settings: RulesetSettings = { table: TABLE, priority: PRIORITY, counters: false, duplicates: true };
  #expected: ReadonlySet<IpFamily> = new Set();

  constructor(parts: FirewallParts) {
    this.#parts = parts;
    this.#tables = new NftTables({
      ...parts,
      ...parts.nftables,
      code: 'VRRP_FIREWALL',
      without: 'packets for virtual addresses are accepted, and macvlans report their groups themselves',
      named: 'nftables',
      indexOf: (link) => parts.host.link(link)?.index,
    });
  }

  /** Nothing is written before the next block() or sync(). `expected`: of these families addresses will be blocked. */
  configure(
    { nftables, nftablesPriority, nftablesCounters }: FirewallSettings,
    macvlans: readonly RulesetMacvlan[],
    expected: ReadonlySet<IpFamily>,
  ): void {
    this.#settings = {
      ...this.#settings,
      table: nftables === undefined || nftables === '' ? TABLE : nftables,
      priority: nftablesPriority ?? PRIORITY,
      counters: nftablesCounters ?? false,
    };
    this.#macvlans = macvlans;
    this.#expected = expected;
  }

  /** Names of the tables that a predecessor had. */
  remember(tables: readonly string[]): void {
    this.#tables.remember(tables.flatMap((table) => FAMILIES.map((family) => `${nftFamily(family)} ${table}`)));
  }

  get saved(): readonly string[] {
    return [...new Set(this.#tables.saved.map((table) => table.replace(/^\S+ /, '')))];
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
  async sync(): Promise<void> {
    if (await this.#tables.settle(() => this.#wanted())) return;
    const duplicated = this.#macvlans.some(({ name }) => this.#parts.host.link(name) !== undefined);
    if (!this.#settings.duplicates || !duplicated) return;
    this.#settings = { ...this.#settings, duplicates: false };
    if (await this.#tables.settle(() => this.#wanted()))
      this.#parts.log.warning(
        'This kernel has no nft_dup: the firewall rules are there all the same, but macvlans and their interface report no groups',
      );
    else this.#settings = { ...this.#settings, duplicates: true };
  }

  /** `keep`: what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    if (!keep) {
      this.#blocked.clear();
      this.#macvlans = [];
      this.#expected = new Set();
    }
    await this.#tables.close({ keep });
  }

  #wanted(): readonly WantedTable[] {
    return FAMILIES.map((family) => this.#table(family));
  }

  #table(family: IpFamily): WantedTable {
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
    return { family, table: this.#settings.table, objects, indexes: indexes.join(' ') };
  }
}

const sameAddresses = (a: readonly NewAddress[], b: readonly NewAddress[]): boolean =>
  a.length === b.length &&
  a.every(({ address, ifIndex }, index) => {
    const other = b[index];
    return other?.ifIndex === ifIndex && Buffer.compare(other.address.bytes, address.bytes) === 0;
  });
