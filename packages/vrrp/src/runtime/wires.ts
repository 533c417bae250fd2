// The wires of all interfaces that instances use, and whom a received packet is for.
import type { VrrpInstance } from '@vipward/config';
import { decodeIpv4 } from '../advert/ipv4.ts';
import type { Edges } from './api.ts';
import { VrrpError } from './errors.ts';
import type { Host } from './host.ts';
import type { Instance } from './instance.ts';
import type { VrrpLog } from './log.ts';
import type { Arp, Wire } from './wire.ts';

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

  get(interfaceName: string): Wire | undefined {
    return this.#wires.get(interfaceName);
  }

  get interfaceNames(): readonly string[] {
    return [...this.#wires.keys()];
  }

  /** Throws SocketError the first time. */
  get arp(): Arp {
    this.#arp ??= this.#parts.edges.openArp();
    return this.#arp;
  }

  /** Opens what is not open yet. Throws VrrpError. */
  openFor(instances: readonly VrrpInstance[]): void {
    for (const { name, interfaceName, at } of instances) {
      if (this.#wires.has(interfaceName)) continue;
      try {
        void this.arp;
        this.#open(interfaceName);
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
    const wire = this.#wires.get(interfaceName);
    const link = this.#parts.host.link(interfaceName);
    if (!wire || !link || wire.link.index === link.index) return;
    wire.close();
    try {
      this.#open(interfaceName);
    } catch (error) {
      this.#parts.log.error(`reopening the VRRP sockets on ${interfaceName}: ${String(error)}`);
    }
  }

  closeUnused(): void {
    const used = new Set([...this.#parts.instances.values()].map(({ config }) => config.interfaceName));
    for (const [name, wire] of this.#wires) {
      if (used.has(name)) continue;
      wire.close();
      this.#wires.delete(name);
    }
  }

  close(): void {
    for (const wire of this.#wires.values()) wire.close();
    this.#wires.clear();
    this.#arp?.close();
    this.#arp = undefined;
  }

  #open(name: string): void {
    const { host, log, edges } = this.#parts;
    const link = host.link(name);
    if (!link) return;
    const wire = edges.openWire(link, {
      onPacket: (bytes) => this.#receive(name, bytes),
      onError: (error) => log.detail(`VRRP socket on ${name}: ${error.message}`),
    });
    this.#wires.set(name, wire);
  }

  // A virtual router that is not ours is no business of ours, and no line in the log.
  #receive(interfaceName: string, bytes: Uint8Array): void {
    const outer = decodeIpv4(bytes);
    if (!('packet' in outer)) return;
    const { payload, destination } = outer.packet;
    const unicast = ((destination.bytes[0] ?? 0) & 0xf0) !== 0xe0;
    const addressed = [...this.#parts.instances.values()].filter(
      ({ config }) => config.interfaceName === interfaceName && config.virtualRouterId === payload[1],
    );
    // One VRID may be used by a multicast and a unicast instance: then each gets its own kind only.
    const fitting = addressed.filter(({ config }) => unicast === config.unicastPeers.length > 0);
    for (const instance of fitting.length > 0 ? fitting : addressed) instance.receive(outer.packet);
  }
}
