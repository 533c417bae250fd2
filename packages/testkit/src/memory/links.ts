// The links of a MemoryKernel, by index and by name.
import type { IfIndex, Link } from '@vipward/netlink';

export class MemoryLinks {
  readonly #links = new Map<IfIndex, Link>();

  get all(): readonly Link[] {
    return [...this.#links.values()];
  }

  get(index: IfIndex): Link | undefined {
    return this.#links.get(index);
  }

  has(name: string): boolean {
    return this.all.some((link) => link.name === name);
  }

  /** The link of that name; throws RangeError when there is none. */
  named(name: string): Link {
    for (const link of this.#links.values()) if (link.name === name) return link;
    throw new RangeError(`no link ${name}`);
  }

  /** What is not given is an Ethernet link that is up, with the next free index. */
  add(given: Partial<Link> & Pick<Link, 'name'>): Link {
    const index = given.index ?? Math.max(0, ...this.#links.keys()) + 1;
    const link: Link = {
      ...{ up: true, running: true, loopback: false, multicast: true, noArp: false, mtu: 1500, kind: '' },
      mac: Uint8Array.of(2, 0, 0, 0, index >> 8, index & 255),
      ...given,
      index,
    };
    this.#links.set(index, link);
    return link;
  }

  /** What the link has become. */
  change(before: Link, change: Partial<Omit<Link, 'index'>>): Link {
    // A link that is down cannot be running.
    const link = { ...before, ...change, ...(change.up === false && { running: false }) };
    this.#links.set(link.index, link);
    return link;
  }

  delete(index: IfIndex): void {
    this.#links.delete(index);
  }
}
