// Starts, reloads and stops VRRP: reads the host, checks everything, and only then touches anything.
import type { TrackedItem, VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';
import type { RouteEvent } from '@vipward/netlink';
import { systemNftables } from '@vipward/netlink/nftables';
import type { Millis } from '@vipward/sockets';
import type { HmacSecret } from '../advert/hmac.ts';
import type { MachineConfig } from '../machine/model.ts';
import { masterDownInterval } from '../machine/timing.ts';
import { Footing, type FootingPlan } from '../stacked/footing.ts';
import { SyncGroups } from '../sync/groups.ts';
import { groupOf, withGroup } from '../sync/members.ts';
import { TrackFiles } from '../track/files.ts';
import { TrackProcesses } from '../track/processes.ts';
import { TrackScripts } from '../track/scripts.ts';
import { openArp } from './announcer.ts';
import type {
  Edges,
  HostSettings,
  InstanceDetails,
  InstanceStatus,
  LinkSettings,
  VrrpOptions,
  VrrpRuntime,
} from './api.ts';
import { addressesInUse, checkInstances, missingInterfaces } from './check.ts';
import { processName } from './culprit.ts';
import { Facts } from './facts.ts';
import { readHmacKeys } from './hmac-keys.ts';
import { Host } from './host.ts';
import { Instance } from './instance.ts';
import { identity, machineConfig, usesAh } from './instance-settings.ts';
import { removeLeftovers, savable } from './leftovers.ts';
import { Linkbeat } from './linkbeat.ts';
import { Owned } from './owned.ts';
import type { OwnedSettings } from './owned-settings.ts';
import { systemProcesses } from './process-source.ts';
import { Secondaries } from './secondaries.ts';
import { hmacSettings } from './signature.ts';
import { currentBootId, mayResume, readSavedState, type SavedState, StateWriter } from './state-file.ts';
import { systemSysctl } from './sysctl.ts';
import type { TrackSettings } from './track-settings.ts';
import { openWire } from './wire.ts';
import { Wires } from './wires.ts';

/** Throws VrrpError for a configuration that can't run here, NetlinkError when the kernel does not answer. */
export const startVrrp = async (options: VrrpOptions): Promise<VrrpRuntime> => {
  const runtime = new Runtime(options);
  await runtime.start();
  return runtime;
};

/** ms of a reload without a turn of the event loop. */
const BREATH = 1;

class Runtime implements VrrpRuntime {
  readonly #options: VrrpOptions;
  readonly #edges: Edges;
  readonly #host: Host;
  readonly #wires: Wires;
  readonly #facts: Facts;
  readonly #instances = new Map<string, Instance>();
  readonly #groups: SyncGroups;
  readonly #owned: Owned;
  readonly #footing: Footing;
  /** The sync group of each instance. */
  #groupNames: ReadonlyMap<string, string | undefined> = new Map();
  readonly #scripts: TrackScripts | undefined;
  readonly #files: TrackFiles;
  readonly #processes: TrackProcesses;
  #tracking: TrackSettings;
  /** Scripts that cannot be run: instances go on as if they did not track them. */
  readonly #unusable = new Set<string>();
  #scriptList: readonly VrrpScript[] = [];
  #writer: StateWriter | undefined;
  #stopWatching = (): void => undefined;
  #stopped = false;
  /** Of auth_hmac, by instance. */
  #hmacKeys: ReadonlyMap<string, readonly HmacSecret[]> = new Map();
  /** When instances may begin (vrrp_startup_delay). */
  readonly #beginAt: Millis;
  readonly #secondaries: Secondaries;
  readonly #linkbeat: Linkbeat;

  constructor(options: VrrpOptions) {
    const { routeKernel, clock, log } = options;
    const instances = this.#instances;
    this.#options = options;
    this.#edges = {
      openWire,
      openArp,
      bootId: currentBootId(),
      sysctl: systemSysctl,
      nftables: systemNftables(),
      realtime: () => Date.now(),
      processName,
      processes: systemProcesses(() => this.#tracking.processBuffer?.bytes),
      afterInput: (fn) => void setImmediate(fn),
      ...options.edges,
    };
    this.#beginAt = clock.now() + (options.startDelay ?? 0);
    this.#secondaries = new Secondaries(this.#edges.sysctl, (text) => log.warning(text));
    this.#host = new Host(routeKernel);
    this.#wires = new Wires({ host: this.#host, log, clock, edges: this.#edges, instances });
    this.#wires.configure(options.wires ?? {});
    this.#groups = new SyncGroups({
      instances,
      log,
      onState: (name, state, resumed) => options.onEvent?.({ kind: 'GROUP', name, state, priority: 0, resumed }),
    });
    this.#scripts =
      options.startScript &&
      new TrackScripts({
        start: options.startScript,
        clock,
        log,
        afterInput: this.#edges.afterInput,
        onVerdict: (name, up) => this.setScript(name, up),
        onUnusable: (name) => this.#withoutScript(name),
      });
    this.#tracking = options.tracking ?? {};
    this.#files = new TrackFiles({ clock, log, onValue: (name) => this.#facts.fileChanged(name) });
    this.#processes = new TrackProcesses({
      source: this.#edges.processes,
      clock,
      log,
      afterInput: this.#edges.afterInput,
      onQuorum: (name) => this.#facts.processesChanged(name),
    });
    this.#owned = new Owned(
      {
        ...{ kernel: routeKernel, host: this.#host, clock, log, arp: () => this.#wires.arp },
        ...{ afterInput: this.#edges.afterInput, processName: this.#edges.processName },
        onProgress: () => this.#writer?.schedule(),
      },
      options.owned,
    );
    this.#footing = new Footing({
      ...{ kernel: routeKernel, host: this.#host, clock, log, sysctl: this.#edges.sysctl },
      nftables: this.#edges.nftables,
      onProgress: () => this.#writer?.schedule(),
    });
    this.#facts = new Facts({
      ...{ host: this.#host, wires: this.#wires, clock, log, instances, scripts: this.#scripts },
      ...{ files: this.#files, processes: this.#processes },
      onAddressLost: (address, by) => this.#owned.addressLost(address, by),
      onAddresses: (link) => this.#footing.recheckAddresses(link),
      onHostChanged: (link) => {
        this.#owned.recheck(link);
        this.#footing.recheck(link);
        this.#promoteSecondaries([...instances.values()].map(({ config }) => config));
      },
    });
    for (const name of options.bfdsUp ?? []) this.#facts.setBfd(name, true);
    this.#facts.delays.set(options.links?.interfaceDelays ?? []);
    this.#linkbeat = new Linkbeat({
      kernel: routeKernel,
      clock,
      known: (name) => this.#host.link(name),
      onEvent: (event) => this.#facts.onRoute(event),
      onError: (text) => log.warning(text),
    });
  }

  async start(): Promise<void> {
    const { scripts = [], groups = [], stateFile, log } = this.#options;
    try {
      await this.#readHost();
      const grouped = this.#options.instances.map((instance) => withGroup(instance, groups, scripts));
      const footing = this.#prepare(grouped, this.#options.wires ?? {});
      const { instances } = footing;
      this.#readKeys(instances);
      const saved = stateFile === undefined ? undefined : readSavedState(stateFile, this.#edges.bootId);
      if (saved?.footing) this.#footing.remember(saved.footing);
      await footing.lay();
      this.#wires.openFor(instances);
      for (const line of addressesInUse(instances, this.#host)) log.warning(line);
      if (saved) {
        this.#owned.remember(saved);
        await removeLeftovers(this.#host, instances, saved, log, this.#owned.staticAddresses);
      }
      if (stateFile !== undefined)
        this.#writer = new StateWriter(
          stateFile,
          () => this.#snapshot(),
          (text) => log.error(text),
        );
      await this.#owned.set();
      this.#linkbeat.set(polled(instances, this.#options.links ?? {}));
      this.#promoteSecondaries(instances);
      await this.#follow(instances, scripts);
      this.#groupNames = new Map(instances.map(({ name }) => [name, groupOf(name, groups)?.name]));
      const resumed = instances.filter((instance) => this.#resumable(instance, instances, saved));
      for (const instance of instances) {
        const before = saved?.instances.find(({ name }) => name === instance.name);
        this.#begin(instance, resumed.includes(instance), before?.ahSequence);
      }
      this.#groups.resume(groups, new Set(resumed.map(({ name }) => name)));
      // Once those that go on have said what they want: only the rest is left over.
      const synced = [...this.#instances.values()].map(({ vips }) => vips.sync());
      if (saved) void Promise.all(synced).then(() => this.#owned.inherit());
      await this.#footing.settle();
    } catch (error) {
      this.#scripts?.stop();
      this.#files.close();
      this.#processes.close();
      await this.#footing.close({ keep: false });
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
    const before = this.#tracking;
    this.#tracking = tracking;
    let footing: FootingPlan;
    try {
      footing = this.#prepare(
        written.map((instance) => withGroup(instance, groups, scripts)),
        wires,
        owned,
      );
    } catch (error) {
      this.#tracking = before;
      throw error;
    }
    const { instances } = footing;
    this.#readKeys(instances);
    await footing.lay();
    this.#wires.configure(wires);
    this.#wires.openFor(instances);
    this.#facts.delays.set(links.interfaceDelays ?? []);
    this.#linkbeat.set(polled(instances, links));
    const next = new Map(instances.map((instance) => [instance.name, instance]));
    const stale = [...this.#instances.values()].filter(({ config }) => {
      const same = next.get(config.name);
      return same === undefined || identity(same) !== identity(config);
    });
    this.#groups.pause();
    this.#groupNames = new Map(instances.map(({ name }) => [name, groupOf(name, groups)?.name]));
    const stopped = stale.map((instance) => {
      this.#instances.delete(instance.config.name);
      return instance.stop({ deleted: !next.has(instance.config.name) });
    });
    await Promise.all(stopped);
    await this.#owned.set(owned);
    this.#promoteSecondaries(instances);
    await this.#follow(instances, scripts);
    const breathe = this.#breather();
    for (const config of instances) {
      await breathe();
      if (this.#stopped) return;
      const running = this.#instances.get(config.name);
      if (running) this.#reconfigure(running, config);
      else this.#begin(config, false);
    }
    // After all configurations are in place: which addresses are virtual decides which is primary.
    for (const instance of [...this.#instances.values()]) {
      await breathe();
      this.#facts.tellAll(instance);
    }
    this.#groups.resume(groups);
    this.#wires.closeUnused();
    this.#writer?.schedule();
    for (const { vips } of [...this.#instances.values()]) {
      await breathe();
      await vips.sync();
    }
    // An address that went may have taken routes along, of which the kernel says nothing.
    this.#owned.recheck();
    await this.#owned.routing.idle();
    await this.#footing.settle();
  }

  setScript(name: string, up: boolean): void {
    this.#facts.setScript(name, up);
  }

  setBfd(name: string, up: boolean): void {
    this.#facts.setBfd(name, up);
  }

  async stop({ keepAddresses = false } = {}): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#facts.close();
    this.#linkbeat.close();
    this.#groups.pause();
    this.#scripts?.stop();
    this.#files.close();
    this.#processes.close();
    const stopped = [...this.#instances.values()].map((instance) => instance.stop({ keepAddresses }));
    this.#groups.stop();
    await Promise.all(stopped);
    await this.#owned.stop({ keep: keepAddresses });
    await this.#footing.close({ keep: keepAddresses });
    this.#secondaries.set(new Set());
    await this.#writer?.close({ remove: !keepAddresses });
    this.#close();
  }

  states(): readonly InstanceStatus[] {
    return [...this.#instances.values()].map((instance) => instance.status());
  }

  details(): readonly InstanceDetails[] {
    return [...this.#instances.values()].map((instance) => instance.details());
  }

  clearCounts(): void {
    for (const instance of this.#instances.values()) instance.clearCounts();
  }

  // Watched before it is read: what happens in between is applied to the mirror afterwards.
  async #readHost(): Promise<void> {
    const early: RouteEvent[] = [];
    let listener = (event: RouteEvent): void => void early.push(event);
    this.#stopWatching = this.#options.routeKernel.watch((event) => listener(event));
    await this.#host.read();
    for (const event of early) this.#host.apply(event);
    listener = (event) => this.#facts.onRoute(event);
  }

  /** With what they imply, and possible here. Throws VrrpError. */
  #prepare(grouped: readonly VrrpInstance[], wires: HostSettings, owned?: OwnedSettings): FootingPlan {
    const { dynamicInterfaces = false } = this.#tracking;
    const instances = this.#owned.prepare(grouped, owned, dynamicInterfaces);
    const footing = this.#footing.plan(instances, wires);
    checkInstances(instances, this.#host, dynamicInterfaces, footing.names);
    for (const name of missingInterfaces(instances, this.#host))
      this.#options.log.info(
        `Configuration specifies interface ${name} which doesn't currently exist - will use if created`,
      );
    return footing;
  }

  /** Gives adverts and sockets their turn, as often as a reload of many instances has kept them waiting. */
  #breather(): () => Promise<void> {
    const { clock } = this.#options;
    let last = clock.now();
    return async () => {
      if (clock.now() - last < BREATH) return;
      await new Promise<void>((resolve) => this.#edges.afterInput(resolve));
      last = clock.now();
    };
  }

  /** Throws VrrpError. */
  #readKeys(instances: readonly VrrpInstance[]): void {
    this.#hmacKeys = new Map(instances.map((one) => [one.name, readHmacKeys(one, this.#options.log)]));
  }

  #promoteSecondaries(instances: readonly VrrpInstance[]): void {
    // use_vmac implies it for an interface of its own.
    const using = instances.filter(({ promoteSecondaries, vmac }) => promoteSecondaries === true && vmac === undefined);
    this.#secondaries.set(new Set(using.map(({ interfaceName }) => interfaceName).filter((name) => name !== '')));
  }

  /** The scripts, files and processes that somebody tracks, as keepalived. */
  async #follow(instances: readonly VrrpInstance[], scripts: readonly VrrpScript[]): Promise<void> {
    const { files = [], processes = [] } = this.#tracking;
    const trackedBy = (of: (instance: VrrpInstance) => readonly TrackedItem[] | undefined) => {
      const names = new Set(instances.flatMap((instance) => (of(instance) ?? []).map(({ name }) => name)));
      return ({ name }: { readonly name: string }): boolean => names.has(name);
    };
    this.#files.set(files.filter(trackedBy(({ trackFiles }) => trackFiles)));
    await this.#processes.set(processes.filter(trackedBy(({ trackProcesses }) => trackProcesses)));
    this.#scriptList = scripts;
    this.#unusable.clear();
    this.#scripts?.set(scripts.filter(trackedBy(({ trackScripts }) => trackScripts)));
  }

  #withoutScript(name: string): void {
    this.#unusable.add(name);
    for (const instance of this.#instances.values()) this.#reconfigure(instance, instance.config);
  }

  #reconfigure(instance: Instance, config: VrrpInstance): void {
    const machine = this.#machine(config);
    const known = new Set(instance.state.config.tracked.map(({ key }) => key));
    const pending = machine.tracked
      .map(({ key }) => key)
      .filter((key) => !known.has(key) && this.#facts.isPending(key));
    instance.signature.settings = hmacSettings(config, this.#hmacKeys.get(config.name) ?? []);
    instance.reconfigure(config, machine, pending);
  }

  #machine(config: VrrpInstance): MachineConfig {
    const trackScripts = config.trackScripts.filter(({ name }) => !this.#unusable.has(name));
    return machineConfig({ ...config, trackScripts }, this.#scriptList, this.#groupNames.get(config.name));
  }

  /** A group goes on as master as a whole, or not at all. */
  #resumable(instance: VrrpInstance, all: readonly VrrpInstance[], saved: SavedState | undefined): boolean {
    const group = this.#groupNames.get(instance.name);
    const together = group === undefined ? [instance] : all.filter(({ name }) => this.#groupNames.get(name) === group);
    return together.every(({ name, interfaceName, virtualRouterId }) =>
      mayResume(
        saved?.instances.find((one) => one.name === name),
        { at: this.#options.clock.now(), interfaceName, vrid: virtualRouterId },
      ),
    );
  }

  #begin(config: VrrpInstance, resume: boolean, ahSequence?: number): void {
    const { clock, log, onEvent } = this.#options;
    const machine = this.#machine(config);
    const keys = machine.tracked.map(({ key }) => key);
    const instance = new Instance(
      config,
      machine,
      {
        primaryAddress: this.#facts.primaryAddress(config),
        down: keys.filter((key) => !this.#facts.isUp(key)),
        pending: keys.filter((key) => this.#facts.isPending(key)),
        measures: this.#facts.measures(machine),
      },
      {
        host: this.#host,
        announcements: this.#owned.announcements,
        routing: this.#owned.routing,
        processName: this.#owned.processName,
        possessions: this.#owned.possessions,
        guard: (owner, of, addresses) => this.#footing.guard(owner, of, addresses),
        clock,
        realtime: this.#edges.realtime,
        log,
        afterInput: this.#edges.afterInput,
        wire: (of) => this.#wires.for(of),
        onProgress: () => this.#writer?.schedule(),
        onStep: () => this.#groups.settle(),
        onNotify: ({ state, priority, resumed }) =>
          onEvent?.({ kind: 'INSTANCE', name: config.name, state, priority, resumed }),
      },
    );
    this.#instances.set(config.name, instance);
    instance.signature.settings = hmacSettings(config, this.#hmacKeys.get(config.name) ?? []);
    if (ahSequence !== undefined) instance.ahCounter.resume(ahSequence);
    if (resume || clock.now() >= this.#beginAt)
      instance.handle({ kind: 'start', ...(resume ? { resume: { role: 'master' } } : {}) });
    else
      clock.at(this.#beginAt, () => {
        if (this.#instances.get(config.name) === instance) instance.handle({ kind: 'start' });
      });
  }

  #snapshot(): SavedState {
    return {
      bootId: this.#edges.bootId,
      instances: [...this.#instances.values()].map((instance) => ({
        name: instance.config.name,
        interfaceName: instance.config.interfaceName,
        vrid: instance.config.virtualRouterId,
        role: instance.state.role,
        lastAdvertAt: instance.lastAdvertAt,
        masterDownInterval: masterDownInterval(instance.state.config, instance.priority),
        ...(usesAh(instance.config) ? { ahSequence: instance.ahCounter.last } : {}),
        addresses: instance.vips.wanted.map((vip) => savable(vip, instance.config.interfaceName)),
      })),
      ...this.#owned.snapshot(),
      ...(this.#footing.saved === undefined ? {} : { footing: this.#footing.saved }),
    };
  }

  #close(): void {
    this.#stopWatching();
    this.#wires.close();
  }
}

/** The interfaces whose links are asked for: those named, and of instances that want it. */
const polled = (instances: readonly VrrpInstance[], links: LinkSettings): ReadonlySet<string> => {
  const wanting = instances.filter((one) => links.linkbeatUsePolling === true || one.linkbeatUsePolling === true);
  const own = wanting.flatMap((one) => [one.interfaceName, ...one.trackInterfaces.map(({ name }) => name)]);
  return new Set([...(links.linkbeatInterfaces ?? []).map(({ name }) => name), ...own].filter((name) => name !== ''));
};
