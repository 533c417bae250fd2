// linkbeat_interfaces and linkbeat_use_polling: links whose state is asked for, since their drivers do not tell.
import type { VrrpInstance } from '@vipward/config';
import type { Link, RouteEvent, RouteKernel } from '@vipward/netlink';
import type { Cancel, Clock, Millis } from '@vipward/sockets';
import type { LinkSettings } from './api.ts';

/** As often as keepalived. */
const PERIOD: Millis = 1000;

export interface LinkbeatParts {
  readonly kernel: Pick<RouteKernel, 'links'>;
  readonly clock: Clock;
  /** What is known of a link. */
  readonly known: (name: string) => Link | undefined;
  readonly onEvent: (event: RouteEvent) => void;
  readonly onError: (text: string) => void;
}

/** MII, ETHTOOL and IOCTL are all read as what the kernel says of the link when it is asked. */
export class Linkbeat {
  #names: ReadonlySet<string> = new Set();
  #cancel: Cancel | undefined;
  #closed = false;
  readonly #parts: LinkbeatParts;

  constructor(parts: LinkbeatParts) {
    this.#parts = parts;
  }

  set(names: ReadonlySet<string>): void {
    this.#names = names;
    if (names.size > 0 && !this.#closed) this.#cancel ??= this.#next();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #next(): Cancel {
    const { clock } = this.#parts;
    return clock.at(clock.now() + PERIOD, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const { kernel, known, onEvent, onError } = this.#parts;
    try {
      const links = await kernel.links();
      for (const link of links.filter(({ name }) => this.#names.has(name))) {
        const before = known(link.name);
        const same = before?.index === link.index && before.up === link.up && before.running === link.running;
        if (!same && !this.#closed) onEvent({ kind: 'link', link });
      }
    } catch (error) {
      onError(`asking for the state of links: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#cancel = this.#names.size > 0 && !this.#closed ? this.#next() : undefined;
  }
}

/** The interfaces whose links are asked for: those named, and of instances that want it. */
export const polled = (instances: readonly VrrpInstance[], links: LinkSettings): ReadonlySet<string> => {
  const wanting = instances.filter((one) => links.linkbeatUsePolling === true || one.linkbeatUsePolling === true);
  const own = wanting.flatMap((one) => [one.interfaceName, ...one.trackInterfaces.map(({ name }) => name)]);
  return new Set([...(links.linkbeatInterfaces ?? []).map(({ name }) => name), ...own].filter((name) => name !== ''));
};
