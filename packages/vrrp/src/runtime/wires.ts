// The wires of all places and families that instances use, and whom a received packet is for.
import type { VrrpInstance } from '@vipward/config';
import { formatIp, type IpAddress, ipEqual } from '@vipward/config/address';
import { type Clock, limitLines, type Millis } from '@vipward/sockets';
import { isMulticast } from '../advert/groups.ts';
import type { VrrpPacket } from '../advert/ipv4.ts';
import type { Arp } from './announcer.ts';
import type { Edges } from './api.ts';
import { VrrpError } from './errors.ts';
import type { Host } from './host.ts';
import type { Instance } from './instance.ts';
import { advertInterface, familyOf, groupOf, isUnicast, placeOf, sourceIp, usesAh } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { Wire, WireNeeds, WirePlace } from './wire.ts';
import { receiveBuffer, type WireSettings } from './wire-settings.ts';

export interface WiresParts {
  readonly host: Host;
  readonly log: VrrpLog;
  readonly clock: Clock;
  readonly edges: Pick<Edges, 'openWire' | 'openArp'>;
  readonly instances: ReadonlyMap<string, Instance>;
}

/** A virtual router that is not ours is said again after this long. */
const REPEAT_STRANGER: Millis = 60_000;

export class Wires {
  readonly #wires = new Map<string, Wire>();
  readonly #parts: WiresParts;
  /** VRIDs of others, by wire. */
  readonly #strangers = new Map<string, Set<number>>();
  #settings: WireSettings = {};
  readonly #sayStranger: (text: string) => void;
  #arp: Arp | undefined;

  constructor(parts: WiresParts) {
    this.#parts = parts;
    this.#sayStranger = limitLines(parts.clock, (text) => parts.log.info(text), REPEAT_STRANGER);
  }

  /** For sockets that are opened or told what to hear from now on. */
  configure(settings: WireSettings): void {
    this.#settings = settings;
  }

  for(config: VrrpInstance): Wire | undefined {
    return this.#wires.get(keyOf(config));
  }

