// Makes one macvlan or ipvlan, puts it in order, and deletes it: each step waits until this host is seen to have it.
import { type IpAddress, ipEqual } from '@vipward/config/address';
import { type Link, NetlinkError, type NewAddress, type RouteChange, type RouteKernel } from '@vipward/netlink';
import type { Clock, Millis } from '@vipward/sockets';
import { ADDRESS_PROTOCOL } from '../addresses.ts';
import type { Host } from '../runtime/host.ts';
import type { VrrpLog } from '../runtime/log.ts';
import type { StackedLink } from './links.ts';
import { isSuch } from './names.ts';
import type { SettingKeeper } from './setting-keeper.ts';
import { linkSettings } from './sysctls.ts';

export interface LinkMakerParts {
  readonly kernel: RouteKernel;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly keeper: SettingKeeper;
}

/** The kernel says the state of a new link up to a second later, when other links have just changed. */
const PATIENCE: Millis = 1500;
const SCOPE_LINK = 253;

export class LinkMaker {
  /** Names of all that is there by our hand or a predecessor's. */
  readonly ours = new Set<string>();
  /** Made or found, and not yet taken up. */
  readonly #fresh = new Set<string>();
  /** The link-local address of its parent, by the name of the link. */
  readonly #copied = new Map<string, NewAddress>();
  readonly #parts: LinkMakerParts;
  #closed = false;
  /** Who waits for the mirror of links to change. */
  readonly #waiting: (() => void)[] = [];

  constructor(parts: LinkMakerParts) {
    this.#parts = parts;
  }

  /** Links of this host have changed. */
  look(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Nothing is waited for any more. */
  close(): void {
    this.#closed = true;
    this.look();
  }

  /** True when it was made, and is still down. Throws NetlinkError, and when the name belongs to something else. */
  async ensure(link: StackedLink): Promise<boolean> {
    const { host, log } = this.#parts;
    const parent = host.link(link.parent);
    // It comes, and goes, with its parent.
    if (parent === undefined) return false;
    const there = host.link(link.name);
    const links = host.links;
    if (there !== undefined && !isSuch(there, link, links) && !this.ours.has(link.name))
      throw new Error(`(${link.instance}) interface ${link.name} is there already, and is not ours`);
    if (there === undefined || !isSuch(there, link, links)) {
      if (there !== undefined) {
        await this.delete(link.name);
        await this.#heard(() => host.link(link.name) === undefined);
      }
      await this.#make(link, parent);
      return true;
    }
    if (!this.ours.has(link.name)) {
      this.ours.add(link.name);
      this.#fresh.add(link.name);
      log.info(`(${link.instance}) Found matching interface ${link.name}`);
    }
    return false;
  }

  /** Takes it up, when it is new, with its settings and its addresses. Throws NetlinkError. */
  async raise(link: StackedLink): Promise<void> {
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

  /** If it is there. Throws NetlinkError. */
  async delete(name: string): Promise<void> {
    const { host, log } = this.#parts;
    if (host.link(name) !== undefined)
      try {
        await this.#change({ kind: 'delete-link', name });
        log.info(`Success removing VMAC interface ${name}`);
      } catch (error) {
        if (!(error instanceof NetlinkError && error.errnoName === 'ENODEV')) throw error;
      }
    this.ours.delete(name);
    this.#copied.delete(name);
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
    this.ours.add(name);
    this.#fresh.add(name);
    this.#copied.delete(name);
    await this.#heard(() => host.link(name) !== undefined);
    log.info(`(${instance}): Success creating ${kind === 'macvlan' ? 'VMAC' : 'ipvlan'} interface ${name}`);
  }

  async #up(link: StackedLink, parent: Link): Promise<void> {
    const { host } = this.#parts;
    const { name, kind } = link;
    for (const setting of linkSettings(link)) this.#parts.keeper.write(setting);
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

  async #change(change: RouteChange): Promise<void> {
    const [refused] = await this.#parts.kernel.apply([change]);
    if (refused) throw refused.error;
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
