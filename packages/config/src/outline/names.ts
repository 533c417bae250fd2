// The names that blocks define and other lines use: scripts, track files, instances, groups, parameters.
import { ownProperty } from '../own-property.ts';
import type { Word } from '../source/words.ts';
import type { Entry, Frame } from './entry.ts';
import type { WordAt } from './outline.ts';

export type NameKind =
  | 'vrrp_script'
  | 'track_file'
  | 'vrrp_track_process'
  | 'vrrp_instance'
  | 'vrrp_sync_group'
  | 'track_group'
  | 'bfd_instance'
  | 'virtual_server_group';

const DEFINERS: Readonly<Record<string, NameKind>> = {
  vrrp_script: 'vrrp_script',
  track_file: 'track_file',
  vrrp_track_file: 'track_file',
  vrrp_track_process: 'vrrp_track_process',
  vrrp_instance: 'vrrp_instance',
  vrrp_sync_group: 'vrrp_sync_group',
  track_group: 'track_group',
  bfd_instance: 'bfd_instance',
  virtual_server_group: 'virtual_server_group',
};

/** Value blocks whose lines begin with a name; of `group` every word is one. */
const VALUE_BLOCKS: Readonly<Record<string, NameKind>> = {
  track_script: 'vrrp_script',
  track_file: 'track_file',
  track_process: 'vrrp_track_process',
  track_bfd: 'bfd_instance',
  group: 'vrrp_instance',
};

export interface NameUse {
  readonly kind: NameKind;
  readonly name: string;
}

/** The name that a block gives, and the word that holds it. */
export const definedName = (entry: Entry): { readonly kind: NameKind; readonly word: Word } | undefined => {
  if (entry.kind !== 'keyword' || entry.frame.path !== '') return undefined;
  const kind = ownProperty(DEFINERS, entry.words[0]?.text ?? '');
  const word = entry.words[1];
  return kind === undefined || word === undefined ? undefined : { kind, word };
};

/** The kind of name that is expected after `words` in a block; undefined when none is. */
export const referencesOf = (frame: Frame, words: readonly string[]): NameKind | undefined => {
  if (frame.body === 'unknown') return undefined;
  const block = frame.path.split('.').at(-1) ?? '';
  if (frame.body !== 'keywords') {
    if (words.at(-1) === 'track_group' && frame.path.startsWith('static_')) return 'track_group';
    const kind = ownProperty(VALUE_BLOCKS, block);
    return words.length === 0 || block === 'group' ? kind : undefined;
  }
  const [keyword, first] = words;
  if (frame.path === '' && keyword === 'virtual_server')
    return words.length === 2 && first === 'group' ? 'virtual_server_group' : undefined;
  if (words.length !== 1) return undefined;
  if (block === 'BFD_CHECK' && keyword === 'name') return 'bfd_instance';
  return block === 'FILE_CHECK' && keyword === 'track_file' ? 'track_file' : undefined;
};

/** The name that a word of an entry uses or defines. */
export const nameAt = ({ entry, index, word }: WordAt): NameUse | undefined => {
  const defined = definedName(entry);
  if (defined?.word === word) return { kind: defined.kind, name: word.text };
  const before = entry.words.slice(0, index).map(({ text }) => text);
  const kind = referencesOf(entry.frame, before);
  return kind === undefined ? undefined : { kind, name: word.text };
};

/** A parameter in one line of text: 0-based places of the `$` and behind the last character. */
export interface ParameterUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Every `$NAME` and `${NAME}` of a line. */
export const parametersIn = (text: string): readonly ParameterUse[] =>
  Array.from(text.matchAll(/\$(?:\{([A-Za-z_]\w*)[^}]*\}|([A-Za-z_]\w*))/g), (match) => ({
    name: match[1] ?? match[2] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
