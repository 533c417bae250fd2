// What up and down have to do: pure plans, in an order that is safe while traffic flows.
import type { IpAddress } from '@vipward/config/address';
import { formatIp, ipEqual, parseIp } from '@vipward/config/address';
import { RealserverError } from './errors.ts';
import {
  formatVip,
  hostPrefix,
  isOnLoopback,
  linkName,
  loopback,
  placesOf,
  type RealserverRecord,
  type RealserverState,
  type SettingName,
  wantedSettings,
} from './state.ts';

/** One step; `record` undefined removes the record. */
export type Action =
  | { readonly kind: 'add-address' | 'delete-address'; readonly address: IpAddress; readonly ifIndex: number }
  | { readonly kind: 'set'; readonly name: SettingName; readonly from: string; readonly to: string }
  | {
      readonly kind: 'record';
      readonly from: RealserverRecord | undefined;
      readonly to: RealserverRecord | undefined;
    };

export interface Plan {
  readonly actions: readonly Action[];
  /** What is said besides what is done. */
  readonly notes: readonly string[];
}

/**
 * The settings come before the addresses: an address that appears first would answer ARP and take traffic from the
 * director. The record comes before both, so that a crash loses no earlier value. Throws RealserverError when a VIP is
 * in use elsewhere or lo is missing or down.
 */
export const planUp = (state: RealserverState, vips: readonly IpAddress[]): Plan => {
  const lo = loopback(state);
  if (lo === undefined) throw new RealserverError('REALSERVER_FAILED', 'there is no loopback interface');
  if (!lo.up)
    throw new RealserverError(
      'REALSERVER_LO_DOWN',
      `${lo.name} is down: bring it up first (ip link set ${lo.name} up)`,
    );
  for (const vip of vips) refuseElsewhere(state, vip);

  const wanted = unique(vips);
  const missing = wanted.filter((vip) => !isOnLoopback(state, vip));
  const settings = wanted.some(({ family }) => family === 4) ? settingsToChange(state) : [];
  const { record, notes } = currentRecord(state);
  const earlier = Object.fromEntries(settings.map(({ name, from }) => [name, from]));
  const next: RealserverRecord = {
    vips: [...new Set([...(record?.vips ?? []), ...wanted.map(formatIp)])],
    // What was remembered first is the earlier value; a setting that drifted since must not replace it.
    earlier: { ...earlier, ...record?.earlier },
  };
  return {
    actions: [
      ...(sameRecord(state.record, next) ? [] : [{ kind: 'record', from: state.record, to: next } as const]),
      ...settings,
      ...missing.map((address) => ({ kind: 'add-address', address, ifIndex: lo.index }) as const),
    ],
    notes: [
      ...notes,
      ...wanted.filter((vip) => !missing.includes(vip)).map((vip) => `${formatVip(vip)} is on ${lo.name} already`),
    ],
  };
};

/** The addresses go first, then the settings become what they were (with the last IPv4 VIP), then the record goes. */
export const planDown = (state: RealserverState, vips: readonly IpAddress[]): Plan => {
  const lo = loopback(state);
  if (lo === undefined) throw new RealserverError('REALSERVER_FAILED', 'there is no loopback interface');
  const wanted = unique(vips);
  const present = wanted.filter((vip) => isOnLoopback(state, vip));
  const { record, notes } = currentRecord(state);
  const left = (record?.vips ?? []).filter((text) => !wanted.some((vip) => formatIp(vip) === text));
  const lastOfIpv4 = record !== undefined && !left.some((text) => parseIp(text)?.family === 4);
  const restored = lastOfIpv4 ? settingsToRestore(state, record) : { actions: [], notes: [] };
  const next = left.length === 0 ? undefined : { vips: left, earlier: lastOfIpv4 ? {} : (record?.earlier ?? {}) };
  const ownsIpv4 = present.some(({ family }) => family === 4);
  return {
    actions: [
      ...present.map((address) => ({ kind: 'delete-address', address, ifIndex: lo.index }) as const),
      ...restored.actions,
      ...(sameRecord(state.record, next) ? [] : [{ kind: 'record', from: state.record, to: next } as const]),
    ],
    notes: [
      ...notes,
      ...wanted.filter((vip) => !present.includes(vip)).map((vip) => `${formatVip(vip)} is not on ${lo.name}`),
      ...restored.notes,
      ...(record === undefined && ownsIpv4 ? ['the earlier ARP settings are not known: they stay as they are'] : []),
    ],
  };
};

/** The action that undoes `action`. */
export const inverse = (action: Action): Action => {
  switch (action.kind) {
    case 'add-address':
      return { ...action, kind: 'delete-address' };
    case 'delete-address':
      return { ...action, kind: 'add-address' };
    case 'set':
      return { ...action, from: action.to, to: action.from };
    case 'record':
      return { ...action, from: action.to, to: action.from };
  }
};

const refuseElsewhere = (state: RealserverState, vip: IpAddress): void => {
  for (const place of placesOf(state, vip)) {
    const name = linkName(state, place.ifIndex);
    if (place.ifIndex !== loopback(state)?.index) {
      throw new RealserverError(
        'REALSERVER_ADDRESS_IN_USE',
        `${formatIp(vip)} is already an address of ${name}: remove it there first`,
      );
    }
    if (place.prefixLength !== hostPrefix(vip)) {
      const found = `${formatIp(vip)}/${place.prefixLength}`;
      throw new RealserverError(
        'REALSERVER_ADDRESS_IN_USE',
        `${found} is on ${name}, not ${formatVip(vip)}: remove it first`,
      );
    }
  }
};

const settingsToChange = (state: RealserverState): readonly Extract<Action, { kind: 'set' }>[] =>
  wantedSettings.flatMap(({ name, value }) => {
    const from = state.settings[name];
    if (from === undefined)
      throw new RealserverError('REALSERVER_FAILED', `${name} cannot be read: is /proc/sys there?`);
    return from === value ? [] : [{ kind: 'set', name, from, to: value }];
  });

const settingsToRestore = (state: RealserverState, record: RealserverRecord): Plan => {
  const actions: Action[] = [];
  const notes: string[] = [];
  for (const { name, value } of wantedSettings) {
    const to = record.earlier[name];
    const from = state.settings[name];
    if (to === undefined || from === undefined || from === to) continue;
    if (from === value) actions.push({ kind: 'set', name, from, to });
    else notes.push(`${name} is ${from}, which is not what was set here: it stays`);
  }
  return { actions, notes };
};

// A record of VIPs that are all gone is from before someone cleaned up by hand, or from a namespace that had the same number.
const currentRecord = (
  state: RealserverState,
): { readonly record: RealserverRecord | undefined; readonly notes: readonly string[] } => {
  const { record } = state;
  const live = record?.vips.some((text) => {
    const ip = parseIp(text);
    return ip !== undefined && isOnLoopback(state, ip);
  });
  if (record === undefined || live) return { record, notes: [] };
  return { record: undefined, notes: ['an old record was discarded: none of its VIPs is there any more'] };
};

const sameRecord = (a: RealserverRecord | undefined, b: RealserverRecord | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

const unique = (vips: readonly IpAddress[]): readonly IpAddress[] =>
  vips.filter((vip, i) => vips.findIndex((other) => ipEqual(vip, other)) === i);
