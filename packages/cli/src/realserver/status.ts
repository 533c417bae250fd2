// What `vipward realserver status` says: VIPs on lo, the ARP settings, and whether each is right.
import type { IpAddress } from '@vipward/config/address';
import { formatIp, parseIp } from '@vipward/config/address';
import {
  formatVip,
  isOnLoopback,
  linkName,
  loopback,
  placesOf,
  type RealserverState,
  vipsOnLoopback,
  wantedSettings,
} from './state.ts';

export interface Status {
  readonly lines: readonly string[];
  readonly right: boolean;
}

/** `asked`: VIPs that must be there; without any, those of the record, and at least one. */
export const statusOf = (state: RealserverState, asked: readonly IpAddress[]): Status => {
  const present = vipsOnLoopback(state);
  const expected = asked.length > 0 ? asked : (state.record?.vips ?? []).flatMap((text) => parseIp(text) ?? []);
  const missing = expected.filter((vip) => !isOnLoopback(state, vip));
  const rows: Row[] = [
    ...(loopback(state)?.up ? [] : [{ what: 'lo', is: 'down', wrong: 'must be up' }]),
    ...present.map((vip) => ({ what: formatVip(vip), is: 'on lo' })),
    ...missing.map((vip) => ({ what: formatVip(vip), is: whereElse(state, vip), wrong: 'must be on lo' })),
    ...(present.length + missing.length === 0
      ? [{ what: 'VIP', is: 'none on lo', wrong: 'vipward realserver up VIP' }]
      : []),
    ...settingRows(state, [...present, ...missing]),
  ];
  const width = (column: (row: Row) => string): number => Math.max(...rows.map((row) => column(row).length));
  const [whats, values] = [width(({ what }) => what), width(({ is }) => is)];
  return {
    lines: rows.map(({ what, is, wrong }) => {
      return `${what.padEnd(whats)}  ${is.padEnd(values)}  ${wrong === undefined ? 'right' : `wrong: ${wrong}`}`;
    }),
    right: rows.every(({ wrong }) => wrong === undefined),
  };
};

interface Row {
  readonly what: string;
  readonly is: string;
  readonly wrong?: string;
}

// The settings are about ARP: with IPv6 VIPs alone they do not matter.
const settingRows = (state: RealserverState, vips: readonly IpAddress[]): readonly Row[] =>
  vips.length > 0 && vips.every(({ family }) => family === 6)
    ? []
    : wantedSettings.map(({ name, value }) => {
        const is = state.settings[name] ?? 'unreadable';
        return is === value ? { what: name, is } : { what: name, is, wrong: `must be ${value}` };
      });

const whereElse = (state: RealserverState, vip: IpAddress): string => {
  const [place] = placesOf(state, vip);
  return place === undefined
    ? 'missing'
    : `${formatIp(vip)}/${place.prefixLength} on ${linkName(state, place.ifIndex)}`;
};
