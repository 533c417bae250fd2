// static_ipaddress, static_routes and static_rules: there from start to stop, whatever VRRP does.
import type { StaticAddress, StaticRoute, StaticRule, TrackGroup, VrrpInstance } from '@vipward/config';
import { formatIp } from '@vipward/config/address';
import type { InterfaceAddress } from '@vipward/netlink';
import type { Clock } from '@vipward/sockets';
import { sameVirtualAddress } from '../addresses.ts';
import { AddressLosses } from './address-losses.ts';
import type { ProcessName } from './culprit.ts';
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
  readonly #parts: { readonly host: Host; readonly log: VrrpLog };
  readonly #losses: AddressLosses;
  #defaultInterface = DEFAULT_INTERFACE;

  constructor(parts: { host: Host; clock: Clock; log: VrrpLog; processName: ProcessName }) {
    this.#parts = parts;
    const interfaceName = (): string => this.#defaultInterface;
    this.vips = new Vips({ name: STATIC_OWNER, interfaceName, ...parts });
    this.#losses = new AddressLosses({
      ...{ ...parts, owner: STATIC_OWNER, vips: this.vips },
      linkOf: ({ dev }) => parts.host.link(dev ?? this.#defaultInterface),
      // keepalived puts it back as well.
      putBack: ({ address, prefixLength }, by) => {
        const what = `address ${formatIp(address)}/${prefixLength}`;
        parts.log.warning(`(static) ${what} was removed by ${by}, putting it back`);
        void this.vips.sync();
      },
    });
  }

  /** Resolves when what differs has been written. */
  async set({ addresses = [], defaultInterface = DEFAULT_INTERFACE }: StaticSettings): Promise<void> {
    const { host, log } = this.#parts;
    // Another default interface moves what names none.
    if (defaultInterface !== this.#defaultInterface) await this.vips.release(this.vips.wanted);
    this.#defaultInterface = defaultInterface;
    const gone = this.vips.wanted.filter((before) => !addresses.some((after) => sameVirtualAddress(before, after)));
    for (const name of new Set(addresses.map(({ dev = defaultInterface }) => dev)))
      if (host.link(name) === undefined)
        log.warning(`(static) interface ${name} does not exist; its addresses wait for it`);
    if (gone.length > 0) void this.vips.release(gone);
    await this.vips.want(addresses);
  }

  /** An address has gone from its interface, and not by our hand. */
  addressLost(lost: InterfaceAddress, by: number | undefined): void {
    this.#losses.lost(lost, by);
  }

  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    this.#losses.close();
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
