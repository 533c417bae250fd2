// When gratuitous ARPs and neighbour advertisements go out: in slices, so that an advert never waits behind them, and spaced by
// vrrp_garp_interval, vrrp_gna_interval and garp_group.
import type { GarpGroup, GlobalDefs, VirtualAddress } from '@vipward/config';
import { formatIp, ipKey } from '@vipward/config/address';
import type { Link } from '@vipward/netlink';
import { type Cancel, type Clock, limitLines, type Millis } from '@vipward/sockets';
import type { Arp } from './announcer.ts';
import type { VrrpLog } from './log.ts';

export interface PacingSettings {
  readonly global?: Pick<GlobalDefs, 'vrrpGarpInterval' | 'vrrpGnaInterval'>;
  readonly garpGroups?: readonly GarpGroup[];
}

export interface AnnouncementParts {
  readonly arp: () => Arp;
  readonly clock: Clock;
  readonly log: VrrpLog;
  /** Runs `fn` once what has already come in on the sockets has been read. */
  readonly afterInput: (fn: () => void) => void;
}

/** Who announces: asked again for every frame, since its role may have changed meanwhile. */
export interface Announcing {
  readonly name: string;
  /** The interface of an address that is ours to announce now. */
  linkFor(address: VirtualAddress): Link | undefined;
  /** Where the address stands in the configuration. */
  positionOf(address: VirtualAddress): number;
}

/** Frames in one go: about half a millisecond of system calls. */
const SLICE = 32;
const REPEAT_LOG: Millis = 10_000;

/** The interfaces of one garp_group share a pace, each other interface has its own; IPv4 and IPv6 apart. */
interface Pace {
  readonly interval: Millis;
  nextAt: Millis;
  /** Waiting for their turn, in the order of the configuration. */
  readonly waiting: Waiting[];
  cancel: Cancel | undefined;
}

interface Waiting {
  readonly who: Announcing;
  readonly address: VirtualAddress;
  readonly rank: number;
}

export class Announcements {
  readonly #parts: AnnouncementParts;
  readonly #paces = new Map<string, Pace>();
  readonly #ranks = new WeakMap<Announcing, number>();
  #ranked = 0;
  readonly #sayLimited: (text: string) => void;
  #settings: PacingSettings = {};
  /** What has no pace to keep, and waits only for its slice. */
  #queue: Waiting[] = [];
  #draining = false;
  #closed = false;

  constructor(parts: AnnouncementParts) {
    this.#parts = parts;
    this.#sayLimited = limitLines(parts.clock, (text) => parts.log.info(text), REPEAT_LOG);
  }

