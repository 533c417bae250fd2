// Keeps the macvlans and ipvlans that instances want: those of a predecessor are adopted, those that someone takes away made again,
// and all are deleted at the end.
import { NetlinkError, type RouteKernel } from '@vipward/netlink';
import type { Clock, Millis } from '@vipward/sockets';
import type { Host } from '../runtime/host.ts';
import type { VrrpLog } from '../runtime/log.ts';
import type { Sysctl } from '../runtime/secondaries.ts';
import { LinkMaker } from './link-maker.ts';
import type { StackedLink } from './links.ts';
import { SettingKeeper } from './setting-keeper.ts';
import { hostSettings, linkSettings } from './sysctls.ts';

export interface StackedParts {
  readonly kernel: RouteKernel;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly sysctl: Sysctl;
  /** What a successor must know has changed. */
  readonly onProgress: () => void;
  /** New links are there and still down: what must be in place before they say anything. */
  readonly beforeUp: () => Promise<void>;
}

/** For the state file. */
export interface SavedStacked {
  readonly links: readonly string[];
  /** Settings of the kernel as they were before. */
  readonly settings: Readonly<Record<string, string>>;
}

const RETRY: Millis = 1000;

export class StackedLinks {
  #wanted: readonly StackedLink[] = [];
  readonly #keeper: SettingKeeper;
  readonly #maker: LinkMaker;
  readonly #parts: StackedParts;
  #running: Promise<void> | undefined;
  #again = false;
  #cancelRetry = (): void => undefined;
  #closed = false;

  constructor(parts: StackedParts) {
    this.#parts = parts;
    this.#keeper = new SettingKeeper(parts.sysctl, (text) => parts.log.warning(text));
    this.#maker = new LinkMaker({ ...parts, keeper: this.#keeper });
  }

  /** What a predecessor had; of it only what is wanted again stays. */
  remember({ links, settings }: SavedStacked): void {
    for (const name of links) this.#maker.ours.add(name);
    this.#keeper.remember(settings);
  }

  get saved(): SavedStacked {
    return { links: [...this.#maker.ours], settings: this.#keeper.before };
  }

  /** The links that lie on others here, and are there. */
  get present(): readonly StackedLink[] {
    return this.#wanted.filter(({ name }) => this.#parts.host.link(name) !== undefined);
  }

  /** Resolves when all that can be made is there. Never rejects. */
  async set(links: readonly StackedLink[]): Promise<void> {
    this.#wanted = links;
    await this.#sync();
  }

  /** Deletes what nobody wants any more; after those who used it have stopped. Never rejects. */
  async prune(): Promise<void> {
    const wanted = new Set(this.#wanted.map(({ name }) => name));
    for (const name of [...this.#maker.ours])
      if (!wanted.has(name)) await this.#maker.delete(name).catch((error: unknown) => this.#failed(error));
  }

  /** A link, or addresses of one, have changed. */
  async recheck(): Promise<void> {
    this.#maker.look();
    if (this.#wanted.length > 0 && !this.#closed) await this.#sync();
  }

  /** `keep`: what is there stays there. */
  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#maker.close();
    await this.#running;
    if (keep) return;
    this.#wanted = [];
    await this.prune();
    this.#keeper.set([]);
  }

  #sync(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      this.#cancelRetry();
      const made = await this.#each((link) => this.#maker.ensure(link));
      if (made.some(Boolean)) await this.#parts.beforeUp();
      await this.#each((link) => this.#maker.raise(link));
      const { host } = this.#parts;
      this.#keeper.set(hostSettings(this.#wanted, host.linkNames, (path) => this.#keeper.original(path)));
      // What is written for new interfaces goes to those that are there as well.
      for (const link of this.present) for (const setting of linkSettings(link)) this.#keeper.write(setting);
    }
    this.#parts.onProgress();
  }

  async #each<T>(work: (link: StackedLink) => Promise<T>): Promise<readonly (T | undefined)[]> {
    const results: (T | undefined)[] = [];
    for (const link of this.#wanted) {
      try {
        results.push(await work(link));
      } catch (error) {
        this.#failed(error);
      }
    }
    return results;
  }

  #failed(error: unknown): void {
    const { log, clock } = this.#parts;
    // A parent that goes takes its links along, and is heard of after them.
    const going = error instanceof NetlinkError && error.errnoName === 'ENODEV';
    if (!going) log.error(`VRRP_LINK ${error instanceof Error ? error.message : String(error)}, trying again`);
    this.#cancelRetry();
    if (!this.#closed) this.#cancelRetry = clock.at(clock.now() + RETRY, () => void this.recheck());
  }
}
