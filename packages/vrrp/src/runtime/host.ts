// A mirror of this host's links and addresses: read once, then kept up by notifications and by what we write ourselves.
import { type IpAddress, type IpFamily, ipEqual, ipKey } from '@vipward/config/address';
import {
  addressFlagsOf,
  type InterfaceAddress,
  type Link,
  type NewAddress,
  type RouteEvent,
  type RouteKernel,
} from '@vipward/netlink';
import { kernelKey } from '../addresses.ts';
import type { AddressKeys } from './virtual-addresses.ts';

export type HostChange =
  | {
      readonly kind: 'link';
      readonly name: string;
      readonly what: 'added' | 'deleted' | 'changed';
      /** It had another name until now. */
      readonly formerName?: string;
    }
  /** It is new, or can be used now, or no more. */
  | { readonly kind: 'addresses'; readonly address: InterfaceAddress }
  /** Gone, and not by our hand. */
  | { readonly kind: 'address-lost'; readonly address: InterfaceAddress; readonly by?: number }
  | { readonly kind: 'resync' };

/** IFA_F_TENTATIVE and IFA_F_DADFAILED: linux/if_addr.h */
const UNUSABLE = 0x40 | 0x08;

export class Host {
  readonly #links = new Map<number, Link>();
  readonly #addresses = new Map<string, InterfaceAddress>();
  /** Removals of ours whose notification is still to come. */
  readonly #ownRemovals = new Map<string, number>();
  readonly #kernel: RouteKernel;
  /** What each instance wants now: a reload may move an address from one to another, and it must not fall between. */
  readonly claims = new Map<object, () => readonly NewAddress[]>();

  constructor(kernel: RouteKernel) {
    this.#kernel = kernel;
  }

  /** Reads everything again. Throws NetlinkError. */
  async read(): Promise<void> {
    const [links, addresses] = [await this.#kernel.links(), await this.#kernel.addresses()];
    this.#links.clear();
    for (const link of links) this.#links.set(link.index, link);
    this.#addresses.clear();
    for (const address of addresses) this.#addresses.set(kernelKey(address), address);
    this.#ownRemovals.clear();
  }

  link(name: string): Link | undefined {
    for (const link of this.#links.values()) if (link.name === name) return link;
    return undefined;
  }

  linkAt(index: number): Link | undefined {
    return this.#links.get(index);
  }

  get linkNames(): readonly string[] {
    return [...this.#links.values()].map(({ name }) => name);
  }

  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  get addresses(): readonly InterfaceAddress[] {
    return [...this.#addresses.values()];
  }

  /** Those of `addresses` that are there, as they are. */
  having(addresses: readonly NewAddress[]): readonly InterfaceAddress[] {
    return addresses.flatMap((address) => this.#addresses.get(kernelKey(address)) ?? []);
  }

  /**
   * The first address of `family` that is none of `virtual`; the present one as long as it is there. Of IPv6 it is a
   * link-local one (RFC 9568 section 5.1.2.1), once duplicate address detection allows to send from it.
   */
  primaryAddress(
    ifIndex: number,
    family: IpFamily,
    virtual: AddressKeys,
    present: IpAddress | undefined,
  ): IpAddress | undefined {
    let first: IpAddress | undefined;
    // Without a copy, and no further than the present one: an interface may have a thousand.
    for (const { ifIndex: index, address, flags } of this.#addresses.values()) {
      if (index !== ifIndex || address.family !== family || virtual.has(ipKey(address))) continue;
      if (family === 6 && (!isLinkLocal(address) || (flags & UNUSABLE) !== 0)) continue;
      if (present !== undefined && ipEqual(address, present)) return address;
      first ??= address;
      if (present === undefined) return first;
    }
    return first;
  }

  async add(address: NewAddress): Promise<void> {
    await this.#kernel.addAddress(address);
    this.noteAdded(address);
  }

  /** It is there, whoever put it there. */
  noteAdded(added: NewAddress): void {
    const {
      ifIndex,
      address,
      prefixLength,
      scope = 0,
      protocol = 0,
      label,
      broadcast,
      peer,
      preferredLifetime,
    } = added;
    this.#addresses.set(kernelKey(added), {
      ...{ ifIndex, address, prefixLength, scope, protocol, flags: addressFlagsOf(added) },
      ...(label === undefined ? {} : { label }),
      ...(broadcast === undefined ? {} : { broadcast }),
      ...(peer === undefined ? {} : { peer }),
      ...(preferredLifetime === undefined ? {} : { preferredLifetime }),
    });
  }

  /** Label and protocol are left out: an adopted address may have others. */
  async remove({ ifIndex, address, prefixLength, peer }: NewAddress): Promise<void> {
    const which = { ifIndex, address, prefixLength, ...(peer === undefined ? {} : { peer }) };
    const key = kernelKey(which);
    // Counted before the request: the notification may come before the answer.
    this.#count(key, 1);
    this.#addresses.delete(key);
    try {
      await this.#kernel.deleteAddress(which);
    } catch (error) {
      this.#count(key, -1);
      throw error;
    }
  }

  /** What a notification changes; undefined when it is no news. */
  apply(event: RouteEvent): HostChange | undefined {
    switch (event.kind) {
      case 'link':
        return this.#linkChanged(event.link);
      case 'link-removed':
        return this.#linkRemoved(event);
      case 'address':
        return this.#noticed(event.address);
      case 'address-removed':
        return this.#removed(event.address, event.by);
      case 'resync':
        return { kind: 'resync' };
    }
  }

  #linkChanged(link: Link): HostChange {
    const former = this.#links.get(link.index)?.name;
    this.#links.set(link.index, link);
    const what = former === undefined ? 'added' : 'changed';
    return {
      ...{ kind: 'link', name: link.name, what },
      ...(former === undefined || former === link.name ? {} : { formerName: former }),
    };
  }

  /** Its addresses go with it, whether each is told of or not. */
  #linkRemoved({ index, name }: { readonly index: number; readonly name: string }): HostChange {
    this.#links.delete(index);
    for (const [key, { ifIndex }] of this.#addresses) if (ifIndex === index) this.#addresses.delete(key);
    return { kind: 'link', name, what: 'deleted' };
  }

  // A take-over of a thousand virtual addresses gives a thousand notifications of what was noted already.
  #noticed(address: InterfaceAddress): HostChange | undefined {
    const key = kernelKey(address);
    const known = this.#addresses.get(key);
    this.#addresses.set(key, address);
    const same = known !== undefined && (known.flags & UNUSABLE) === (address.flags & UNUSABLE);
    return same ? undefined : { kind: 'addresses', address };
  }

  #removed(address: InterfaceAddress, by: number | undefined): HostChange | undefined {
    const key = kernelKey(address);
    if ((this.#ownRemovals.get(key) ?? 0) > 0) {
      this.#count(key, -1);
      return undefined;
    }
    this.#addresses.delete(key);
    return { kind: 'address-lost', address, ...(by === undefined ? {} : { by }) };
  }

  #count(key: string, change: number): void {
    const count = (this.#ownRemovals.get(key) ?? 0) + change;
    if (count > 0) this.#ownRemovals.set(key, count);
    else this.#ownRemovals.delete(key);
  }
}

/** fe80::/10 */
const isLinkLocal = ({ bytes }: IpAddress): boolean => bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
