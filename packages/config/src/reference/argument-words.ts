// The fixed words that may come next behind a keyword, from its grammar: for completion.
import type { Grammar } from '../keywords/grammar.ts';

/** `before` are the arguments that stand there already. */
export const argumentWords = (grammar: Grammar, before: readonly string[]): readonly string[] => {
  const first = before.length === 0;
  switch (grammar.kind) {
    case 'bool':
      return first ? ['on', 'off', 'true', 'false', 'yes', 'no'] : [];
    case 'choice':
      return first ? grammar.words : [];
    case 'integer':
      return before.length === 1 ? (grammar.options ?? []) : [];
    case 'service':
      return first ? ['fwmark', 'group'] : [];
    case 'forwarding':
      return forwardingWords(before);
    case 'words':
      return bracketed(grammar.form).filter((word) => !before.includes(word));
    case 'flag':
    case 'decimal':
    case 'text':
    case 'ip':
    case 'ip-port':
    case 'host-port':
    case 'persistence-mask':
    case 'status-codes':
    case 'digest':
    case 'account':
    case 'script':
      return [];
  }
};

const forwardingWords = (before: readonly string[]): readonly string[] => {
  if (before.length === 0) return ['NAT', 'DR', 'TUN'];
  if (before[0] !== 'TUN' || before.at(-1) === 'port') return [];
  if (before.at(-1) === 'type') return ['ipip', 'gue', 'gre'];
  return ['type', 'port', 'nocsum', 'csum', 'remcsum'].filter((word) => !before.includes(word));
};

// `[initial|partial]` in a form names the words themselves; `[int]` names a kind of word.
const bracketed = (form: string): readonly string[] =>
  Array.from(form.matchAll(/\[([a-z_]+(?:\|[a-z_]+)*)\]/g), ([, words]) => (words ?? '').split('|'))
    .flat()
    .filter((word) => word !== 'int');
