// Carries a plan out, step by step; when a step is refused, everything before it is undone.
import { formatIp } from '@vipward/config/address';
import type { NewAddress, RouteKernel } from '@vipward/netlink';
import { RealserverError } from './errors.ts';
import { type Action, inverse } from './plan.ts';
import { formatVip, hostPrefix, type RealserverRecord, type SettingName } from './state.ts';

/** The machine as these commands touch it. Each call may throw an error with `code` or `errnoName`. */
export interface RealserverEdges {
  readonly routeKernel: Pick<RouteKernel, 'links' | 'addresses' | 'addAddress' | 'deleteAddress'>;
  readonly settings: SettingStore;
  readonly records: RecordStore;
}

export interface SettingStore {
  /** The value without its line end; undefined when there is no such setting. */
  read(name: SettingName): string | undefined;
  write(name: SettingName, value: string): void;
}

export interface RecordStore {
  /** Undefined when there is none, or none that makes sense. */
  read(): RealserverRecord | undefined;
  write(record: RealserverRecord | undefined): void;
}

/** Throws RealserverError, with nothing left half done: its text says so, or what could not be undone. */
export const perform = async (actions: readonly Action[], edges: RealserverEdges): Promise<void> => {
  const done: Action[] = [];
  for (const action of actions) {
    try {
      await act(action, edges);
      done.unshift(action);
    } catch (error) {
      const left = await undo(done, edges);
      throw refused(action, error, left);
    }
  }
};

/** `192.168.33.188/32 added to lo` */
export const describe = (action: Action): string | undefined => {
  switch (action.kind) {
    case 'add-address':
      return `${formatVip(action.address)} added to lo`;
    case 'delete-address':
      return `${formatVip(action.address)} removed from lo`;
    case 'set':
      return `${action.name} set from ${action.from} to ${action.to}`;
    case 'record':
      return undefined;
  }
};

const act = async (action: Action, { routeKernel, settings, records }: RealserverEdges): Promise<void> => {
  switch (action.kind) {
    case 'add-address':
      return unless('EEXIST', routeKernel.addAddress(newAddress(action)));
    case 'delete-address':
      return unless('EADDRNOTAVAIL', routeKernel.deleteAddress(newAddress(action)));
    case 'set':
      settings.write(action.name, action.to);
      return;
    case 'record':
      records.write(action.to);
  }
};

const undo = async (done: readonly Action[], edges: RealserverEdges): Promise<readonly string[]> => {
  const left: string[] = [];
  for (const action of done) {
    try {
      await act(inverse(action), edges);
    } catch (error) {
      left.push(`${describe(action) ?? 'the record was written'} and could not be undone (${reasonOf(error)})`);
    }
  }
  return left;
};

// No duplicate address detection: the same VIP is on every real server and on the director by intention.
const newAddress = ({ address, ifIndex }: Extract<Action, { kind: 'add-address' | 'delete-address' }>): NewAddress => ({
  ifIndex,
  address,
  prefixLength: hostPrefix(address),
  ...(address.family === 6 ? { noDad: true } : {}),
});

// Someone else was quicker: what was to be done is done.
const unless = async (expected: string, attempt: Promise<void>): Promise<void> => {
  try {
    await attempt;
  } catch (error) {
    if (errnoNameOf(error) !== expected) throw error;
  }
};

const refused = (action: Action, error: unknown, left: readonly string[]): RealserverError => {
  const reason = errnoNameOf(error);
  const privilege = reason === 'EPERM' || reason === 'EACCES' || reason === 'EROFS';
  const remedy = reason === 'EROFS' ? ' (/proc/sys is read-only here)' : privilege ? ' (run it as root)' : '';
  const state = left.length === 0 ? 'nothing was changed' : left.join('; ');
  return new RealserverError(
    privilege ? 'REALSERVER_NO_PRIVILEGE' : 'REALSERVER_FAILED',
    `cannot ${attemptOf(action)}: ${reasonOf(error)}${remedy}; ${state}`,
    error,
  );
};

const attemptOf = (action: Action): string => {
  switch (action.kind) {
    case 'add-address':
      return `add ${formatIp(action.address)} to lo`;
    case 'delete-address':
      return `remove ${formatIp(action.address)} from lo`;
    case 'set':
      return `set ${action.name} to ${action.to}`;
    case 'record':
      return 'write the record of the earlier settings';
  }
};

const reasonOf = (error: unknown): string =>
  errnoNameOf(error) ?? (error instanceof Error ? error.message : String(error));

/** NetlinkError has errnoName, errors of node:fs have code. */
const errnoNameOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if ('errnoName' in error && typeof error.errnoName === 'string' && error.errnoName !== '') return error.errnoName;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
};
