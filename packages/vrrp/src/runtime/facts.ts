// Tells the instances what changes around them: links, addresses, and what else they track.
import type { VrrpInstance } from '@vipward/config';
import { type IpAddress, ipKey } from '@vipward/config/address';
import type { InterfaceAddress, RouteEvent } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import type { MachineConfig } from '../machine/model.ts';
import { OWNER_PRIORITY } from '../machine/timing.ts';
import type { TrackFiles } from '../track/files.ts';
import type { TrackProcesses } from '../track/processes.ts';
import type { TrackScripts } from '../track/scripts.ts';
import { bfdKey, fileKey, processKey } from '../track/weights.ts';
import type { Host, HostChange } from './host.ts';
import type { Instance } from './instance.ts';
import { allAddresses, familyOf, interfaceKey, scriptKey, sourceInterface, sourceIp } from './instance-settings.ts';
import { LinkDelays } from './link-delays.ts';
import type { VrrpLog } from './log.ts';
import type { Wires } from './wires.ts';

export interface FactsParts {
  readonly host: Host;
  readonly wires: Wires;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly instances: ReadonlyMap<string, Instance>;
  /** For what belongs to no instance. */
  readonly onAddressLost?: (address: InterfaceAddress, by: number | undefined) => void;
  /** A link has addresses that it had not, or others. */
  readonly onAddresses?: (link: string | undefined) => void;
  /** A link, or addresses of it, are other than before: what depends on it is looked at again. Without a name: on anything. */
  readonly onHostChanged?: (link?: string) => void;
  /** Absent when nobody runs scripts here. */
  readonly scripts?: TrackScripts | undefined;
  readonly files: TrackFiles;
  readonly processes: TrackProcesses;
}

const retryDelay = 1000;

export class Facts {
  readonly #scriptsDown = new Set<string>();
  /** A session is down until it is told of as up, as in keepalived. */
  readonly #bfdsUp = new Set<string>();
  /** What was last said about links, so that only changes are said. */
  readonly #linksDown = new Map<string, boolean>();
  readonly delays: LinkDelays;
  readonly #parts: FactsParts;
  #resyncing = false;
  #closed = false;

