// Virtual routers as the RFC MIBs see them: by interface and VRID, with the instance and what it says of itself.
import type { VrrpInstance } from '@vipward/config';
import { type IpAddress, parseIp } from '@vipward/config/address';
import type { InstanceStatus } from '@vipward/vrrp';
import type { Oid } from '../agentx/oid.ts';
import type { Interface, Snapshot } from './snapshot.ts';

export interface Router {
  readonly instance: VrrpInstance;
  readonly status: InstanceStatus;
  /** The macvlan where the instance has one of its own. */
  readonly on: Interface;
}

/** Of instances that run, on interfaces that are there. */
export const routersOf = ({ config, instances, interfaces }: Snapshot): readonly Router[] =>
  instances.flatMap((status) => {
    const instance = config.vrrpInstances.find(({ name }) => name === status.name);
    const on = interfaces.get(status.interfaceName);
    return instance === undefined || on === undefined ? [] : [{ instance, status, on }];
  });

/** ifIndex and VRID. */
export const indexOf = ({ on, status }: Router): Oid => [on.index, status.virtualRouterId];

/** initialize(1), backup(2), master(3): a fault is no state of the RFCs. */
export const rfcState = { initialize: 1, fault: 1, backup: 2, master: 3 } as const;

/** Who speaks for the virtual router: we, the one heard last, or nobody that is known. */
export const masterOf = ({ status }: Router): IpAddress | undefined => {
  const text = status.role === 'master' ? status.source : status.master?.address;
  return text === undefined ? undefined : parseIp(text);
};

export const sourceOf = ({ status: { source } }: Router): IpAddress | undefined =>
  source === undefined ? undefined : parseIp(source);

/** How often adverts were refused for one of these reasons. */
export const refusedFor = ({ status }: Router, ...reasons: readonly string[]): number =>
  reasons.reduce((sum, reason) => sum + (status.advertsRejected[reason] ?? 0), 0);

export const refusedByAll = (routers: readonly Router[], reason: string): number =>
  routers.reduce((sum, router) => sum + refusedFor(router, reason), 0);
