// Makes the macvlans and ipvlans of instances, adopts those of a predecessor, makes them again when someone takes them away, and
// deletes them at the end.
import { type IpAddress, ipEqual } from '@vipward/config/address';
import { type Link, NetlinkError, type NewAddress, type RouteChange, type RouteKernel } from '@vipward/netlink';
import type { Clock, Millis } from '@vipward/sockets';
import { ADDRESS_PROTOCOL } from '../addresses.ts';
import type { Host } from '../runtime/host.ts';
import type { VrrpLog } from '../runtime/log.ts';
import type { Sysctl } from '../runtime/secondaries.ts';
import { SettingKeeper } from './keeper.ts';
import type { StackedLink } from './links.ts';
import { isSuch } from './names.ts';
import { hostSettings, linkSettings } from './sysctls.ts';

export interface StackedParts {
  readonly kernel: RouteKernel;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly sysctl: Sysctl;
  /** What a successor must know has changed. */
  readonly onProgress: () => void;
  /** New links are there and still down: what must be in place before they say anything. */
  readonly beforeUp: () => Promise<void>;
}

/** For the state file. */
export interface SavedStacked {
  readonly links: readonly string[];
  /** Settings of the kernel as they were before. */
  readonly settings: Readonly<Record<string, string>>;
}

const RETRY: Millis = 1000;
/** The kernel says the state of a new link up to a second later, when other links have just changed. */
const PATIENCE: Millis = 1500;
const SCOPE_LINK = 253;

export class StackedLinks {
  #wanted: readonly StackedLink[] = [];
  /** Names of all that is there by our hand or a predecessor's. */
  readonly #ours = new Set<string>();
  /** Made or found, and not yet taken up. */
  readonly #fresh = new Set<string>();
  /** The link-local address of its parent, by the name of the link. */
  readonly #copied = new Map<string, NewAddress>();
  readonly #keeper: SettingKeeper;
  readonly #parts: StackedParts;
  #running: Promise<void> | undefined;
  #again = false;
  #cancelRetry = (): void => undefined;
  #closed = false;
  /** Who waits for the mirror of links to change. */
  readonly #waiting: (() => void)[] = [];

  constructor(parts: StackedParts) {
    this.#parts = parts;
    this.#keeper = new SettingKeeper(parts.sysctl, (text) => parts.log.warning(text));
  }

  /** What a predecessor had; of it only what is wanted again stays. */
  remember({ links, settings }: SavedStacked): void {
    for (const name of links) this.#ours.add(name);
    this.#keeper.remember(settings);
  }

