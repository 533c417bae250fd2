// What was probably meant by a word that its block does not know.
import { parseIp } from '../address.ts';
import { keywordHint } from '../diagnose/hints.ts';
import { suggest } from '../diagnose/suggest.ts';
import { blocksKnowing, blockTable } from '../keywords/table.ts';

/** `next` is the word behind it, `path` the block it stands in. Undefined when nothing comes near. */
export const unknownHint = (word: string, next: string | undefined, path: string): string | undefined => {
  const slip = keywordHint(word, next, (name) => blockTable(path).has(name));
  if (slip !== undefined) return slip;
  const near = suggest(word, [...blockTable(path).keys(), 'include']);
  if (near !== undefined) return `did you mean ${near}?`;
  const others = blocksKnowing(word);
  if (others.length === 0) return next === undefined ? withoutBlock(word, path) : undefined;
  if (others.includes('')) return `${word} belongs outside of every block; is a } missing above?`;
  const [first = ''] = [...others].sort((a, b) => shared(b, path) - shared(a, path));
  return `${word} belongs in ${first.split('.').at(-1)}; is a brace missing or misplaced above?`;
};

// A word by itself that belongs in a block of words or lines, whose keyword was left out.
const withoutBlock = (word: string, path: string): string | undefined => {
  if (path === 'vrrp_instance' && parseIp(word.split('/')[0] ?? '') !== undefined)
    return `addresses stand in a block: virtual_ipaddress { ${word} }`;
  return MEMBERS.has(path) ? `if this names a vrrp_instance, it stands in a block: group { ${word} }` : undefined;
};

const MEMBERS: ReadonlySet<string> = new Set(['vrrp_sync_group', 'track_group']);

// How many blocks two paths have in common, from the outside.
const shared = (a: string, b: string): number => {
  const other = b.split('.');
  const differs = a.split('.').findIndex((part, i) => part !== other[i]);
  return differs < 0 ? a.split('.').length : differs;
};
