// What a master owns beside its role: when its routes and rules are wanted, how its addresses are announced, and what happens
// when someone takes one away.
import type { VirtualAddress, VrrpInstance } from '@vipward/config';
import type { InterfaceAddress, Link } from '@vipward/netlink';
import type { Cancel, Clock } from '@vipward/sockets';
import { sameVirtualAddress } from '../addresses.ts';
import { AddressLosses } from './address-losses.ts';
import type { Announcements, Announcing } from './announcements.ts';
import type { Possessions } from './claims.ts';
import type { ProcessName } from './culprit.ts';
import type { Host } from './host.ts';
import { advertInterface, allAddresses } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { Routing } from './routing.ts';
import type { Vips } from './vips.ts';

export interface EstateParts {
  readonly name: string;
  readonly config: () => VrrpInstance;
  readonly isMaster: () => boolean;
  readonly vips: Vips;
  readonly routing: Routing;
  readonly announcements: Announcements;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly processName: ProcessName;
  /** Routes and rules of a configuration, rules with the priorities that they have among all. */
  readonly possessions: (config: VrrpInstance) => Possessions;
  /** A virtual address is to be put back and announced. */
  readonly onAddressLost: (address: VirtualAddress, by: string) => void;
}

export class Estate implements Announcing {
  readonly #parts: EstateParts;
  readonly #losses: AddressLosses;
  #cancelExtra: Cancel | undefined;

  constructor(parts: EstateParts) {
    this.#parts = parts;
    const { name: owner, onAddressLost: putBack } = parts;
    this.#losses = new AddressLosses({ ...parts, owner, putBack, linkOf: (address) => this.#link(address) });
  }

  get name(): string {
    return this.#parts.name;
  }

  /** After a step that began or ended mastership, or changed the configuration. `says`: in keepalived's words, with -D. */
  settle({ says }: { readonly says: boolean }): void {
    const { name, routing, vips, log, possessions, config, isMaster } = this.#parts;
    const { routes, rules } = possessions(config());
    const say = (what: readonly unknown[], text: string): void => {
      if (says && what.length > 0) log.detail(`(${name}) ${text}`);
    };
    if (!isMaster()) {
      say(rules, 'removing Virtual Rules');
      say(routes, 'removing Virtual Routes');
      say(config().excludedAddresses ?? [], 'removing E-VIPs.');
      void routing.release(name, { routes, rules });
      this.#stopExtra();
      return;
    }
    this.#armExtra();
    say(config().excludedAddresses ?? [], 'setting E-VIPs.');
    // Address first: a route may name it as its source, and neighbours hear of it before anything else is written.
    void vips.sync().then(() => {
      if (!isMaster()) return;
      say(routes, 'setting Virtual Routes');
      say(rules, 'setting Virtual Rules');
      void routing.claim(name, { routes, rules });
    });
  }

  /** `repeat` rounds; the role may have changed while the addresses were written: then they are not ours to announce. */
  announce(addresses: readonly VirtualAddress[], repeat: number): void {
    this.#parts.announcements.announce(
      this,
      addresses.filter((address) => this.#isOurs(address)),
      repeat,
    );
  }

  linkFor(address: VirtualAddress): Link | undefined {
    return this.#isOurs(address) ? this.#link(address) : undefined;
  }

  positionOf(address: VirtualAddress): number {
    return allAddresses(this.#parts.config()).findIndex((other) => sameVirtualAddress(other, address));
  }

  /** An address has gone from its interface, and not by our hand. */
  addressLost(lost: InterfaceAddress, by: number | undefined): void {
    this.#losses.lost(lost, by);
  }

  /** `keep`: -V, what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    const { routing, name, possessions, config } = this.#parts;
    this.#stopExtra();
    this.#losses.close();
    if (keep) routing.abandon();
    else await routing.release(name, possessions(config()));
  }

  #isOurs(address: VirtualAddress): boolean {
    return this.#parts.vips.wanted.some((other) => sameVirtualAddress(address, other));
  }

  #link({ dev }: VirtualAddress): Link | undefined {
    return this.#parts.host.link(dev ?? this.#parts.config().interfaceName);
  }

  // garp_extra_if: nothing of ours would be seen on interfaces that carry no adverts, and switches forget. One address of each
  // does, as in keepalived; without `all` only those that are macvlans.
  #armExtra(): void {
    const { garpExtraIf: extra } = this.#parts.config();
    this.#stopExtra();
    if (extra === undefined || extra.interval === 0) return;
    const { clock } = this.#parts;
    this.#cancelExtra = clock.at(clock.now() + extra.interval, () => {
      const firsts = new Map<string, VirtualAddress>();
      for (const address of this.#parts.vips.wanted) {
        const link = this.#link(address);
        if (link === undefined || link.name === advertInterface(this.#parts.config())) continue;
        if ((extra.all || link.kind === 'macvlan') && !firsts.has(link.name)) firsts.set(link.name, address);
      }
      this.announce([...firsts.values()], 1);
      this.#armExtra();
    });
  }

  #stopExtra(): void {
    this.#cancelExtra?.();
    this.#cancelExtra = undefined;
  }
}
