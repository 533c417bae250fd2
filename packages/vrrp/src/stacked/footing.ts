// What instances stand on: their macvlans and ipvlans, and the firewall rules of those and of no_accept, put together.
import type { VrrpInstance } from '@vipward/config';
import type { IpFamily } from '@vipward/config/address';
import type { NewAddress } from '@vipward/netlink';
import type { Nftables } from '@vipward/netlink/nftables';
import { Firewall, type FirewallSettings } from '../firewall/firewall.ts';
import { allAddresses } from '../runtime/instance-settings.ts';
import { type StackedLink, type StackedNames, stack } from './links.ts';
import { type SavedStacked, StackedLinks, type StackedParts } from './stacked-links.ts';

export type FootingSettings = StackedNames & FirewallSettings;

export interface SavedFooting extends SavedStacked {
  /** Names of nftables tables. */
  readonly tables: readonly string[];
}

export type FootingParts = Omit<StackedParts, 'beforeUp'> & { readonly nftables: Nftables };

export interface FootingPlan {
  /** The instances with the names of their links, and their addresses on those. */
  readonly instances: readonly VrrpInstance[];
  readonly names: ReadonlySet<string>;
  /** Makes what is missing; what is no longer needed stays until settle(). Never rejects. */
  lay(): Promise<void>;
}

export class Footing {
  readonly #parts: FootingParts;
  readonly #links: StackedLinks;
  readonly #firewall: Firewall;
  #planned: readonly StackedLink[] = [];
  /** Some instance takes no packets for its addresses of these. */
  #guarded: ReadonlySet<IpFamily> = new Set();
  #settings: FootingSettings = {};

  constructor(parts: FootingParts) {
    this.#parts = parts;
    this.#links = new StackedLinks({
      ...parts,
      beforeUp: () => {
        this.#configure();
        return this.#firewall.sync();
      },
    });
    this.#firewall = new Firewall(parts);
  }

  remember(saved: SavedFooting): void {
    this.#links.remember(saved);
    this.#firewall.remember(saved.tables);
  }

  get saved(): SavedFooting | undefined {
    const { links, settings } = this.#links.saved;
    const tables = this.#firewall.saved;
    const none = links.length === 0 && Object.keys(settings).length === 0 && tables.length === 0;
    return none ? undefined : { links, settings, tables };
  }

  /** Nothing is written yet. */
  plan(instances: readonly VrrpInstance[], settings: FootingSettings): FootingPlan {
    const { instances: stacked, links, notes } = stack(instances, this.#parts.host.links, settings);
    return {
      instances: stacked,
      names: new Set(links.map(({ name }) => name)),
      lay: async () => {
        for (const note of notes) this.#parts.log.warning(note);
        this.#planned = links;
        this.#guarded = new Set(
          instances.filter(isGuarded).flatMap((one) => allAddresses(one).map(({ address }) => address.family)),
        );
        this.#settings = settings;
        await this.#links.set(links);
        this.#configure();
      },
    };
  }

  /** Once all instances are as they shall be: what nobody needs any more goes. */
  async settle(): Promise<void> {
    await this.#firewall.sync();
    await this.#links.prune();
  }

  /** What of an instance's addresses, while they are there, packets may not be for. */
  guard(owner: object, instance: VrrpInstance, addresses: readonly NewAddress[]): Promise<void> | undefined {
    return this.#firewall.block(owner, isGuarded(instance) ? addresses : []);
  }

  /** A link of this host has changed; without a name: any. */
  recheck(link?: string): void {
    const concerned = ({ name, parent }: StackedLink): boolean =>
      link === undefined || name === link || parent === link;
    if (this.#planned.some(concerned)) this.#recheck();
  }

  /** Addresses of a link have changed. */
  recheckAddresses(link: string | undefined): void {
    if (this.#planned.some(({ parent, copiesLinkLocal }) => copiesLinkLocal && parent === link)) this.#recheck();
  }

  #recheck(): void {
    void this.#links.recheck().then(() => {
      this.#configure();
      return this.#firewall.sync();
    });
  }

  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    this.#planned = [];
    await this.#firewall.close({ keep });
    await this.#links.close({ keep });
  }

  #configure(): void {
    const macvlans = this.#planned.filter(({ kind }) => kind === 'macvlan');
    this.#firewall.configure(
      this.#settings,
      macvlans.map(({ name, parent, family, six }) => ({ name, parent, four: family === 4, six })),
      this.#guarded,
    );
  }
}

const ADDRESS_OWNER = 255;

const isGuarded = ({ accept, priority }: VrrpInstance): boolean => accept === false && priority !== ADDRESS_OWNER;
