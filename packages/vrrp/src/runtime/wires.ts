// The wires of all interfaces and families that instances use, and whom a received packet is for.
import type { VrrpInstance } from '@vipward/config';
import type { IpFamily } from '@vipward/config/address';
import { isMulticast } from '../advert/groups.ts';
import type { VrrpPacket } from '../advert/ipv4.ts';
import type { Arp } from './announcer.ts';
import type { Edges } from './api.ts';
import { VrrpError } from './errors.ts';
import type { Host } from './host.ts';
import type { Instance } from './instance.ts';
import { familyOf } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { Wire } from './wire.ts';

export interface WiresParts {
  readonly host: Host;
  readonly log: VrrpLog;
  readonly edges: Pick<Edges, 'openWire' | 'openArp'>;
  readonly instances: ReadonlyMap<string, Instance>;
}

export class Wires {
  readonly #wires = new Map<string, Wire>();
  readonly #parts: WiresParts;
  #arp: Arp | undefined;

  constructor(parts: WiresParts) {
    this.#parts = parts;
  }

  for(config: VrrpInstance): Wire | undefined {
    return this.#wires.get(keyOf(config));
  }

  get interfaceNames(): readonly string[] {
    return [...new Set([...this.#wires.values()].map(({ link }) => link.name))];
  }

  /** Throws SocketError the first time. */
  get arp(): Arp {
    this.#arp ??= this.#parts.edges.openArp();
    return this.#arp;
  }

  /** Opens what is not open yet. Throws VrrpError. */
  openFor(instances: readonly VrrpInstance[]): void {
    for (const instance of instances) {
      const { name, interfaceName, at } = instance;
      if (this.#wires.has(keyOf(instance))) continue;
      try {
        void this.arp;
        this.#open(interfaceName, familyOf(instance));
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const hint = text.includes('EPERM') ? ' (needs CAP_NET_RAW)' : '';
        const what = `cannot open the VRRP sockets on ${interfaceName}: ${text}${hint}`;
        throw new VrrpError('VRRP_SOCKET', name, at, what, error);
      }
    }
  }

  /** The same name with another index is another interface: membership and binding went with the old one. */
  refresh(interfaceName: string): void {
    const link = this.#parts.host.link(interfaceName);
    for (const family of [4, 6] as const) {
      const wire = this.#wires.get(wireKey(interfaceName, family));
      if (!wire || !link || wire.link.index === link.index) continue;
      wire.close();
      try {
        this.#open(interfaceName, family);
      } catch (error) {
        this.#parts.log.error(`reopening the VRRP sockets on ${interfaceName}: ${String(error)}`);
      }
    }
  }

  closeUnused(): void {
    const used = new Set([...this.#parts.instances.values()].map(({ config }) => keyOf(config)));
    for (const [key, wire] of this.#wires) {
      if (used.has(key)) continue;
      wire.close();
      this.#wires.delete(key);
    }
  }

  close(): void {
    for (const wire of this.#wires.values()) wire.close();
    this.#wires.clear();
    this.#arp?.close();
    this.#arp = undefined;
  }

  #open(name: string, family: IpFamily): void {
    const { host, log, edges } = this.#parts;
    const link = host.link(name);
    if (!link) return;
    const wire = edges.openWire(link, family, {
      onPacket: (packet) => this.#receive(name, packet),
      onError: (error) => log.detail(`VRRP socket on ${name}: ${error.message}`),
    });
    this.#wires.set(wireKey(name, family), wire);
  }

  // A virtual router that is not ours is no business of ours, and no line in the log.
  #receive(interfaceName: string, packet: VrrpPacket): void {
    const unicast = !isMulticast(packet.destination);
    const addressed = [...this.#parts.instances.values()].filter(
      ({ config }) =>
        config.interfaceName === interfaceName &&
        config.virtualRouterId === packet.payload[1] &&
        familyOf(config) === packet.source.family,
    );
    // One VRID may be used by a multicast and a unicast instance: then each gets its own kind only.
    const fitting = addressed.filter(({ config }) => unicast === config.unicastPeers.length > 0);
    for (const instance of fitting.length > 0 ? fitting : addressed) instance.receive(packet);
  }
}

const wireKey = (interfaceName: string, family: IpFamily): string => `${interfaceName} IPv${family}`;
const keyOf = (config: VrrpInstance): string => wireKey(config.interfaceName, familyOf(config));
