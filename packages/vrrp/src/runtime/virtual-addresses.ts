// Which addresses are virtual on this host, and whose: asked for every instance whenever addresses change, so it is kept at hand.
import type { VrrpInstance } from '@vipward/config';
import { ipKey } from '@vipward/config/address';
import type { Instance } from './instance.ts';
import { allAddresses } from './instance-settings.ts';

/** Something that knows addresses by their ipKey(). */
export interface AddressKeys {
  has(key: string): boolean;
}

export class VirtualAddresses {
  readonly #instances: ReadonlyMap<string, Pick<Instance, 'config'>>;
  /** What was counted of each instance. */
  readonly #counted = new Map<string, VrrpInstance>();
  /** How many instances have an address. */
  readonly #counts = new Map<string, number>();

  constructor(instances: ReadonlyMap<string, Pick<Instance, 'config'>>) {
    this.#instances = instances;
  }

  /** Those of all running instances but `name`. */
  ofOthers({ name }: VrrpInstance): AddressKeys {
    this.#catchUp();
    const counted = this.#counted.get(name);
    const own = counted && keysOf(counted);
    return { has: (key) => (this.#counts.get(key) ?? 0) > (own?.has(key) === true ? 1 : 0) };
  }

  /** With those that `config` says, which may run only later. */
  ofAll(config: VrrpInstance): AddressKeys {
    const others = this.ofOthers(config);
    const own = keysOf(config);
    return { has: (key) => own.has(key) || others.has(key) };
  }

  // A look at each instance is cheap, and nobody need tell that one has come, gone, or another configuration.
  #catchUp(): void {
    for (const [name, config] of this.#counted)
      if (this.#instances.get(name)?.config !== config) {
        this.#count(config, -1);
        this.#counted.delete(name);
      }
    if (this.#counted.size === this.#instances.size) return;
    for (const [name, { config }] of this.#instances)
      if (!this.#counted.has(name)) {
        this.#count(config, 1);
        this.#counted.set(name, config);
      }
  }

  #count(config: VrrpInstance, change: 1 | -1): void {
    for (const key of keysOf(config)) {
      const count = (this.#counts.get(key) ?? 0) + change;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
    }
  }
}

const keysOf = (config: VrrpInstance): ReadonlySet<string> => {
  const known = keys.get(config);
  if (known !== undefined) return known;
  const found = new Set(allAddresses(config).map(({ address }) => ipKey(address)));
  keys.set(config, found);
  return found;
};

const keys = new WeakMap<VrrpInstance, ReadonlySet<string>>();
