// All that is owned beside virtual addresses, put together: routes and rules, the static part, announcements.
import type { VirtualAddress, VrrpInstance } from '@vipward/config';
import { encodeRouteBytes, encodeRuleBytes, type InterfaceAddress, type RouteKernel } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import { Announcements } from './announcements.ts';
import type { Arp } from './announcer.ts';
import type { ProcessName } from './culprit.ts';
import type { Host } from './host.ts';
import { savable, savedRouting } from './leftovers.ts';
import type { VrrpLog } from './log.ts';
import { type OwnedSettings, RulePriorities } from './owned-settings.ts';
import { Routing } from './routing.ts';
import type { SavedState } from './state-file.ts';
import { STATIC_OWNER, Statics, staticInterface, withImpliedInterfaces } from './statics.ts';

export interface OwnedParts {
  readonly kernel: RouteKernel;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly arp: () => Arp;
  readonly afterInput: (fn: () => void) => void;
  readonly processName: ProcessName;
  /** What a successor must know has changed. */
  readonly onProgress: () => void;
}

export class Owned {
  readonly routing: Routing;
  readonly announcements: Announcements;
  readonly processName: ProcessName;
  readonly #statics: Statics;
  readonly #priorities = new RulePriorities();
  readonly #host: Host;
  #settings: OwnedSettings;
  #inherited: Pick<SavedState, 'routes' | 'rules'> = {};

  constructor(parts: OwnedParts, settings: OwnedSettings = {}) {
    this.routing = new Routing(parts);
    this.announcements = new Announcements(parts);
    this.processName = parts.processName;
    this.#statics = new Statics(parts);
    this.#host = parts.host;
    this.#settings = settings;
    this.announcements.configure(settings.pacing ?? {});
  }

  /** Instances with what their addresses, routes, rules and track_groups imply. */
  prepare(
    instances: readonly VrrpInstance[],
    settings: OwnedSettings = this.#settings,
    /** Interfaces may come later. */
    dynamic = false,
  ): readonly VrrpInstance[] {
    const { statics = {} } = settings;
    this.#priorities.learn(instances, statics);
    const exists = (name: string): boolean => dynamic || this.#host.link(name) !== undefined;
    return instances.map((one) => withImpliedInterfaces(one, statics, exists));
  }

  /** Static addresses with the interface of each, which leftovers must leave alone. */
  get staticAddresses(): readonly (readonly [VirtualAddress, string])[] {
    const { statics = {} } = this.#settings;
    return (statics.addresses ?? []).map((address) => [address, staticInterface(statics)]);
  }

  /** What a predecessor had, which a successor must know until it is known here what of it is left over. */
  remember({ routes = [], rules = [] }: SavedState): void {
    this.#inherited = { routes, rules };
  }

  /** What of it nobody claims by now is taken away. */
  inherit(): void {
    this.routing.inherit(savedRouting(this.#inherited));
    this.#inherited = {};
    void this.routing.sync();
  }

  /** Sets what is static; resolves when what differs has been written. */
  async set(settings: OwnedSettings = this.#settings): Promise<void> {
    this.#settings = settings;
    this.announcements.configure(settings.pacing ?? {});
    const { statics = {} } = settings;
    await this.#statics.set(statics);
    await this.routing.claim(STATIC_OWNER, {
      routes: statics.routes ?? [],
      rules: this.#priorities.of(statics.rules ?? []),
    });
  }

  readonly possessions = ({ virtualRoutes = [], virtualRules = [] }: VrrpInstance) => ({
    routes: virtualRoutes,
    rules: this.#priorities.of(virtualRules),
  });

  addressLost(address: InterfaceAddress, by: number | undefined): void {
    this.#statics.addressLost(address, by);
  }

  /** A link or its addresses have changed; without a name, anything. */
  recheck(link?: string): void {
    if (this.#statics.vips.wanted.length > 0) void this.#statics.vips.sync();
    this.routing.recheck(link);
  }

  snapshot(): Pick<SavedState, 'addresses' | 'routes' | 'rules'> {
    const { routes, rules } = this.routing.ours;
    const { routes: moreRoutes = [], rules: moreRules = [] } = this.#inherited;
    const { statics = {} } = this.#settings;
    return {
      addresses: this.#statics.vips.wanted.map((address) => savable(address, staticInterface(statics))),
      routes: unique([...routes.map((route) => hexOf(encodeRouteBytes(route))), ...moreRoutes]),
      rules: unique([...rules.map((rule) => hexOf(encodeRuleBytes(rule))), ...moreRules]),
    };
  }

  /** keepalived takes the static part away as well, unless everything is kept. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    this.announcements.close();
    if (!keep) await this.routing.release(STATIC_OWNER);
    await this.#statics.stop({ keep });
    await this.routing.idle();
    this.routing.close();
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
