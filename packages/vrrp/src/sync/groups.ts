// Keeps the running members of each sync group together, and tells what the groups are.
import type { VrrpSyncGroup } from '@vipward/config';
import type { VrrpNotification } from '../runtime/api.ts';
import type { Instance } from '../runtime/instance.ts';
import type { VrrpLog } from '../runtime/log.ts';
import { aimOf, decide, type GroupState, groupKey, groupState } from './decide.ts';

export interface SyncGroupsParts {
  readonly instances: ReadonlyMap<string, Instance>;
  readonly log: VrrpLog;
  onEvent(event: VrrpNotification): void;
}

export class SyncGroups {
  #groups: readonly VrrpSyncGroup[] = [];
  readonly #states = new Map<string, GroupState>();
  readonly #parts: SyncGroupsParts;
  #settling = false;
  /** Not while instances are started, changed or stopped one by one. */
  #active = false;
  /** What instances that have just begun say: as in keepalived their groups are told of first. */
  #held: VrrpNotification[] | undefined = [];
  readonly #told = new WeakSet<Instance>();

  constructor(parts: SyncGroupsParts) {
    this.#parts = parts;
  }

  get groups(): readonly VrrpSyncGroup[] {
    return this.#groups;
  }

  pause(): void {
    this.#active = false;
    this.#held ??= [];
  }

  /** What an instance says goes this way. */
  tell(event: VrrpNotification): void {
    const instance = this.#parts.instances.get(event.name);
    if (event.state === 'STOP') this.#release();
    if (this.#held && instance && !this.#told.has(instance)) {
      this.#held.push(event);
      return;
    }
    if (instance) this.#told.add(instance);
    this.#parts.onEvent(event);
  }

  /** `resumed`: instances that go on as what they were before a restart. */
  resume(groups: readonly VrrpSyncGroup[], resumed: ReadonlySet<string> = new Set()): void {
    this.#groups = groups;
    for (const name of this.#states.keys()) if (!groups.some((group) => group.name === name)) this.#states.delete(name);
    this.#active = true;
    this.settle(resumed);
    this.#release();
  }

  /** After anything has happened to an instance. What members do to each other is settled in the same turn. */
  settle(resumed: ReadonlySet<string> = new Set()): void {
    if (!this.#active || this.#settling || this.#groups.length === 0) return;
    this.#settling = true;
    try {
      for (const group of this.#groups) this.#settleGroup(group, resumed);
    } finally {
      this.#settling = false;
    }
  }

  stop(): void {
    this.#active = false;
    for (const name of this.#states.keys()) this.#tellState(name, 'STOP', false);
  }

  #settleGroup({ name, members }: VrrpSyncGroup, resumed: ReadonlySet<string>): void {
    const instances = members.flatMap((member) => this.#parts.instances.get(member) ?? []);
    if (instances.length === 0) return;
    const states = () => instances.map(({ state }) => state);
    const before = this.#states.get(name);
    let said: GroupState | undefined;
    const say = (to: GroupState): void => {
      said = to;
      this.#parts.log.info(`VRRP_Group(${name}) Syncing instances to ${to} state`);
    };
    for (;;) {
      const orders = decide(states(), groupKey(name));
      const to = aimOf(orders, states(), groupKey(name));
      // Members of three or more may follow one after the other.
      if (to !== undefined && (to !== 'FAULT' || before !== 'FAULT') && said !== to) say(to);
      for (const order of orders) {
        const instance = instances[order.member];
        if (order.kind === 'track') instance?.handle({ kind: 'track', key: groupKey(name), up: order.up });
        else instance?.handle({ kind: 'sync', to: order.to });
      }
      if (orders.length === 0) break;
    }
    const state = groupState(states());
    if (state === undefined || state === before) return;
    // All of them by a fault of their own.
    if (state === 'FAULT' && instances.length > 1 && said !== 'FAULT') say('FAULT');
    this.#states.set(name, state);
    this.#tellState(name, state, state === 'MASTER' && members.some((member) => resumed.has(member)));
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.tell(event);
  }

  #tellState(name: string, state: GroupState | 'STOP', resumed: boolean): void {
    this.#parts.onEvent({ kind: 'GROUP', name, state, priority: 0, resumed });
  }
}
