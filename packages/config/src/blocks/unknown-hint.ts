// What was probably meant by a word that its block does not know.
import { keywordHint } from '../diagnose/hints.ts';
import { suggest } from '../diagnose/suggest.ts';
import { blocksKnowing, blockTable } from '../keywords/table.ts';

/** `next` is the word behind it, `path` the block it stands in. Undefined when nothing comes near. */
export const unknownHint = (word: string, next: string | undefined, path: string): string | undefined => {
  const slip = keywordHint(word, next, (name) => blockTable(path).has(name));
  if (slip !== undefined) return slip;
  const near = suggest(word, blockTable(path).keys());
  if (near !== undefined) return `did you mean ${near}?`;
  const others = blocksKnowing(word);
  if (others.length === 0) return undefined;
  if (others.includes('')) return `${word} belongs outside of every block; is a } missing above?`;
  const [first = ''] = [...others].sort((a, b) => shared(b, path) - shared(a, path));
  return `${word} belongs in ${first.split('.').at(-1)}; is a brace missing or misplaced above?`;
};

// How many blocks two paths have in common, from the outside.
const shared = (a: string, b: string): number => {
  const other = b.split('.');
  const differs = a.split('.').findIndex((part, i) => part !== other[i]);
  return differs < 0 ? a.split('.').length : differs;
};
