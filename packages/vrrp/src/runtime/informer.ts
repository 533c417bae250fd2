// Tells the instances what changes around them: links, addresses, and what else they track.
import { ipEqual, ipKey } from '@vipward/config/address';
import type { InterfaceAddress, RouteEvent } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import { OWNER_PRIORITY } from '../machine/timing.ts';
import { bfdKey, fileKey, processKey } from '../track/weights.ts';
import type { Facts } from './facts.ts';
import type { Host, HostChange } from './host.ts';
import type { Instance } from './instance.ts';
import { interfaceKey, scriptKey, sourceInterface } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import type { Wires } from './wires.ts';

export interface InformerParts {
  readonly host: Host;
  readonly wires: Wires;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly instances: ReadonlyMap<string, Instance>;
  /** For what belongs to no instance. */
  readonly onAddressLost?: (address: InterfaceAddress, by: number | undefined) => void;
  /** A link has addresses that it had not, or others. */
  readonly onAddresses?: (link: string | undefined) => void;
  /** A link, or addresses of it, are other than before: what depends on it is looked at again. Without a name: on anything. */
  readonly onHostChanged?: (link?: string) => void;
}

const retryDelay = 1000;

export class Informer {
  readonly #parts: InformerParts;
  #resyncing = false;
  /** More was lost while it was read. */
  #resyncAgain = false;
  #closed = false;

  constructor(parts: InformerParts) {
    this.#parts = parts;
  }

  close(): void {
    this.#closed = true;
  }

  setScript(name: string, up: boolean): void {
    this.#parts.facts.setScript(name, up);
    this.#tellAllOf(scriptKey(name));
  }

  /** What it is now is known to the files. */
  fileChanged(name: string): void {
    this.#tellAllOf(fileKey(name));
  }

  /** What is so now is known to the processes. */
  processesChanged(name: string): void {
    this.#tellAllOf(processKey(name));
  }

  setBfd(name: string, up: boolean): void {
    if (!this.#parts.facts.setBfd(name, up)) return;
    const key = bfdKey(name);
    for (const instance of this.#parts.instances.values()) {
      if (!instance.state.config.tracked.some((item) => item.key === key)) continue;
      this.#parts.log.info(
        `VRRP_Instance(${instance.config.name}) Tracked BFD instance ${name} is ${up ? 'UP' : 'DOWN'}`,
      );
      this.#tellTracked(instance, key);
    }
  }

  /** What a link is now is known to the host, and whether that is believed to the facts. */
  linkChanged(name: string): void {
    const { host, wires, facts, instances, log } = this.#parts;
    wires.refresh(name);
    const key = interfaceKey(name);
    const watching = [...instances.values()].filter(({ state }) =>
      state.config.tracked.some((item) => item.key === key),
    );
    // Of others nothing is kept: a host of containers has ever new ones.
    const up = watching.length > 0 && facts.isUp(key);
    if (watching.some(({ state }) => state.down.has(key) === up))
      log.detail(`Netlink reports ${name} ${up ? 'up' : 'down'}`);
    for (const instance of watching) this.#tellTracked(instance, key);
    for (const instance of instances.values()) {
      if (sourceInterface(instance.config) === name) this.#tellPrimary(instance);
      if (host.link(name) && instance.state.role === 'master') void instance.vips.sync();
    }
  }

  onRoute(event: RouteEvent): void {
    const change = this.#parts.host.apply(event);
    switch (change?.kind) {
      case 'link':
        this.#sayInterface(change);
        if (change.formerName !== undefined) this.linkChanged(change.formerName);
        this.linkChanged(change.name);
        break;
      case 'addresses':
        this.#onAddress(change.address);
        this.#parts.onAddresses?.(this.#parts.host.linkAt(change.address.ifIndex)?.name);
        break;
      case 'address-lost':
        for (const instance of this.#parts.instances.values()) instance.addressLost(change.address, change.by);
        this.#parts.onAddressLost?.(change.address, change.by);
        this.#onAddress(change.address);
        break;
      case 'resync':
        void this.#resync();
        break;
      case undefined:
        break;
    }
    // What is added takes nothing away.
    if (change?.kind === 'link') this.#parts.onHostChanged?.(change.name);
    if (change?.kind === 'address-lost')
      this.#parts.onHostChanged?.(this.#parts.host.linkAt(change.address.ifIndex)?.name);
    if (change?.kind === 'resync') this.#parts.onHostChanged?.();
  }

  /** Everything that is so now; what an instance knows already is not said again. */
  tellAll(instance: Instance): void {
    for (const { key } of instance.state.config.tracked)
      if (!key.startsWith('group ')) this.#tellTracked(instance, key);
    this.#tellPrimary(instance);
  }

  get #interfacesInUse(): ReadonlySet<string> {
    const { wires, instances } = this.#parts;
    const prefix = interfaceKey('');
    const used = [...instances.values()].flatMap(({ config, state }) => [
      config.interfaceName,
      ...state.config.tracked.flatMap(({ key }) => (key.startsWith(prefix) ? key.slice(prefix.length) : [])),
    ]);
    return new Set([...wires.interfaceNames, ...used].filter((name) => name !== ''));
  }

