// promote_secondaries: while instances use an interface, losing one of its addresses must not take others of its network with it.

import type { VrrpInstance } from '@vipward/config';

/** What the kernel's setting of an interface is, and what it shall be; undefined when there is none. */
export interface Sysctl {
  read(path: string): string | undefined;
  /** Throws when the kernel refuses. */
  write(path: string, value: string): void;
}

export class Secondaries {
  /** What each interface had before us. */
  readonly #before = new Map<string, string>();
  readonly #sysctl: Sysctl;
  readonly #onError: (text: string) => void;

  constructor(sysctl: Sysctl, onError: (text: string) => void) {
    this.#sysctl = sysctl;
    this.#onError = onError;
  }

  /** Switched on for these interfaces, and back to what it was for those that are no longer among them. */
  set(interfaces: ReadonlySet<string>): void {
    for (const name of [...this.#before.keys()]) if (!interfaces.has(name)) this.#restore(name);
    for (const name of interfaces) {
      const before = this.#sysctl.read(pathOf(name));
      if (before === undefined || before === '1') continue;
      // An interface that comes again has what the kernel gives to new ones.
      if (!this.#before.has(name)) this.#before.set(name, before);
      this.#write(name, '1');
    }
  }

  #restore(name: string): void {
    const before = this.#before.get(name);
    this.#before.delete(name);
    if (before !== undefined) this.#write(name, before);
  }

  #write(name: string, value: string): void {
    try {
      this.#sysctl.write(pathOf(name), value);
    } catch (error) {
      this.#onError(`promote_secondaries of ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** The interfaces of instances that want it. */
export const promoting = (instances: readonly VrrpInstance[]): ReadonlySet<string> => {
  // use_vmac implies it for an interface of its own.
  const using = instances.filter(({ promoteSecondaries, vmac }) => promoteSecondaries === true && vmac === undefined);
  return new Set(using.map(({ interfaceName }) => interfaceName).filter((name) => name !== ''));
};

// In this notation a dot of an interface's name (eth0.7) needs no care.
const pathOf = (name: string): string => `/proc/sys/net/ipv4/conf/${name}/promote_secondaries`;
