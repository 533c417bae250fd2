// How a macvlan or ipvlan of ours is called: as it is written, as it was called before, or as keepalived would call it.
import type { Link } from '@vipward/netlink';
import type { StackedLink } from './links.ts';

export interface Naming {
  /** What use_vmac or use_ipvlan says. */
  readonly written: string | undefined;
  readonly prefix: string;
  readonly vrid: number;
}

/** `taken`: the written name belongs to something else. */
export const nameLink = (
  link: Omit<StackedLink, 'name'>,
  { written, prefix, vrid }: Naming,
  present: readonly Link[],
  planned: readonly StackedLink[],
): { readonly name: string; readonly taken?: string } => {
  const used = (name: string): boolean => planned.some((other) => other.name === name);
  const fits = (name: string): boolean => {
    const there = present.find((other) => other.name === name);
    return !used(name) && (there === undefined || isSuch(there, link, present));
  };
  if (written !== undefined && fits(written)) return { name: written };
  const taken = written === undefined ? {} : { taken: written };
  // What a predecessor made is taken again; an ipvlan has nothing that tells it from those of others but its name.
  const same =
    link.kind === 'macvlan' ? present.find((other) => !used(other.name) && isSuch(other, link, present)) : undefined;
  if (same && written === undefined) return { name: same.name };
  const name = candidates(prefix, vrid, link.family).find(fits);
  return { name: name ?? `${prefix}.${vrid}`, ...taken };
};

/** Whether a link that is there is what is wanted, so that nothing need be written. */
export const isSuch = (there: Link, wanted: Omit<StackedLink, 'name'>, present: readonly Link[]): boolean =>
  there.kind === wanted.kind &&
  // The ipvlans of one interface share their mode: that of the last one made.
  (there.kind === 'ipvlan' || there.mode === wanted.mode) &&
  there.parent !== undefined &&
  present.some(({ index, name }) => index === there.parent && name === wanted.parent) &&
  (wanted.mac === undefined || Buffer.compare(there.mac, wanted.mac) === 0);

/** vrrp.51, for IPv6 then vrrp6.51, and then vrrp1.51, vrrp2.51 and so on. */
const candidates = (prefix: string, vrid: number, family: 4 | 6): readonly string[] => [
  `${prefix}.${vrid}`,
  ...(family === 6 ? [`${prefix}6.${vrid}`] : []),
  ...Array.from({ length: 255 }, (_, index) => `${prefix}${index + 1}.${vrid}`),
];