  get saved(): SavedStacked {
    return { links: [...this.#ours], settings: this.#keeper.before };
  }

  /** The links that lie on others here, and are there. */
  get present(): readonly StackedLink[] {
    return this.#wanted.filter(({ name }) => this.#parts.host.link(name) !== undefined);
  }

  /** Resolves when all that can be made is there. Never rejects. */
  async set(links: readonly StackedLink[]): Promise<void> {
    this.#wanted = links;
    await this.#sync();
  }

  /** Deletes what nobody wants any more; after those who used it have stopped. Never rejects. */
  async prune(): Promise<void> {
    const wanted = new Set(this.#wanted.map(({ name }) => name));
    for (const name of [...this.#ours]) if (!wanted.has(name)) await this.#delete(name);
  }

  /** A link, or addresses of one, have changed. */
  async recheck(): Promise<void> {
    for (const go of this.#waiting.splice(0)) go();
    if (this.#wanted.length > 0 && !this.#closed) await this.#sync();
  }

  /** `keep`: what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    for (const go of this.#waiting.splice(0)) go();
    await this.#running;
    if (keep) return;
    this.#wanted = [];
    await this.prune();
    this.#keeper.set([]);
  }

  #sync(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      this.#cancelRetry();
      const made = await this.#each((link) => this.#ensure(link));
      if (made.some(Boolean)) await this.#parts.beforeUp();
      await this.#each((link) => this.#raise(link));
      const { host } = this.#parts;
      this.#keeper.set(hostSettings(this.#wanted, host.linkNames, (path) => this.#keeper.original(path)));
      // What is written for new interfaces goes to those that are there as well.
      for (const link of this.present) for (const setting of linkSettings(link)) this.#keeper.write(setting);
    }
    this.#parts.onProgress();
  }

  async #each<T>(work: (link: StackedLink) => Promise<T>): Promise<readonly (T | undefined)[]> {
    const results: (T | undefined)[] = [];
    for (const link of this.#wanted) {
      try {
        results.push(await work(link));
      } catch (error) {
        this.#failed(error);
      }
    }
    return results;
  }

  // True when it was made, and is still down.
  async #ensure(link: StackedLink): Promise<boolean> {
    const { host, log } = this.#parts;
    const parent = host.link(link.parent);
    // It comes, and goes, with its parent.
    if (parent === undefined) return false;
    const there = host.link(link.name);
    const links = host.links;
    if (there !== undefined && !isSuch(there, link, links) && !this.#ours.has(link.name))
      throw new Error(`(${link.instance}) interface ${link.name} is there already, and is not ours`);
    if (there === undefined || !isSuch(there, link, links)) {
      if (there !== undefined) {
        await this.#delete(link.name);
        await this.#heard(() => host.link(link.name) === undefined);
      }
      await this.#make(link, parent);
      return true;
    }
    if (!this.#ours.has(link.name)) {
      this.#ours.add(link.name);
      this.#fresh.add(link.name);
      log.info(`(${link.instance}) Found matching interface ${link.name}`);
    }
    return false;
  }

  async #raise(link: StackedLink): Promise<void> {
    const { host } = this.#parts;
    const parent = host.link(link.parent);
    if (parent === undefined || host.link(link.name) === undefined) return;
    // Whoever takes one down that has been up wants it down.
    if (this.#fresh.delete(link.name)) await this.#up(link, parent);
    else await this.#enslave(link.name, parent);
    const made = host.link(link.name);
    if (made === undefined) return;
    if (link.copiesLinkLocal) await this.#copyLinkLocal(link, made, parent);
    if (link.address !== undefined) await this.#address(made, ownAddress(link.address, made.index));
  }

  async #make(link: StackedLink, parent: Link): Promise<void> {
    const { name, kind, mode, mac, instance } = link;
    const { log, host } = this.#parts;
    const group = groupNumber(link.group);
    if (link.group !== undefined && group === undefined)
      log.warning(`(${instance}) group ${link.group} of ${name} is not a number, and is left out`);
    await this.#change({
      kind: 'add-link',
      link: {
        ...{ name, kind, mode, parent: parent.index },
        ...(mac === undefined ? {} : { mac }),
        ...(group === undefined ? {} : { group }),
      },
    });
    this.#ours.add(name);
    this.#fresh.add(name);
    this.#copied.delete(name);
    await this.#heard(() => host.link(name) !== undefined);
    log.info(`(${instance}): Success creating ${kind === 'macvlan' ? 'VMAC' : 'ipvlan'} interface ${name}`);
  }

  async #up(link: StackedLink, parent: Link): Promise<void> {
    const { host } = this.#parts;
    const { name, kind } = link;
    for (const setting of linkSettings(link)) this.#keeper.write(setting);
    // Going up makes the address: so that comes first.
    if (kind === 'macvlan') await this.#change({ kind: 'set-link', link: { name, noLinkLocal: true } });
    await this.#enslave(name, parent);
    await this.#change({ kind: 'set-link', link: { name, up: true } });
    await this.#heard(() => {
      const made = host.link(name);
      return made?.up === true && (made.running || !parent.running);
    });
  }

  // In the VRF of its parent, or its routes would lie in another table.
  async #enslave(name: string, parent: Link): Promise<void> {
    const { host } = this.#parts;
    const vrf = (link: Link | undefined): number =>
      link?.master !== undefined && host.linkAt(link.master)?.kind === 'vrf' ? link.master : 0;
    const master = vrf(parent);
    if (vrf(host.link(name)) !== master) await this.#change({ kind: 'set-link', link: { name, master } });
  }

  // Notifications come in order: what was said before must have been heard when somebody begins to use the link.
  async #heard(is: () => boolean): Promise<void> {
    const { clock } = this.#parts;
    const deadline = clock.now() + PATIENCE;
    while (!is() && clock.now() < deadline && !this.#closed)
      await new Promise<void>((resolve) => {
        const cancel = clock.at(deadline, resolve);
        this.#waiting.push(() => {
          cancel();
          resolve();
        });
      });
  }

  async #copyLinkLocal({ name }: StackedLink, { index }: Link, parent: Link): Promise<void> {
    const { host } = this.#parts;
    const before = this.#copied.get(name);
    const found = host.primaryAddress(parent.index, 6, new Set(), before?.address);
    if (found === undefined) return;
    if (before && !ipEqual(before.address, found)) await host.remove(before).catch(() => undefined);
    const copy = copyOf(found, index);
    await this.#address({ index }, copy);
    this.#copied.set(name, copy);
  }

  async #address({ index }: Pick<Link, 'index'>, wanted: NewAddress): Promise<void> {
    const { host } = this.#parts;
    const there = host.addresses.some(({ ifIndex, address }) => ifIndex === index && ipEqual(address, wanted.address));
    if (there) return;
    try {
      await host.add(wanted);
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errnoName === 'EEXIST')) throw error;
    }
  }

  async #delete(name: string): Promise<void> {
    const { host, log } = this.#parts;
    this.#ours.delete(name);
    this.#copied.delete(name);
    if (host.link(name) === undefined) return;
    try {
      await this.#change({ kind: 'delete-link', name });
      log.info(`Success removing VMAC interface ${name}`);
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errnoName === 'ENODEV')) this.#failed(error);
    }
  }

  async #change(change: RouteChange): Promise<void> {
    const [refused] = await this.#parts.kernel.apply([change]);
    if (refused) throw refused.error;
  }

  #failed(error: unknown): void {
    const { log, clock } = this.#parts;
    // A parent that goes takes its links along, and is heard of after them.
    const going = error instanceof NetlinkError && error.errnoName === 'ENODEV';
    if (!going) log.error(`VRRP_LINK ${error instanceof Error ? error.message : String(error)}, trying again`);
    this.#cancelRetry();
    if (!this.#closed) this.#cancelRetry = clock.at(clock.now() + RETRY, () => void this.recheck());
  }
}

// Never chosen as a source by itself, and no duplicate: the parent has it as well.
const copyOf = (address: IpAddress, ifIndex: number): NewAddress => ({
  ...{ ifIndex, address, prefixLength: 64, scope: SCOPE_LINK, protocol: ADDRESS_PROTOCOL },
  ...{ noDad: true, preferredLifetime: 0 },
});

const ownAddress = ({ address, prefixLength }: NonNullable<StackedLink['address']>, ifIndex: number): NewAddress => ({
  ...{ ifIndex, address, prefixLength, protocol: ADDRESS_PROTOCOL },
  ...(address.family === 6 ? { noDad: true } : {}),
  ...(address.family === 6 && prefixLength === 128 ? { preferredLifetime: 0 } : {}),
});

const groupNumber = (group: string | undefined): number | undefined => {
  if (group === 'default') return 0;
  return group !== undefined && /^\d+$/.test(group) ? Number(group) : undefined;
};
