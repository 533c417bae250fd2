// The instances that run: how each is begun and gets new settings, with its group, its keys and the scripts that it may track.
import type { VrrpInstance, VrrpScript, VrrpSyncGroup } from '@vipward/config';
import type { Clock, Millis } from '@vipward/sockets';
import type { HmacSecret } from '../advert/hmac.ts';
import type { MachineConfig } from '../machine/model.ts';
import type { Footing } from '../stacked/footing.ts';
import { groupOf } from '../sync/members.ts';
import type { Edges, VrrpOptions } from './api.ts';
import type { Facts } from './facts.ts';
import { readHmacKeys } from './hmac-keys.ts';
import type { Host } from './host.ts';
import { Instance } from './instance.ts';
import { machineConfig } from './instance-settings.ts';
import { Later } from './later.ts';
import type { VrrpLog } from './log.ts';
import type { Owned } from './owned.ts';
import { hmacSettings } from './signature.ts';
import type { Wires } from './wires.ts';

export interface MembersParts {
  /** Those that run, by name: filled here, and read by others. */
  readonly instances: Map<string, Instance>;
  readonly host: Host;
  readonly wires: Wires;
  readonly owned: Owned;
  readonly footing: Footing;
  readonly edges: Edges;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly facts: Facts;
  readonly onEvent: VrrpOptions['onEvent'];
  /** When instances that do not resume may begin (vrrp_startup_delay). */
  readonly beginAt: Millis;
  /** Roles or addresses have changed, or somebody has spoken; a successor need not know for so many ms. */
  onProgress(within?: Millis): void;
  /** After every event of an instance. */
  onStep(): void;
}

export class Members {
  readonly instances: Map<string, Instance>;
  readonly #parts: MembersParts;
  /** The sync group of each instance. */
  #groupNames: ReadonlyMap<string, string | undefined> = new Map();
  #scripts: readonly VrrpScript[] = [];
  /** Instances that wait for the end of vrrp_startup_delay. */
  readonly #delayed: Later;
  /** Scripts that cannot be run: instances go on as if they did not track them. */
  readonly #unusable = new Set<string>();
  /** Of auth_hmac, by instance. */
  #hmacKeys: ReadonlyMap<string, readonly HmacSecret[]> = new Map();

  constructor(parts: MembersParts) {
    this.#parts = parts;
    this.instances = parts.instances;
    this.#delayed = new Later(parts.clock);
  }

  /** Throws VrrpError. */
  readKeys(instances: readonly VrrpInstance[]): void {
    this.#hmacKeys = new Map(instances.map((one) => [one.name, readHmacKeys(one, this.#parts.log)]));
  }

  setGroups(instances: readonly VrrpInstance[], groups: readonly VrrpSyncGroup[]): void {
    this.#groupNames = new Map(instances.map(({ name }) => [name, groupOf(name, groups)?.name]));
  }

  /** Before they run for the first time. */
  setScripts(scripts: readonly VrrpScript[]): void {
    this.#scripts = scripts;
    this.#unusable.clear();
  }

  withoutScript(name: string): void {
    this.#unusable.add(name);
    for (const instance of this.instances.values()) this.reconfigure(instance, instance.config);
  }

  /** All of the sync group of `instance`, or it alone. */
  together(instance: VrrpInstance, all: readonly VrrpInstance[]): readonly VrrpInstance[] {
    const group = this.#groupNames.get(instance.name);
    return group === undefined ? [instance] : all.filter(({ name }) => this.#groupNames.get(name) === group);
  }

  reconfigure(instance: Instance, config: VrrpInstance): void {
    const { facts } = this.#parts;
    const machine = this.#machine(config);
    const known = new Set(instance.state.config.tracked.map(({ key }) => key));
    const pending = machine.tracked.map(({ key }) => key).filter((key) => !known.has(key) && facts.isPending(key));
    this.#sign(instance, config);
    instance.reconfigure(config, machine, pending);
  }

  begin(config: VrrpInstance, resume: boolean, ahSequence?: number): void {
    const { clock, beginAt } = this.#parts;
    const instance = this.#make(config);
    this.instances.set(config.name, instance);
    this.#sign(instance, config);
    if (ahSequence !== undefined) instance.form.ahCounter.resume(ahSequence);
    if (resume || clock.now() >= beginAt)
      instance.handle({ kind: 'start', ...(resume ? { resume: { role: 'master' } } : {}) });
    else
      this.#delayed.at(beginAt, config.name, () => {
        if (this.instances.get(config.name) === instance) instance.handle({ kind: 'start' });
      });
  }

  /** Who has not begun yet never will. */
  close(): void {
    this.#delayed.close();
  }

  #make(config: VrrpInstance): Instance {
    const { host, wires, owned, footing, edges, clock, log, facts, onEvent } = this.#parts;
    const machine = this.#machine(config);
    const keys = machine.tracked.map(({ key }) => key);
    const known = {
      primaryAddress: facts.primaryAddress(config),
      down: keys.filter((key) => !facts.isUp(key)),
      // A weight counts at once with init_fail; a fault is one after the first result.
      pending: machine.tracked
        .filter(({ key, weight }) => (weight === 0 ? facts.isAwaited(key) : facts.isPending(key)))
        .map(({ key }) => key),
      measures: facts.measures(machine),
    };
    return new Instance(config, machine, known, {
      ...{ host, clock, log, realtime: edges.realtime, afterInput: edges.afterInput },
      announcements: owned.announcements,
      routing: owned.routing,
      processName: owned.processName,
      possessions: owned.possessions,
      guard: (owner, of, addresses) => footing.guard(owner, of, addresses),
      wire: (of) => wires.for(of),
      vridsOn: (of) => wires.vridsOn(of),
      onProgress: (within) => this.#parts.onProgress(within),
      onStep: () => this.#parts.onStep(),
      onNotify: ({ state, priority, resumed }) =>
        onEvent?.({ kind: 'INSTANCE', name: config.name, state, priority, resumed }),
    });
  }

  #machine(config: VrrpInstance): MachineConfig {
    const trackScripts = config.trackScripts.filter(({ name }) => !this.#unusable.has(name));
    return machineConfig({ ...config, trackScripts }, this.#scripts, this.#groupNames.get(config.name));
  }

  #sign(instance: Instance, config: VrrpInstance): void {
    instance.form.signature.settings = hmacSettings(config, this.#hmacKeys.get(config.name) ?? []);
  }
}
