// The nftables tables of an instance that is not the owner of its addresses and takes no packets for them (no_accept), and of
// macvlans with a virtual MAC address: what keepalived puts there, in the JSON of libnftables-json(5).
import { formatIp, type IpAddress, type IpFamily } from '@vipward/config/address';
import { NFT_TAG, type NftObject, nftFamily } from '@vipward/netlink/nftables';

export interface RulesetSettings {
  /** `nftables`: the name of the tables. */
  readonly table: string;
  /** nftables_priority of the base chains. */
  readonly priority: number;
  /** nftables_counters */
  readonly counters: boolean;
  /** Whether the kernel can duplicate packets (nft_dup). */
  readonly duplicates: boolean;
}

export interface Blocked {
  readonly address: IpAddress;
  /** The interface that it is on, which tells link-local addresses apart. */
  readonly link: string;
}

export interface RulesetMacvlan {
  readonly name: string;
  readonly parent: string;
  /** Of which families it has, or may have, traffic. */
  readonly four: boolean;
  readonly six: boolean;
}

/**
 * What lies in the table of one family, in the order of `nft list`; empty when no table is needed. `blocking`: addresses of this
 * family may have to be blocked later, and then only elements of sets change.
 */
export const ruleset = (
  family: IpFamily,
  blocked: readonly Blocked[],
  macvlans: readonly RulesetMacvlan[],
  { table, priority, counters, duplicates }: RulesetSettings,
  blocking: boolean,
): readonly NftObject[] => {
  const lan = macvlans.filter(({ four, six }) => (family === 4 ? four : six));
  const own = blocked.filter(({ address }) => address.family === family);
  const ll = own.filter(({ address }) => isLinkLocal(address));
  const global = own.filter(({ address }) => !isLinkLocal(address));
  if (lan.length === 0 && !blocking) return [];
  const place = { family: nftFamily(family), table };
  const set = (name: string, type: unknown, elem: readonly unknown[], more: object = {}): NftObject => ({
    set: { ...place, name, type, ...more, ...(elem.length === 0 ? {} : { elem }) },
  });
  const base = (name: string, hook: string): NftObject => ({
    chain: { ...place, name, type: 'filter', hook, prio: priority, policy: 'accept' },
  });
  const counter = counters ? [{ counter: { packets: 0, bytes: 0 } }] : [];
  const rule = (chain: string, matches: readonly object[], ...verdict: readonly object[]): NftObject => ({
    rule: {
      ...place,
      chain,
      comment: NFT_TAG,
      expr: [...matches, ...verdict.slice(0, -1), ...counter, ...verdict.slice(-1)],
    },
  });
  const ip = nftFamily(family);
  const vips = (chain: string, field: string): NftObject =>
    rule(chain, [match(payload(ip, field), '@vips')], { drop: null });
  const six = family === 6 && blocking;
  return [
    ...(lan.length === 0
      ? []
      : [
          {
            map: {
              ...{ ...place, name: 'vmac_map', type: 'iface_index', map: 'iface_index' },
              elem: lan.map(({ name, parent }) => [name, parent]),
            },
          },
        ]),
    ...(lan.length > 0 && family === 6
      ? [
          set(
            'vmac_set',
            'iface_index',
            lan.map(({ name }) => name),
          ),
        ]
      : []),
    ...(blocking
      ? [
          set(
            'vips',
            family === 4 ? 'ipv4_addr' : 'ipv6_addr',
            global.map(({ address }) => formatIp(address)),
          ),
        ]
      : []),
    ...(six
      ? [
          set('neighbor-discovery', 'icmpv6_type', ['nd-neighbor-solicit', 'nd-neighbor-advert'], {
            flags: ['constant'],
          }),
          set(
            'vips_link_local',
            ['ipv6_addr', 'iface_index'],
            ll.map(({ address, link }) => ({ concat: [formatIp(address), link] })),
          ),
        ]
      : []),
    base('out', 'output'),
    ...(blocking ? [base('in', 'input')] : []),
    ...(six ? ['in_link_local', 'out_link_local'].map((name) => ({ chain: { ...place, name } })) : []),
    ...(lan.length === 0 ? [] : reports(family, duplicates, rule)),
    ...(six
      ? ['out', 'in'].flatMap((chain) => {
          const field = chain === 'out' ? 'saddr' : 'daddr';
          const scope = { prefix: { addr: 'fe80::', len: 10 } };
          return [
            rule(chain, [match(payload('icmpv6', 'type'), '@neighbor-discovery')], { accept: null }),
            rule(chain, [match(payload('ip6', field), scope)], { goto: { target: `${chain}_link_local` } }),
            vips(chain, field),
          ];
        })
      : []),
    ...(family === 4 && blocking ? [vips('out', 'saddr'), vips('in', 'daddr')] : []),
    ...(six
      ? [
          rule('in_link_local', [match({ concat: [payload('ip6', 'daddr'), meta('iif')] }, '@vips_link_local')], {
            drop: null,
          }),
          rule('out_link_local', [match({ concat: [payload('ip6', 'saddr'), meta('oif')] }, '@vips_link_local')], {
            drop: null,
          }),
        ]
      : []),
  ];
};

// Membership is the parent's to report: a switch that saw a report with the virtual MAC would send the master's traffic here.
const reports = (
  family: IpFamily,
  duplicates: boolean,
  rule: (chain: string, matches: readonly object[], ...verdict: readonly object[]) => NftObject,
): readonly NftObject[] => {
  const macvlan = match(meta('oifkind'), 'macvlan');
  const again = (ip: string): readonly object[] =>
    duplicates ? [{ dup: { addr: payload(ip, 'daddr'), dev: { map: { key: meta('oif'), data: '@vmac_map' } } } }] : [];
  if (family === 4)
    return [rule('out', [match(payload('ip', 'protocol'), 'igmp'), macvlan], ...again('ip'), { drop: null })];
  return [
    rule('out', [match(payload('icmpv6', 'type'), 'mld2-listener-report'), macvlan], ...again('ip6'), { drop: null }),
    rule('out', [match(payload('icmpv6', 'type'), 'nd-router-solicit'), macvlan, match(meta('oif'), '@vmac_set')], {
      drop: null,
    }),
  ];
};

const match = (left: object, right: unknown): object => ({ match: { op: '==', left, right } });
const payload = (protocol: string, field: string): object => ({ payload: { protocol, field } });
const meta = (key: string): object => ({ meta: { key } });

/** fe80::/10 */
const isLinkLocal = ({ family, bytes }: IpAddress): boolean =>
  family === 6 && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
