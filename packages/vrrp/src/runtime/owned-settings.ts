// What a configuration has of routes, rules and addresses beside the instances, and how announcements are paced.
import type { Config, Rule, VrrpInstance } from '@vipward/config';
import { prioritiesOf } from '../owned/rule.ts';
import type { PacingSettings } from './announcements.ts';
import type { Possessions } from './claims.ts';
import type { StaticSettings } from './statics.ts';

export interface OwnedSettings {
  readonly statics?: StaticSettings;
  readonly pacing?: PacingSettings;
}

/** As startVrrp() and reload() take it. */
export const ownedSettings = (config: Config): OwnedSettings => {
  const { staticAddresses, staticRoutes, staticRules, trackGroups, garpGroups, global } = config;
  return {
    statics: {
      ...(staticAddresses === undefined ? {} : { addresses: staticAddresses }),
      ...(staticRoutes === undefined ? {} : { routes: staticRoutes }),
      ...(staticRules === undefined ? {} : { rules: staticRules }),
      ...(trackGroups === undefined ? {} : { trackGroups }),
      ...(global.defaultInterface === undefined ? {} : { defaultInterface: global.defaultInterface }),
    },
    pacing: { global, ...(garpGroups === undefined ? {} : { garpGroups }) },
  };
};

/** The priorities of all rules of a configuration, those of earlier ones kept: whoever still has them takes them away. */
export class RulePriorities {
  readonly #priorities = new WeakMap<Rule, number>();

  learn(instances: readonly VrrpInstance[], { rules = [] }: StaticSettings): void {
    const all = [...rules, ...instances.flatMap(({ virtualRules = [] }) => virtualRules)];
    // keepalived counts down as it reads.
    const inOrder = all.toSorted((a, b) => (a.at.file === b.at.file ? a.at.line - b.at.line : 0));
    for (const [rule, priority] of prioritiesOf(inOrder)) this.#priorities.set(rule, priority);
  }

  of(rules: readonly Rule[]): Possessions['rules'] {
    return rules.map((rule) => [rule, this.#priorities.get(rule) ?? rule.priority ?? 0]);
  }
}
