// Starts, reloads and stops VRRP: reads the host, checks everything, and only then touches anything.
import type { VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';
import type { RouteEvent } from '@vipward/netlink';
import { systemNftables } from '@vipward/netlink/nftables';
import type { Millis } from '@vipward/sockets';
import { Footing, type FootingPlan } from '../stacked/footing.ts';
import { SyncGroups } from '../sync/groups.ts';
import { withGroup } from '../sync/members.ts';
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
import { Host } from './host.ts';
import type { Instance } from './instance.ts';
import { identity } from './instance-settings.ts';
import { removeLeftovers } from './leftovers.ts';
import { Linkbeat } from './linkbeat.ts';
import { Members } from './members.ts';
import { Owned } from './owned.ts';
import type { OwnedSettings } from './owned-settings.ts';
import { systemProcesses } from './process-source.ts';
import { Secondaries } from './secondaries.ts';
import { currentBootId, mayResume, readSavedState, type SavedState, StateWriter, savedPieces } from './state-file.ts';
import { systemSysctl } from './sysctl.ts';
import type { TrackSettings } from './track-settings.ts';
import { Tracking } from './tracking.ts';
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
  readonly #members: Members;
  readonly #groups: SyncGroups;
  readonly #owned: Owned;
  readonly #footing: Footing;
  readonly #follower: Tracking;
  #tracking: TrackSettings;
  #writer: StateWriter | undefined;
  #stopWatching = (): void => undefined;
  #stopped = false;
  readonly #secondaries: Secondaries;
  readonly #linkbeat: Linkbeat;

  constructor(options: VrrpOptions) {
    const { routeKernel, clock, log } = options;
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
    this.#secondaries = new Secondaries(this.#edges.sysctl, (text) => log.warning(text));
    this.#host = new Host(routeKernel);
    const onProgress = (within?: Millis): void => this.#writer?.schedule(within);
    this.#owned = new Owned(
      {
        ...{ kernel: routeKernel, host: this.#host, clock, log, arp: () => this.#wires.arp },
        ...{ afterInput: this.#edges.afterInput, processName: this.#edges.processName, onProgress },
      },
      options.owned,
    );
    this.#footing = new Footing({
      ...{ kernel: routeKernel, host: this.#host, clock, log, sysctl: this.#edges.sysctl },
      ...{ nftables: this.#edges.nftables, onProgress },
    });
    const instances = new Map<string, Instance>();
    this.#wires = new Wires({ host: this.#host, log, clock, edges: this.#edges, instances });
    this.#wires.configure(options.wires ?? {});
    this.#groups = new SyncGroups({
      instances,
      log,
      onEvent: (event) => options.onEvent?.(event),
    });
    this.#tracking = options.tracking ?? {};
    this.#follower = new Tracking({
      ...{ startScript: options.startScript, processSource: this.#edges.processes, clock, log },
      afterInput: this.#edges.afterInput,
      onVerdict: (name, up) => this.setScript(name, up),
      onUnusable: (name) => this.#members.withoutScript(name),
      onFile: (name) => this.#facts.fileChanged(name),
      onQuorum: (name) => this.#facts.processesChanged(name),
    });
    this.#facts = new Facts({
      ...{ host: this.#host, wires: this.#wires, clock, log, instances },
      ...{ scripts: this.#follower.scripts, files: this.#follower.files, processes: this.#follower.processes },
      onAddressLost: (address, by) => this.#owned.addressLost(address, by),
      onAddresses: (link) => this.#footing.recheckAddresses(link),
      onHostChanged: (link) => {
        this.#owned.recheck(link);
        this.#footing.recheck(link);
        this.#promoteSecondaries(this.#instances.map(({ config }) => config));
      },
    });
    this.#members = new Members({
      ...{ instances, host: this.#host, wires: this.#wires, owned: this.#owned, footing: this.#footing },
      ...{ facts: this.#facts, edges: this.#edges, clock, log, onProgress },
      onEvent: (event) => this.#groups.tell(event),
      beginAt: clock.now() + (options.startDelay ?? 0),
      onStep: () => this.#groups.settle(),
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
      this.#members.readKeys(instances);
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
      this.#members.setGroups(instances, groups);
      const resumed = instances.filter((instance) => this.#resumable(instance, instances, saved));
      for (const instance of instances) {
        const before = saved?.instances.find(({ name }) => name === instance.name);
        this.#members.begin(instance, resumed.includes(instance), before?.ahSequence);
      }
      this.#groups.resume(groups, new Set(resumed.map(({ name }) => name)));
      // Once those that go on have said what they want: only the rest is left over.
      const synced = this.#instances.map(({ vips }) => vips.sync());
      if (saved) void Promise.all(synced).then(() => this.#owned.inherit());
      await this.#footing.settle();
    } catch (error) {
      this.#follower.close();
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
    this.#members.readKeys(instances);
    await footing.lay();
    this.#wires.configure(wires);
    this.#wires.openFor(instances);
    this.#facts.delays.set(links.interfaceDelays ?? []);
    this.#linkbeat.set(polled(instances, links));
    const next = new Map(instances.map((instance) => [instance.name, instance]));
    const stale = this.#instances.filter(({ config }) => {
      const same = next.get(config.name);
      return same === undefined || identity(same) !== identity(config);
    });
    this.#groups.pause();
    this.#members.setGroups(instances, groups);
    const stopped = stale.map((instance) => {
      this.#members.instances.delete(instance.config.name);
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
      const running = this.#members.instances.get(config.name);
      if (running) this.#members.reconfigure(running, config);
      else this.#members.begin(config, false);
    }
    // After all configurations are in place: which addresses are virtual decides which is primary.
    for (const instance of this.#instances) {
      await breathe();
      this.#facts.tellAll(instance);
    }
    this.#groups.resume(groups);
    this.#wires.closeUnused();
    this.#writer?.schedule();
    for (const { vips } of this.#instances) {
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
    this.#follower.close();
    const stopped = this.#instances.map((instance) => instance.stop({ keepAddresses }));
    this.#groups.stop();
    await Promise.all(stopped);
    await this.#owned.stop({ keep: keepAddresses });
    await this.#footing.close({ keep: keepAddresses });
    this.#secondaries.set(new Set());
    await this.#writer?.close({ remove: !keepAddresses });
    this.#close();
  }

  states(): readonly InstanceStatus[] {
    return this.#instances.map((instance) => instance.status());
  }

  details(): readonly InstanceDetails[] {
    return this.#instances.map((instance) => instance.details());
  }

  clearCounts(): void {
    for (const instance of this.#instances) instance.clearCounts();
  }

  get #instances(): readonly Instance[] {
    return [...this.#members.instances.values()];
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

  #promoteSecondaries(instances: readonly VrrpInstance[]): void {
    // use_vmac implies it for an interface of its own.
    const using = instances.filter(({ promoteSecondaries, vmac }) => promoteSecondaries === true && vmac === undefined);
    this.#secondaries.set(new Set(using.map(({ interfaceName }) => interfaceName).filter((name) => name !== '')));
  }

  async #follow(instances: readonly VrrpInstance[], scripts: readonly VrrpScript[]): Promise<void> {
    await this.#follower.follow(instances, this.#tracking);
    this.#members.setScripts(scripts);
    this.#follower.followScripts(instances, scripts);
  }

  /** A group goes on as master as a whole, or not at all. */
  #resumable(instance: VrrpInstance, all: readonly VrrpInstance[], saved: SavedState | undefined): boolean {
    return this.#members.together(instance, all).every(({ name, interfaceName, virtualRouterId }) =>
      mayResume(
        saved?.instances.find((one) => one.name === name),
        { at: this.#options.clock.now(), interfaceName, vrid: virtualRouterId },
      ),
    );
  }

  #snapshot(): Iterable<string> {
    return savedPieces({
      bootId: this.#edges.bootId,
      ...this.#owned.snapshot(),
      ...(this.#footing.saved === undefined ? {} : { footing: this.#footing.saved }),
      instances: this.#instances.map((instance) => () => instance.saved()),
    });
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
