// static_ipaddress, static_routes and static_rules: there from start to stop, whatever VRRP does.
import type { StaticAddress, StaticRoute, StaticRule, TrackGroup, VrrpInstance } from '@vipward/config';
import { ipEqual } from '@vipward/config/address';
import type { InterfaceAddress } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import { kernelKey, sameVirtualAddress, toKernelAddress } from '../addresses.ts';
import { BackOff } from '../owned/backoff.ts';
import { culprit, type ProcessName } from './culprit.ts';
import type { Host } from './host.ts';
import { allAddresses } from './instance-settings.ts';
import type { VrrpLog } from './log.ts';
import { Vips } from './vips.ts';

export interface StaticSettings {
  readonly addresses?: readonly StaticAddress[];
  readonly routes?: readonly StaticRoute[];
  readonly rules?: readonly StaticRule[];
  readonly trackGroups?: readonly TrackGroup[];
  /** default_interface. */
  readonly defaultInterface?: string;
}

/** What the routes and rules belong to, beside the instances. */
export const STATIC_OWNER = 'static';
const DEFAULT_INTERFACE = 'eth0';

/** Of static addresses that name none. */
export const staticInterface = ({ defaultInterface = DEFAULT_INTERFACE }: StaticSettings): string => defaultInterface;

export class Statics {
  readonly vips: Vips;
  readonly #parts: { readonly host: Host; readonly clock: Clock; readonly log: VrrpLog; processName: ProcessName };
  readonly #backOff = new BackOff();
  #defaultInterface = DEFAULT_INTERFACE;

  constructor(parts: { host: Host; clock: Clock; log: VrrpLog; processName: ProcessName }) {
    this.#parts = parts;
    const interfaceName = (): string => this.#defaultInterface;
    this.vips = new Vips({ name: STATIC_OWNER, interfaceName, ...parts });
  }

  /** Resolves when what differs has been written. */
  async set({ addresses = [], defaultInterface = DEFAULT_INTERFACE }: StaticSettings): Promise<void> {
    const { host, log } = this.#parts;
    // Another default interface moves what names none.
    if (defaultInterface !== this.#defaultInterface) await this.vips.release(this.vips.wanted);
    this.#defaultInterface = defaultInterface;
    const gone = this.vips.wanted.filter((before) => !addresses.some((after) => sameVirtualAddress(before, after)));
    for (const { dev = defaultInterface } of addresses)
      if (host.link(dev) === undefined)
        log.warning(`(static) interface ${dev} does not exist; its addresses wait for it`);
    if (gone.length > 0) void this.vips.release(gone);
    await this.vips.want(addresses);
  }

  /** Someone else took it away: it is put back, as keepalived does, but ever later. */
  addressLost(lost: InterfaceAddress, by: number | undefined): void {
    const { host, clock, log, processName } = this.#parts;
    const address = this.vips.wanted.find(
      (wanted) =>
        ipEqual(wanted.address, lost.address) &&
        kernelKey(toKernelAddress(wanted, host.link(wanted.dev ?? this.#defaultInterface)?.index ?? -1)) ===
          kernelKey(lost),
    );
    if (address === undefined) return;
    // Its interface took it along: it comes back with the interface.
    if (by === undefined && host.link(address.dev ?? this.#defaultInterface)?.up !== true) return;
    const who = culprit(by, processName);
    if (address.noTrack === true && by !== undefined) {
      this.vips.giveUp(address);
      return;
    }
    const delay = this.#backOff.delay(kernelKey(lost), clock.now());
    log.warning(
      `(static) address ${kernelKey(lost).split(' ')[1]} was removed by ${who}, putting it back${delay === 0 ? '' : ` in ${delay / 1000} s`}`,
    );
    if (delay === 0) {
      void this.vips.sync();
      return;
    }
    this.vips.hold(address, true);
    clock.at(clock.now() + delay, () => {
      this.vips.hold(address, false);
      void this.vips.sync();
    });
  }

  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    if (keep) this.vips.abandon();
    else await this.vips.release(this.vips.wanted);
    this.vips.close();
  }
}

/**
 * Interfaces that an instance needs beside its own: those of its tracked addresses, routes and rules, and those of what its
 * track_groups watch. They are tracked with weight 0, as if track_interface named them. What does not exist is not.
 */
export const withImpliedInterfaces = (
  instance: VrrpInstance,
  { addresses = [], routes = [], rules = [], trackGroups = [], defaultInterface = DEFAULT_INTERFACE }: StaticSettings,
  exists: (name: string) => boolean,
): VrrpInstance => {
  const groups = new Set(trackGroups.filter(({ members }) => members.includes(instance.name)).map(({ name }) => name));
  const watched = ({ trackGroup }: { readonly trackGroup?: string }): boolean =>
    trackGroup !== undefined && groups.has(trackGroup);
  const tracked = ({ noTrack }: { readonly noTrack?: boolean }): boolean => noTrack !== true;
  const names = [
    ...allAddresses(instance)
      .filter(tracked)
      .map(({ dev }) => dev),
    ...(instance.virtualRoutes ?? []).filter(tracked).map(({ dev }) => dev),
    ...(instance.virtualRules ?? []).filter(tracked).map(({ iif }) => iif),
    ...addresses.filter(watched).map(({ dev = defaultInterface }) => dev),
    ...routes.filter(watched).map(({ dev }) => dev),
    ...rules.filter(watched).map(({ iif }) => iif),
  ];
  const known = new Set([instance.interfaceName, ...instance.trackInterfaces.map(({ name }) => name)]);
  const implied = [...new Set(names)].flatMap((name) =>
    name === undefined || known.has(name) || !exists(name) ? [] : [{ name, weight: 0, at: instance.at }],
  );
  return implied.length === 0 ? instance : { ...instance, trackInterfaces: [...instance.trackInterfaces, ...implied] };
};