  // A host of containers has interfaces come and go all the time: said is what somebody uses.
  #sayInterface({ name, formerName, what }: Extract<HostChange, { readonly kind: 'link' }>): void {
    if (what === 'changed' && formerName === undefined) return;
    const used = this.#interfacesInUse;
    const { log } = this.#parts;
    if (formerName !== undefined && (used.has(name) || used.has(formerName)))
      log.info(`Interface name has changed from ${formerName} to ${name}`);
    // To keepalived another name is another interface.
    if (used.has(name)) log.info(`Interface ${name} ${what === 'deleted' ? what : 'added'}`);
  }

  #onAddress({ address, ifIndex }: InterfaceAddress): void {
    for (const instance of this.#parts.instances.values())
      for (const { key } of instance.state.config.tracked)
        if (key.startsWith('source ')) this.#tellTracked(instance, key);
    for (const instance of this.#parts.instances.values()) {
      // Who has an address to send from keeps it while it is there; only an owner may have to do with a virtual one until then.
      const { primaryAddress: present } = instance.state;
      const keeps = present !== undefined && !ipEqual(present, address) && instance.config.priority !== OWNER_PRIORITY;
      if (!keeps && this.#parts.host.link(sourceInterface(instance.config))?.index === ifIndex)
        this.#tellPrimary(instance);
    }
  }

  // Notifications were lost: read everything, then tell every instance what is so now.
  async #resync(): Promise<void> {
    this.#resyncAgain = this.#resyncing;
    if (this.#resyncing || this.#closed) return;
    this.#resyncing = true;
    const { host, clock, log, instances } = this.#parts;
    try {
      await host.read();
    } catch (error) {
      log.error(`reading links and addresses again: ${error instanceof Error ? error.message : String(error)}`);
      clock.at(clock.now() + retryDelay, () => void this.#resync());
      return;
    } finally {
      this.#resyncing = false;
    }
    if (this.#closed) return;
    if (this.#resyncAgain) {
      void this.#resync();
      return;
    }
    for (const name of this.#interfacesInUse) this.linkChanged(name);
    for (const instance of instances.values()) {
      this.tellAll(instance);
      void instance.vips.sync();
    }
  }

  #tellAllOf(key: string): void {
    for (const instance of this.#parts.instances.values()) this.#tellTracked(instance, key);
  }

  #tellTracked(instance: Instance, key: string): void {
    const { facts } = this.#parts;
    const item = instance.state.config.tracked.find((tracked) => tracked.key === key);
    if (item === undefined) return;
    if (item.measured === true) {
      instance.handle({ kind: 'measure', key, value: facts.measure(key) });
      return;
    }
    const up = facts.isUp(key);
    if (facts.isPending(key)) return;
    if (up === instance.state.down.has(key) || instance.state.pending?.has(key) === true)
      instance.handle({ kind: 'track', key, up });
  }

  #tellPrimary(instance: Instance): void {
    const before = instance.state.primaryAddress;
    const address = this.#parts.facts.primaryAddress(instance.config, before);
    if ((address && ipKey(address)) === (before && ipKey(before))) return;
    const { interfaceName } = instance.config;
    if (address) this.#parts.log.detail(`Assigned address ${ipKey(address)} for interface ${interfaceName}`);
    else if (before) this.#parts.log.detail(`Deassigned address ${ipKey(before)} from interface ${interfaceName}`);
    instance.handle({ kind: 'primary-address', address });
  }
}
