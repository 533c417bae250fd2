// Starts, reloads and stops VRRP: reads the host, checks everything, and only then touches anything.
import type { VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';
import type { RouteEvent } from '@vipward/netlink';
import type { FootingPlan } from '../stacked/footing.ts';
import { withGroup } from '../sync/members.ts';
import type { HostSettings, InstanceDetails, InstanceStatus, LinkSettings, VrrpOptions, VrrpRuntime } from './api.ts';
import { Assembly } from './assembly.ts';
import { breather } from './breather.ts';
import { addressesInUse, checkInstances, missingInterfaces } from './check.ts';
import { identity } from './instance-settings.ts';
import { removeLeftovers } from './leftovers.ts';
import { polled } from './linkbeat.ts';
import type { OwnedSettings } from './owned-settings.ts';
import { promoting } from './secondaries.ts';
import { mayResume, readSavedState, type SavedState, StateWriter, savedPieces } from './state-file.ts';
import type { TrackSettings } from './track-settings.ts';

/** Throws VrrpError for a configuration that can't run here, NetlinkError when the kernel does not answer. */
export const startVrrp = async (options: VrrpOptions): Promise<VrrpRuntime> => {
  const runtime = new Runtime(options);
  await runtime.start();
  return runtime;
};

class Runtime implements VrrpRuntime {
  readonly #options: VrrpOptions;
  readonly #parts: Assembly;
  #stopWatching = (): void => undefined;
  #stopped = false;

  constructor(options: VrrpOptions) {
    this.#options = options;
    this.#parts = new Assembly(options);
  }

  async start(): Promise<void> {
    const { scripts = [], groups = [], stateFile, log } = this.#options;
    try {
      await this.#readHost();
      const grouped = this.#options.instances.map((instance) => withGroup(instance, groups, scripts));
      const footing = this.#prepare(grouped, this.#options.wires ?? {}, this.#parts.tracking);
      const { instances } = footing;
      this.#parts.members.readKeys(instances);
      const saved = stateFile === undefined ? undefined : readSavedState(stateFile, this.#parts.edges.bootId);
      if (saved?.footing) this.#parts.footing.remember(saved.footing);
      await footing.lay();
      this.#parts.wires.openFor(instances);
      for (const line of addressesInUse(instances, this.#parts.host)) log.warning(line);
      if (saved) {
        this.#parts.owned.remember(saved);
        await removeLeftovers(this.#parts.host, instances, saved, log, this.#parts.owned.staticAddresses);
      }
      if (stateFile !== undefined)
        this.#parts.writer = new StateWriter(
          stateFile,
          () => this.#snapshot(),
          (text) => log.error(text),
        );
      await this.#parts.owned.set();
      this.#parts.linkbeat.set(polled(instances, this.#options.links ?? {}));
      this.#parts.secondaries.set(promoting(instances));
      await this.#follow(instances, scripts);
      this.#parts.members.setGroups(instances, groups);
      const resumed = instances.filter((instance) => this.#resumable(instance, instances, saved));
      for (const instance of instances) {
        const before = saved?.instances.find(({ name }) => name === instance.name);
        this.#parts.members.begin(instance, resumed.includes(instance), before?.ahSequence);
      }
      this.#parts.groups.resume(groups, new Set(resumed.map(({ name }) => name)));
      // Once those that go on have said what they want: only the rest is left over.
      const synced = this.#parts.instances.map(({ vips }) => vips.sync());
      if (saved) void Promise.all(synced).then(() => this.#parts.owned.inherit());
      await this.#parts.footing.settle();
    } catch (error) {
      this.#parts.follower.close();
      await this.#parts.footing.close({ keep: false });
      this.#close();
      throw error;
    }
  }

  async reload(
    written: readonly VrrpInstance[],
    scripts: readonly VrrpScript[] = [],
    groups: readonly VrrpSyncGroup[] = [],
    links: LinkSettings = {},
    owned: OwnedSettings = {},
    wires: HostSettings = {},
    tracking: TrackSettings = {},
  ): Promise<void> {
    const grouped = written.map((instance) => withGroup(instance, groups, scripts));
    const footing = this.#prepare(grouped, wires, tracking, owned);
    const { instances } = footing;
    this.#parts.members.readKeys(instances);
    this.#parts.tracking = tracking;
    await footing.lay();
    if (this.#stopped) return;
    this.#parts.wires.configure(wires);
    this.#parts.wires.openFor(instances);
    this.#parts.facts.delays.set(links.interfaceDelays ?? []);
    this.#parts.linkbeat.set(polled(instances, links));
    const next = new Map(instances.map((instance) => [instance.name, instance]));
    const stale = this.#parts.instances.filter(({ config }) => {
      const same = next.get(config.name);
      return same === undefined || identity(same) !== identity(config);
    });
    this.#parts.groups.pause();
    this.#parts.members.setGroups(instances, groups);
    const stopped = stale.map((instance) => {
      this.#parts.members.instances.delete(instance.config.name);
      return instance.stop({ deleted: !next.has(instance.config.name) });
    });
    await Promise.all(stopped);
    if (this.#stopped) return;
    await this.#parts.owned.set(owned);
    this.#parts.secondaries.set(promoting(instances));
    await this.#follow(instances, scripts);
    const breathe = breather(this.#options.clock, this.#parts.edges.afterInput);
    for (const config of instances) {
      await breathe();
      if (this.#stopped) return;
      const running = this.#parts.members.instances.get(config.name);
      if (running) this.#parts.members.reconfigure(running, config);
      else this.#parts.members.begin(config, false);
    }
    // After all configurations are in place: which addresses are virtual decides which is primary.
    for (const instance of this.#parts.instances) {
      await breathe();
      this.#parts.informer.tellAll(instance);
    }
    this.#parts.groups.resume(groups);
    this.#parts.wires.closeUnused();
    this.#parts.writer?.schedule();
    for (const { vips } of this.#parts.instances) {
      await breathe();
      await vips.sync();
    }
    // An address that went may have taken routes along, of which the kernel says nothing.
    this.#parts.owned.recheck();
    await this.#parts.owned.routing.idle();
    await this.#parts.footing.settle();
  }

  setScript(name: string, up: boolean): void {
    this.#parts.informer.setScript(name, up);
  }

  setBfd(name: string, up: boolean): void {
    this.#parts.informer.setBfd(name, up);
  }

  async stop({ keepAddresses = false } = {}): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#parts.informer.close();
    this.#parts.facts.close();
    this.#parts.linkbeat.close();
    this.#parts.groups.pause();
    this.#parts.members.close();
    this.#parts.follower.close();
    const stopped = this.#parts.instances.map((instance) => instance.stop({ keepAddresses }));
    this.#parts.groups.stop();
    await Promise.all(stopped);
    await this.#parts.owned.stop({ keep: keepAddresses });
    await this.#parts.footing.close({ keep: keepAddresses });
    this.#parts.secondaries.set(new Set());
    await this.#parts.writer?.close({ remove: !keepAddresses });
    this.#close();
  }

  states(): readonly InstanceStatus[] {
    return this.#parts.instances.map((instance) => instance.status());
  }

  details(): readonly InstanceDetails[] {
    return this.#parts.instances.map((instance) => instance.details());
  }

  clearCounts(): void {
    for (const instance of this.#parts.instances) instance.clearCounts();
  }

  // Watched before it is read: what happens in between is applied to the mirror afterwards.
  async #readHost(): Promise<void> {
    const early: RouteEvent[] = [];
    let listener = (event: RouteEvent): void => void early.push(event);
    this.#stopWatching = this.#options.routeKernel.watch((event) => listener(event));
    await this.#parts.host.read();
    for (const event of early) this.#parts.host.apply(event);
    listener = (event) => this.#parts.informer.onRoute(event);
  }

  /** With what they imply, and possible here. Throws VrrpError. */
  #prepare(
    grouped: readonly VrrpInstance[],
    wires: HostSettings,
    { dynamicInterfaces = false }: TrackSettings,
    owned?: OwnedSettings,
  ): FootingPlan {
    const instances = this.#parts.owned.prepare(grouped, owned, dynamicInterfaces);
    const footing = this.#parts.footing.plan(instances, wires);
    checkInstances(instances, this.#parts.host, dynamicInterfaces, footing.names);
    for (const name of missingInterfaces(instances, this.#parts.host))
      this.#options.log.info(
        `Configuration specifies interface ${name} which doesn't currently exist - will use if created`,
      );
    return footing;
  }

  async #follow(instances: readonly VrrpInstance[], scripts: readonly VrrpScript[]): Promise<void> {
    await this.#parts.follower.follow(instances, this.#parts.tracking);
    this.#parts.members.setScripts(scripts);
    this.#parts.follower.followScripts(instances, scripts);
  }

  /** A group goes on as master as a whole, or not at all. */
  #resumable(instance: VrrpInstance, all: readonly VrrpInstance[], saved: SavedState | undefined): boolean {
    return this.#parts.members.together(instance, all).every(({ name, interfaceName, virtualRouterId }) =>
      mayResume(
        saved?.instances.find((one) => one.name === name),
        { at: this.#options.clock.now(), interfaceName, vrid: virtualRouterId },
      ),
    );
  }

  #snapshot(): Iterable<string> {
    return savedPieces({
      bootId: this.#parts.edges.bootId,
      ...this.#parts.owned.snapshot(),
      ...(this.#parts.footing.saved === undefined ? {} : { footing: this.#parts.footing.saved }),
      instances: this.#parts.instances.map((instance) => () => instance.saved()),
    });
  }

  #close(): void {
    this.#stopWatching();
    this.#parts.wires.close();
  }
}
