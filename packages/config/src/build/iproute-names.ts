// Names of tables, scopes, protocols, realms, TOS values and interface groups: what /etc/iproute2 says, above what iproute2 has built in.
import type { SourceReader } from '../source/reader.ts';
import { parseAnyBase } from './word-cursor.ts';

export type NameKind = 'table' | 'scope' | 'protocol' | 'realm' | 'dsfield' | 'group' | 'ipproto';

export interface NameDirectories {
  readonly etc?: string;
  readonly usr?: string;
}

/** Resolves names, reading a file at its first use. */
export type Names = (kind: NameKind, word: string) => number | undefined;

const FILES: Readonly<Record<NameKind, string | undefined>> = {
  table: 'rt_tables',
  scope: 'rt_scopes',
  protocol: 'rt_protos',
  realm: 'rt_realms',
  dsfield: 'rt_dsfield',
  group: 'group',
  ipproto: undefined,
};

const LARGEST: Readonly<Record<NameKind, number>> = {
  table: 0xffff_ffff,
  scope: 255,
  protocol: 255,
  realm: 255,
  dsfield: 255,
  group: 0xffff_ffff,
  ipproto: 255,
};

const BUILT_IN: Readonly<Record<NameKind, Readonly<Record<string, number>>>> = {
  table: { unspec: 0, default: 253, main: 254, local: 255 },
  scope: { global: 0, universe: 0, site: 200, link: 253, host: 254, nowhere: 255 },
  protocol: {
    unspec: 0,
    redirect: 1,
    kernel: 2,
    boot: 3,
    static: 4,
    gated: 8,
    ra: 9,
    mrt: 10,
    zebra: 11,
    bird: 12,
    dnrouted: 13,
    xorp: 14,
    ntk: 15,
    dhcp: 16,
    keepalived: 18,
    babel: 42,
    bgp: 186,
    isis: 187,
    ospf: 188,
    rip: 189,
    eigrp: 192,
  },
  realm: { cosmos: 0 },
  dsfield: {},
  group: { default: 0 },
  ipproto: {
    icmp: 1,
    igmp: 2,
    tcp: 6,
    udp: 17,
    dccp: 33,
    gre: 47,
    esp: 50,
    ah: 51,
    icmpv6: 58,
    'ipv6-icmp': 58,
    sctp: 132,
    udplite: 136,
  },
};

const ETC = '/etc/iproute2';
const USR = ['/usr/share/iproute2', '/usr/lib/iproute2'];

export const createNames = (read: SourceReader, { etc = ETC, usr }: NameDirectories = {}): Names => {
  const tables = new Map<NameKind, ReadonlyMap<string, number>>();
  const load = (kind: NameKind): ReadonlyMap<string, number> => {
    const known = tables.get(kind);
    if (known !== undefined) return known;
    const names = new Map(Object.entries(BUILT_IN[kind]));
    const file = FILES[kind];
    // What stands in the local directory goes before what the distribution ships.
    if (file !== undefined)
      for (const directory of [...(usr === undefined ? USR : [usr]), etc]) {
        addNames(names, read, `${directory}/${file}`);
        for (const path of read.glob(`${file}.d/*.conf`, directory)) addNames(names, read, path);
      }
    tables.set(kind, names);
    return names;
  };
  return (kind, word) => {
    // EF is a name as well as a hexadecimal number; iproute2 looks at the names first.
    const value =
      kind === 'dsfield' ? (load(kind).get(word) ?? parseTos(word)) : (parseAnyBase(word) ?? load(kind).get(word));
    return value !== undefined && value <= LARGEST[kind] ? value : undefined;
  };
};

// iproute2 reads TOS values as hexadecimal, with or without 0x.
const parseTos = (word: string): number | undefined =>
  /^(0[xX])?[0-9a-fA-F]{1,2}$/.test(word) ? Number.parseInt(word, 16) : undefined;

const addNames = (names: Map<string, number>, read: SourceReader, path: string): void => {
  const source = read.text(path);
  if (source.kind !== 'text') return;
  for (const line of source.text.split('\n')) {
    const [, number = '', name = ''] = /^\s*(0[xX][0-9a-fA-F]+|\d+)\s+([^\s#]+)/.exec(line) ?? [];
    const value = parseAnyBase(number);
    if (value !== undefined && name !== '') names.set(name, value);
  }
};
