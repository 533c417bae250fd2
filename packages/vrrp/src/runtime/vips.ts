// Keeps one instance's virtual addresses as its role wants them. Writes run beside the protocol, which never waits for them.
import type { VirtualAddress } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import { NetlinkError, type NewAddress } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import { kernelKey, planAddresses, sameVirtualAddress, toKernelAddress } from '../addresses.ts';
import type { Host } from './host.ts';
import type { VrrpLog } from './log.ts';

/** errno 17: there already; errno 99 and 19: gone already, or with its interface. */
const EEXIST = 17;
const GONE = new Set([99, 19]);
const retryDelay = 1000;

/**
 * Told of the addresses that are about to be there, and of those that are left once others have gone. What it returns is waited
 * for before anything is added; undefined = nothing to wait for.
 */
export type Guard = (addresses: readonly NewAddress[]) => Promise<void> | undefined;

export class Vips {
  #wanted: readonly VirtualAddress[] = [];
  /** Everything that may be taken away: what was ever ours. */
  #ours: readonly VirtualAddress[] = [];
  /** Taken away by someone else again and again: put back later. */
  readonly #held = new Set<VirtualAddress>();
  #running: Promise<void> | undefined;
  #again = false;
  #cancelRetry = (): void => undefined;
  readonly #name: string;
  readonly #interfaceName: () => string;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #log: VrrpLog;
  readonly #guard: Guard;

  constructor(parts: {
    name: string;
    interfaceName: () => string;
    host: Host;
    clock: Clock;
    log: VrrpLog;
    guard?: Guard;
  }) {
    this.#name = parts.name;
    this.#interfaceName = parts.interfaceName;
    this.#host = parts.host;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#guard = parts.guard ?? (() => undefined);
    this.#host.claims.set(this, () => this.#place(this.#wanted));
  }

  get wanted(): readonly VirtualAddress[] {
    return this.#wanted;
  }

  want(addresses: readonly VirtualAddress[]): Promise<void> {
    this.#wanted = merge(this.#wanted, addresses);
    this.#ours = merge(this.#ours, addresses);
    return this.sync();
  }

  release(addresses: readonly VirtualAddress[]): Promise<void> {
    this.#wanted = this.#wanted.filter((a) => !addresses.some((b) => sameVirtualAddress(a, b)));
    this.#ours = merge(this.#ours, addresses);
    return this.sync();
  }

  /** It is not put back by itself until it is wanted anew (no_track). */
  giveUp(address: VirtualAddress): void {
    this.#wanted = this.#wanted.filter((other) => !sameVirtualAddress(other, address));
  }

  /** Not put back while it is held. */
  hold(address: VirtualAddress, held: boolean): void {
    if (held) this.#held.add(address);
    else this.#held.delete(address);
  }

  /** -V: what is there stays there. */
  abandon(): void {
    this.#wanted = [];
    this.#ours = [];
    this.#cancelRetry();
  }

  /** Writes what differs until nothing does; never rejects. Resolves when the last change has been written. */
  sync(): Promise<void> {
    this.#cancelRetry();
    this.#again = true;
    this.#running ??= this.#loop();
    return this.#running;
  }

  close(): void {
    void this.#guard([]);
    this.#host.claims.delete(this);
    this.#cancelRetry();
  }

  // Ends in the very step in which it finds nothing more to do: who asks afterwards begins another.
  async #loop(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#pass();
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #pass(): Promise<void> {
    const wanted = this.#place(this.#wanted.filter((address) => !this.#held.has(address)));
    const releasable = this.#releasable(wanted);
    const { add, remove } = planAddresses(this.#host.having([...wanted, ...releasable]), wanted, releasable);
    // What goes is guarded until it has gone.
    const ready = this.#guard([...wanted, ...remove]);
    if (ready !== undefined) await ready;
    await Promise.all([...remove.map((a) => this.#remove(a)), ...add.map((a) => this.#add(a))]);
    if (remove.length > 0) void this.#guard(wanted);
  }

  // A take-over has nothing to give away, and does not ask a thousand other instances about it.
  #releasable(wanted: readonly NewAddress[]): readonly NewAddress[] {
    const kept = new Set(wanted.map(kernelKey));
    const ours = this.#place(this.#ours).filter((address) => !kept.has(kernelKey(address)));
    if (ours.length === 0) return ours;
    const others = new Set(this.#claimsOfOthers().map(kernelKey));
    return ours.filter((address) => !others.has(kernelKey(address)));
  }

  #claimsOfOthers(): readonly NewAddress[] {
    return [...this.#host.claims].flatMap(([who, wanted]) => (who === this ? [] : wanted()));
  }

  #place(addresses: readonly VirtualAddress[]): readonly NewAddress[] {
    return addresses.flatMap((vip) => {
      const link = this.#host.link(vip.dev ?? this.#interfaceName());
      return link ? [toKernelAddress(vip, link.index)] : [];
    });
  }

  async #add(address: NewAddress): Promise<void> {
    try {
      await this.#host.add(address);
    } catch (error) {
      if (errnoOf(error) === EEXIST) {
        this.#host.noteAdded(address);
        this.#log.info(`(${this.#name}) address ${this.#describe(address)} is there already, adopted`);
      } else this.#failed(error);
    }
  }

  async #remove(address: NewAddress): Promise<void> {
    try {
      await this.#host.remove(address);
    } catch (error) {
      if (!GONE.has(errnoOf(error))) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#log.error(`(${this.#name}) ${error instanceof Error ? error.message : String(error)}, trying again`);
    this.#cancelRetry();
    this.#cancelRetry = this.#clock.at(this.#clock.now() + retryDelay, () => void this.sync());
  }

  #describe({ address, prefixLength, ifIndex }: NewAddress): string {
    return `${formatIp(address)}/${prefixLength} on ${this.#host.linkAt(ifIndex)?.name ?? ifIndex}`;
  }
}

const errnoOf = (error: unknown): number => (error instanceof NetlinkError ? error.errno : 0);

const merge = (a: readonly VirtualAddress[], b: readonly VirtualAddress[]): readonly VirtualAddress[] => [
  ...a,
  ...b.filter((x) => !a.some((y) => sameVirtualAddress(x, y))),
];