  configure(settings: PacingSettings): void {
    this.#settings = settings;
    // Whoever waits goes on under the new pace.
    const waiting = [...this.#paces.values()].flatMap((pace) => pace.waiting);
    for (const pace of this.#paces.values()) pace.cancel?.();
    this.#paces.clear();
    for (const { who, address } of waiting) this.#send(who, address);
    this.#drain();
  }

  /**
   * `repeat` rounds over all addresses. An address that waits for its turn does not wait twice, as in keepalived: with an
   * interval, the rounds of a burst become one.
   */
  announce(who: Announcing, addresses: readonly VirtualAddress[], repeat: number): void {
    for (let round = 0; round < repeat; round++) {
      for (const address of addresses) {
        if (round === 0) this.#sayFirst(who, address);
        this.#send(who, address);
      }
    }
    this.#drain();
  }

  close(): void {
    this.#closed = true;
    for (const pace of this.#paces.values()) pace.cancel?.();
    this.#queue = [];
  }

  #send(who: Announcing, address: VirtualAddress): void {
    const link = usable(who.linkFor(address));
    if (link === undefined) return;
    const rank = this.#rankOf(who, address);
    const pace = this.#paceOf(link.name, address.address.family);
    if (pace === undefined) {
      this.#queue.push({ who, address, rank });
      return;
    }
    if (pace.waiting.length === 0 && this.#parts.clock.now() >= pace.nextAt) {
      this.#emit({ who, address, rank });
      pace.nextAt = this.#parts.clock.now() + pace.interval;
      return;
    }
    if (pace.waiting.some((other) => other.who === who && sameAddress(other.address, address))) return;
    pace.waiting.push({ who, address, rank });
    this.#arm(pace);
  }

  #arm(pace: Pace): void {
    pace.cancel ??= this.#parts.clock.at(pace.nextAt, () => {
      pace.cancel = undefined;
      // The first of the configuration goes first, whoever came first.
      pace.waiting.sort((a, b) => a.rank - b.rank);
      let sent = false;
      while (!sent && pace.waiting.length > 0) {
        const next = pace.waiting.shift();
        sent = next !== undefined && this.#emit(next);
      }
      pace.nextAt = this.#parts.clock.now() + pace.interval;
      if (pace.waiting.length > 0) this.#arm(pace);
    });
  }

  #drain(): void {
    if (this.#draining || this.#closed) return;
    for (const item of this.#queue.splice(0, SLICE)) this.#emit(item);
    if (this.#queue.length === 0) return;
    this.#draining = true;
    this.#parts.afterInput(() => {
      this.#draining = false;
      this.#drain();
    });
  }

  // False when the address is no longer ours to announce.
  #emit({ who, address }: Waiting): boolean {
    const link = usable(who.linkFor(address));
    if (link === undefined) return false;
    const text = formatIp(address.address);
    const four = address.address.family === 4;
    try {
      this.#parts.arp().announce(address.address, link);
      this.#parts.log.detail(
        `Sending ${four ? 'gratuitous ARP' : 'unsolicited Neighbour Advert'} on ${link.name} for ${text}`,
      );
    } catch (error) {
      const what = four ? 'gratuitous ARP' : 'unsolicited Neighbour Advert';
      this.#sayLimited(`(${who.name}) ${what} for ${text}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return true;
  }

  #sayFirst(who: Announcing, address: VirtualAddress): void {
    const link = usable(who.linkFor(address));
    if (link === undefined) return;
    const what = address.address.family === 4 ? 'gratuitous ARPs' : 'Unsolicited Neighbour Adverts';
    this.#parts.log.detail(`(${who.name}) Sending/queueing ${what} on ${link.name} for ${formatIp(address.address)}`);
  }

  #paceOf(interfaceName: string, family: 4 | 6): Pace | undefined {
    const { global, garpGroups = [] } = this.#settings;
    const at = garpGroups.findIndex(({ interfaces }) => interfaces.includes(interfaceName));
    const group = garpGroups[at];
    const interval =
      family === 4
        ? group
          ? group.garpInterval
          : global?.vrrpGarpInterval
        : group
          ? group.gnaInterval
          : global?.vrrpGnaInterval;
    if (interval === undefined || interval === 0) return undefined;
    const key = `${group ? `group ${at}` : interfaceName} ${family}`;
    const known = this.#paces.get(key);
    if (known !== undefined) return known;
    const pace: Pace = { interval, nextAt: 0, waiting: [], cancel: undefined };
    this.#paces.set(key, pace);
    return pace;
  }

  // In the order of first appearance: of instances, and within one of its addresses.
  #rankOf(who: Announcing, address: VirtualAddress): number {
    const known = this.#ranks.get(who) ?? this.#ranked++;
    this.#ranks.set(who, known);
    return known * ROOM + who.positionOf(address);
  }
}

/** More addresses than an instance has. */
const ROOM = 1_000_000;

const usable = (link: Link | undefined): Link | undefined =>
  link === undefined || link.noArp || link.mac.length !== 6 ? undefined : link;

const sameAddress = (a: VirtualAddress, b: VirtualAddress): boolean =>
  ipKey(a.address) === ipKey(b.address) && a.dev === b.dev;
