// Settings of the kernel that macvlans with a virtual MAC address need, as keepalived has them.
import type { StackedLink } from './links.ts';

export interface Setting {
  readonly path: string;
  readonly value: string;
}

// In this notation a dot of an interface's name (vrrp.51) needs no care.
const pathOf = (family: 4 | 6, name: string, key: string): string => `/proc/sys/net/ipv${family}/conf/${name}/${key}`;

/** Of a link of ours, before it goes up; they go with it. */
export const linkSettings = ({ name, kind, family, six }: StackedLink): readonly Setting[] => [
  ...(family === 4 && kind === 'macvlan'
    ? [
        // Only for its own addresses, so that those of the parent are not answered for with the virtual MAC.
        { path: pathOf(4, name, 'arp_ignore'), value: '1' },
        // The adverts of another master come from an address of this network, perhaps one that is here as well.
        { path: pathOf(4, name, 'accept_local'), value: '1' },
        { path: pathOf(4, name, 'rp_filter'), value: '0' },
        { path: pathOf(4, name, 'promote_secondaries'), value: '1' },
      ]
    : []),
  ...(six ? [] : [{ path: pathOf(6, name, 'disable_ipv6'), value: '1' }]),
];

/**
 * Of all other interfaces, while there are macvlans for IPv4 among `links`. Their parents must not answer for virtual addresses
 * with their own MAC address. The kernel takes the greater one of rp_filter of `all` and of the interface: so that it can be 0
 * for ours, the others get what `all` has. `names`: the interfaces there are.
 */
export const hostSettings = (
  links: readonly StackedLink[],
  names: readonly string[],
  read: (path: string) => string | undefined,
): readonly Setting[] => {
  const four = links.filter(({ kind, family }) => kind === 'macvlan' && family === 4);
  if (four.length === 0) return [];
  const ours = new Set(links.map(({ name }) => name));
  const parents = [...new Set(four.map(({ parent }) => parent))];
  return [
    ...parents.flatMap((name) => [
      { path: pathOf(4, name, 'arp_ignore'), value: '1' },
      { path: pathOf(4, name, 'arp_filter'), value: '1' },
    ]),
    ...reversePathSettings(['default', ...names.filter((name) => !ours.has(name))], read),
  ];
};

const reversePathSettings = (
  names: readonly string[],
  read: (path: string) => string | undefined,
): readonly Setting[] => {
  const all = pathOf(4, 'all', 'rp_filter');
  const filter = Number(read(all) ?? 0);
  if (filter === 0) return [];
  return [
    ...names
      .map((name) => pathOf(4, name, 'rp_filter'))
      .filter((path) => Number(read(path) ?? filter) < filter)
      .map((path) => ({ path, value: String(filter) })),
    { path: all, value: '0' },
  ];
};