  constructor(parts: FactsParts) {
    this.#parts = parts;
    this.delays = new LinkDelays(parts.clock, (name) => this.#onLink(name));
  }

  close(): void {
    this.#closed = true;
    this.delays.close();
  }

  /** The key of a link or a script, as in Tracked. */
  isUp(key: string): boolean {
    if (this.#scriptsDown.has(key)) return false;
    const [kind, name = ''] = key.split(/ (.*)/);
    if (kind === 'script') return this.#parts.scripts?.isUp(name) ?? true;
    if (kind === 'bfd') return this.#bfdsUp.has(name);
    // What a number means is for the machine to say.
    if (kind === 'file') return true;
    if (kind === 'process') return this.#parts.processes.isUp(name);
    // What the members of a group are to each other is settled once they are all there.
    if (kind === 'group') return true;
    if (kind === 'source') return this.#parts.host.addresses.some(({ address }) => ipKey(address) === name);
    const { host } = this.#parts;
    const link = host.link(name);
    const parent = link?.parent === undefined ? undefined : host.linkAt(link.parent)?.name;
    return this.delays.believe(name, link?.up === true && link.running, parent);
  }

  /** A script that has not given its first result. */
  isPending(key: string): boolean {
    const [kind, name = ''] = key.split(/ (.*)/);
    return kind === 'script' && this.#parts.scripts?.isPending(name) === true;
  }

  /** The numbers in the files among what is tracked. */
  measures({ tracked }: MachineConfig): readonly (readonly [string, number | undefined])[] {
    return tracked.flatMap(({ key, measured }) => (measured === true ? [[key, this.#measure(key)] as const] : []));
  }

  /** keepalived takes the first address of the interface that is not virtual; mcast_src_ip and unicast_src_ip win. */
  primaryAddress(config: VrrpInstance, present?: IpAddress): IpAddress | undefined {
    const written = sourceIp(config);
    if (written) return written;
    const { host, instances } = this.#parts;
    const link = host.link(sourceInterface(config));
    if (!link) return undefined;
    const keysOf = (configs: readonly VrrpInstance[]): readonly string[] =>
      configs.flatMap((one) => allAddresses(one).map(({ address }) => ipKey(address)));
    const others = [...instances.values()].map((one) => one.config).filter(({ name }) => name !== config.name);
    const family = familyOf(config);
    const found = host.primaryAddress(link.index, family, new Set(keysOf([config, ...others])), present);
    if (found !== undefined || config.priority !== OWNER_PRIORITY) return found;
    // The owner's virtual addresses are its real ones; those of another instance come and go with that one.
    return host.primaryAddress(link.index, family, new Set(keysOf(others)), present);
  }

  setScript(name: string, up: boolean): void {
    const key = scriptKey(name);
    if (up) this.#scriptsDown.delete(key);
    else this.#scriptsDown.add(key);
    for (const instance of this.#parts.instances.values()) this.#tellTracked(instance, key);
  }

  /** What it is now is known to the files. */
  fileChanged(name: string): void {
    for (const instance of this.#parts.instances.values()) this.#tellTracked(instance, fileKey(name));
  }

  /** What is so now is known to the processes. */
  processesChanged(name: string): void {
    for (const instance of this.#parts.instances.values()) this.#tellTracked(instance, processKey(name));
  }

  setBfd(name: string, up: boolean): void {
    if (up === this.#bfdsUp.has(name)) return;
    if (up) this.#bfdsUp.add(name);
    else this.#bfdsUp.delete(name);
    const key = bfdKey(name);
    for (const instance of this.#parts.instances.values()) {
      if (!instance.state.config.tracked.some((item) => item.key === key)) continue;
      this.#parts.log.info(
        `VRRP_Instance(${instance.config.name}) Tracked BFD instance ${name} is ${up ? 'UP' : 'DOWN'}`,
      );
      this.#tellTracked(instance, key);
    }
  }

  onRoute(event: RouteEvent): void {
    const change = this.#parts.host.apply(event);
    switch (change?.kind) {
      case 'link':
        this.#sayInterface(change);
        if (change.formerName !== undefined) this.#onLink(change.formerName);
        this.#onLink(change.name);
        break;
      case 'addresses':
        this.#onAddresses(change.ifIndex);
        this.#parts.onAddresses?.(this.#parts.host.linkAt(change.ifIndex)?.name);
        break;
      case 'address-lost':
        for (const instance of this.#parts.instances.values()) instance.addressLost(change.address, change.by);
        this.#parts.onAddressLost?.(change.address, change.by);
        this.#onAddresses(change.address.ifIndex);
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

  #onLink(name: string): void {
    const { host, wires, instances, log } = this.#parts;
    wires.refresh(name);
    const key = interfaceKey(name);
    const up = this.isUp(key);
    const watched = [...instances.values()].filter(({ state }) =>
      state.config.tracked.some((item) => item.key === key),
    );
    if (watched.length > 0 && (this.#linksDown.get(name) ?? false) === up)
      log.detail(`Netlink reports ${name} ${up ? 'up' : 'down'}`);
    this.#linksDown.set(name, !up);
    for (const instance of watched) this.#tellTracked(instance, key);
    for (const instance of instances.values()) {
      if (sourceInterface(instance.config) === name) this.#tellPrimary(instance);
      if (host.link(name) && instance.state.role === 'master') void instance.vips.sync();
    }
  }

  #onAddresses(ifIndex: number): void {
    for (const instance of this.#parts.instances.values())
      for (const { key } of instance.state.config.tracked)
        if (key.startsWith('source ')) this.#tellTracked(instance, key);
    for (const instance of this.#parts.instances.values())
      if (this.#parts.host.link(sourceInterface(instance.config))?.index === ifIndex) this.#tellPrimary(instance);
  }

  // Notifications were lost: read everything, then tell every instance what is so now.
  async #resync(): Promise<void> {
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
    for (const name of this.#interfacesInUse) this.#onLink(name);
    for (const instance of instances.values()) {
      this.tellAll(instance);
      void instance.vips.sync();
    }
  }

  /** The same, and init_fail changes nothing about it: who begins waits for that result, as keepalived does. */
  isAwaited(key: string): boolean {
    const [kind, name = ''] = key.split(/ (.*)/);
    return kind === 'script' && this.#parts.scripts?.isNew(name) === true;
  }

  #measure(key: string): number | undefined {
    return this.#parts.files.valueOf(key.slice(fileKey('').length));
  }

  #tellTracked(instance: Instance, key: string): void {
    const item = instance.state.config.tracked.find((tracked) => tracked.key === key);
    if (item === undefined) return;
    if (item.measured === true) {
      instance.handle({ kind: 'measure', key, value: this.#measure(key) });
      return;
    }
    const up = this.isUp(key);
    if (this.isPending(key)) return;
    if (up === instance.state.down.has(key) || instance.state.pending?.has(key) === true)
      instance.handle({ kind: 'track', key, up });
  }

  #tellPrimary(instance: Instance): void {
    const before = instance.state.primaryAddress;
    const address = this.primaryAddress(instance.config, before);
    if ((address && ipKey(address)) === (before && ipKey(before))) return;
    const { interfaceName } = instance.config;
    if (address) this.#parts.log.detail(`Assigned address ${ipKey(address)} for interface ${interfaceName}`);
    else if (before) this.#parts.log.detail(`Deassigned address ${ipKey(before)} from interface ${interfaceName}`);
    instance.handle({ kind: 'primary-address', address });
  }
}