  /** The VRIDs in use where this instance speaks: of instances of this host, and of others that were heard. */
  vridsOn(config: VrrpInstance): ReadonlySet<number> {
    const key = keyOf(config);
    const own = this.#running.filter((one) => keyOf(one) === key).map(({ virtualRouterId }) => virtualRouterId);
    return new Set([...own, ...(this.#strangers.get(key) ?? [])]);
  }

  get interfaceNames(): readonly string[] {
    return [...new Set([...this.#wires.values()].flatMap(({ place }) => place.link?.name ?? []))];
  }

  /** Throws SocketError the first time. */
  get arp(): Arp {
    this.#arp ??= this.#parts.edges.openArp();
    return this.#arp;
  }

  /** Opens what is not open yet; what running instances hear goes on. Throws VrrpError. */
  openFor(instances: readonly VrrpInstance[]): void {
    const all = [...this.#running, ...instances];
    const told = new Set<string>();
    for (const instance of instances) {
      // It comes later (dynamic_interfaces): then refresh opens.
      if (this.#isAbsent(instance)) continue;
      try {
        void this.arp;
        const key = keyOf(instance);
        const wire = this.#open(instance);
        // Of all its users at once.
        if (!told.has(key)) wire.hear(this.#needs(all, key));
        told.add(key);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const hint = text.includes('EPERM') ? ' (needs CAP_NET_RAW)' : '';
        const what = `cannot open the VRRP sockets on ${placeOf(instance)}: ${text}${hint}`;
        throw new VrrpError('VRRP_SOCKET', instance.name, instance.at, what, error);
      }
    }
  }

  /**
   * The interface has come, or has another index: then it is another one, and membership and binding went with the old.
   */
  refresh(interfaceName: string): void {
    const { host, log } = this.#parts;
    const link = host.link(interfaceName);
    if (!link) return;
    for (const [key, wire] of this.#wires) {
      if (wire.place.link?.name !== interfaceName || wire.place.link.index === link.index) continue;
      wire.close();
      this.#wires.delete(key);
    }
    const users = this.#running.filter(
      (config) => !this.#wires.has(keyOf(config)) && this.#placeFor(config).link?.name === interfaceName,
    );
    try {
      for (const user of users) this.#open(user).hear(this.#needs(users, keyOf(user)));
    } catch (error) {
      log.error(`opening the VRRP sockets on ${interfaceName}: ${String(error)}`);
    }
  }

  /** Only what the running instances need is open and heard from now on. */
  closeUnused(): void {
    const running = this.#running;
    const used = new Set(running.map(keyOf));
    for (const [key, wire] of this.#wires) {
      if (used.has(key)) {
        wire.hear(this.#needs(running, key));
        continue;
      }
      wire.close();
      this.#wires.delete(key);
      this.#strangers.delete(key);
    }
  }

  close(): void {
    for (const wire of this.#wires.values()) wire.close();
    this.#wires.clear();
    this.#arp?.close();
    this.#arp = undefined;
  }

  /** What all instances of one wire want to hear. */
  #needs(instances: readonly VrrpInstance[], key: string): WireNeeds {
    const users = instances.filter((one) => keyOf(one) === key);
    // In a reload an instance may be there twice, as it was and as it will be.
    const latest = [...new Map(users.map((one) => [one.name, one])).values()];
    const buffer = receiveBuffer(latest, this.#wires.get(key)?.place.link, this.#settings);
    return {
      groups: users.filter((instance) => !isUnicast(instance)).map(groupOf),
      ah: users.some(usesAh),
      ...(buffer > 0 ? { receiveBuffer: buffer } : {}),
    };
  }

  #stranger(key: string, { source, payload }: VrrpPacket): void {
    const vrid = payload[1] ?? 0;
    const heard = this.#strangers.get(key);
    if (heard === undefined) this.#strangers.set(key, new Set([vrid]));
    else heard.add(vrid);
    if (!this.#settings.logUnknownVrids) return;
    const place = this.#wires.get(key)?.place.link?.name ?? key;
    this.#sayStranger(`Unknown VRID(${vrid}) received on interface(${place}) from ${formatIp(source)}. ignoring...`);
  }

  get #running(): readonly VrrpInstance[] {
    return [...this.#parts.instances.values()].map(({ config }) => config);
  }

  #open(instance: VrrpInstance): Wire {
    const key = keyOf(instance);
    const known = this.#wires.get(key);
    if (known) return known;
    const { log, edges } = this.#parts;
    const wire = edges.openWire(this.#placeFor(instance), {
      onPacket: (packet) => this.#receive(key, packet),
      onError: (error) => log.detail(`VRRP socket on ${placeOf(instance)}: ${error.message}`),
    });
    this.#wires.set(key, wire);
    return wire;
  }

  #isAbsent(instance: VrrpInstance): boolean {
    return instance.interfaceName !== '' && this.#placeFor(instance).link === undefined;
  }

  #placeFor(instance: VrrpInstance): WirePlace {
    const alone = instance.interfaceName === '';
    const link = this.#parts.host.link(alone ? (instance.vrf ?? '') : advertInterface(instance));
    const source = alone ? sourceIp(instance) : undefined;
    return { family: familyOf(instance), ...(link ? { link } : {}), ...(source ? { source } : {}) };
  }

  // A virtual router that is not ours is no business of ours, and no line in the log unless it is asked for.
  #receive(key: string, packet: VrrpPacket): void {
    const unicast = !isMulticast(packet.destination);
    const addressed: Instance[] = [];
    // Of a thousand instances a few have the number; a list of all of them for each packet would be most of its cost.
    for (const instance of this.#parts.instances.values()) {
      const { config } = instance;
      if (config.virtualRouterId !== packet.payload[1] || keyOf(config) !== key) continue;
      if (unicast || isUnicast(config) || ipEqual(groupOf(config), packet.destination)) addressed.push(instance);
    }
    // One VRID may be used by a multicast and a unicast instance: then each gets its own kind only.
    const fitting = addressed.filter(({ config }) => unicast === isUnicast(config));
    // Or by several unicast instances with other peers.
    const known = fitting.filter(({ config }) => hasPeer(config, packet.source));
    const first = [known, fitting, addressed].find((some) => some.length > 0) ?? [];
    for (const instance of first) instance.receive(packet);
    if (first.length === 0) this.#stranger(key, packet);
  }
}

const hasPeer = ({ unicastPeers }: VrrpInstance, source: IpAddress): boolean =>
  unicastPeers.some(({ address }) => ipEqual(address, source));

const keyOf = (config: VrrpInstance): string => `${advertInterface(config) || placeOf(config)} IPv${familyOf(config)}`;
