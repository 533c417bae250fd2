// The options of a rule, one after the other: the words of `ip rule` and what stands behind each.
import type { Prefix, RuleAction, StaticRule } from '../model.ts';
import type { Word } from '../source/words.ts';
import { readLong } from './encapsulation.ts';
import type { Names } from './iproute-names.ts';
import { rememberWord, type Surroundings, unknownOption } from './line-words.ts';
import { readEnd, readGroup, readMark, readPreference, readRange } from './rule-values.ts';
import { readSharedOption } from './shared-options.ts';
import { present } from './values.ts';
import type { WordCursor } from './word-cursor.ts';

const UINT32_MAX = 0xffff_ffff;
const INT32_MAX = 0x7fff_ffff;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
/** A rule while its line is read; `all` and `default` wait for the family. */
export type RuleDraft = Omit<Partial<Writable<StaticRule>>, 'from' | 'to'> & {
  from?: Prefix | 'all';
  to?: Prefix | 'all';
};

/** Reads one option with the words that belong to it into the draft. */
export const readRuleOption = (word: Word, cursor: WordCursor, draft: RuleDraft, around: Surroundings): void => {
  if (readSharedOption(word, cursor, draft, around)) return;
  const { names, report } = around;
  switch (word.text) {
    case 'not':
      draft.invert = true;
      return;
    case 'from':
    case 'to':
      Object.assign(draft, present(word.text, readEnd(word, cursor)));
      return;
    case 'iif':
    case 'dev':
      rememberWord(draft, cursor.peek());
      Object.assign(draft, present('iif', cursor.name(word)));
      return;
    case 'oif':
      if (draft.iif === undefined) rememberWord(draft, cursor.peek());
      Object.assign(draft, present('oif', cursor.name(word)));
      return;
    case 'fwmark':
      Object.assign(draft, present('fwmark', cursor.read(word, 'a mark, or mark/mask', readMark)));
      return;
    case 'uidrange':
      Object.assign(draft, present('uids', readRange(word, cursor, UINT32_MAX, report)));
      return;
    case 'ipproto':
      Object.assign(
        draft,
        present(
          'ipProtocol',
          cursor.read(word, 'an IP protocol (number or name)', (text) => names('ipproto', text)),
        ),
      );
      return;
    case 'sport':
      Object.assign(draft, present('sourcePorts', readRange(word, cursor, 65_535, report)));
      return;
    case 'dport':
      Object.assign(draft, present('destinationPorts', readRange(word, cursor, 65_535, report)));
      return;
    case 'tunnel-id':
      Object.assign(draft, present('tunnelId', cursor.read(word, 'a decimal number of up to 64 bits', readLong)));
      return;
    case 'priority':
    case 'preference':
    case 'order':
      Object.assign(draft, present('priority', cursor.read(word, 'a preference (0 to 4294967295)', readPreference)));
      return;
    case 'protocol':
      Object.assign(draft, present('protocol', cursor.number(word, 0, 255)));
      return;
    case 'suppress_prefixlength':
    case 'sup_pl':
      Object.assign(draft, present('suppressPrefixLength', cursor.number(word, 0, INT32_MAX)));
      return;
    case 'suppress_ifgroup':
    case 'sup_group':
      Object.assign(
        draft,
        present(
          'suppressGroup',
          cursor.read(word, 'an interface group', (text) => readGroup(text, names)),
        ),
      );
      return;
    default:
      readAction(word, cursor, draft, around);
  }
};

/** `type` is for what is no table: there keepalived knows only these. */
const AFTER_TYPE: ReadonlySet<string> = new Set(['goto', 'nop', 'blackhole', 'unreachable', 'prohibit']);

// One action a rule; `type` may stand before it.
const readAction = (word: Word, cursor: WordCursor, draft: RuleDraft, { path, names }: Surroundings): void => {
  const name = word.text === 'type' ? cursor.value(word) : word;
  if (name === undefined) return;
  const action = word === name || AFTER_TYPE.has(name.text) ? actionOf(name, cursor, names) : 'unknown';
  if (action === 'unknown') unknownOption(name, cursor, path);
  else if (action !== undefined && draft.action !== undefined)
    cursor.fail(name, 'repeated-keyword', `${name.text} is a second action; a rule has one`);
  else Object.assign(draft, present('action', action));
};

const actionOf = (word: Word, cursor: WordCursor, names: Names): RuleAction | 'unknown' | undefined => {
  switch (word.text) {
    case 'table':
    case 'lookup': {
      const table = cursor.read(
        word,
        'a routing table (number, or name in rt_tables)',
        (text) => names('table', text) || undefined,
      );
      return table === undefined ? undefined : { kind: 'table', table };
    }
    case 'goto': {
      const priority = cursor.read(word, 'the preference of a rule', readPreference);
      return priority === undefined ? undefined : { kind: 'goto', priority };
    }
    case 'l3mdev':
    case 'nop':
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      return { kind: word.text };
    default:
      return 'unknown';
  }
};
