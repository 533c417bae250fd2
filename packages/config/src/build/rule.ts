// Lines of static_rules and virtual_rules: the arguments of `ip rule`.
import type { IpFamily } from '../address.ts';
import { interfacePlace, rememberInterface } from '../host/interface-places.ts';
import type { Prefix, Range, RuleAction, StaticRule } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { readLong } from './encapsulation.ts';
import type { Names } from './iproute-names.ts';
import { readRealms, rememberWord, skipSwallowed, unknownOption } from './route.ts';
import { present } from './values.ts';
import { everything, parseAnyBase, parseUnsigned, WordCursor } from './word-cursor.ts';

const KEEPALIVED = 18;
const UINT32_MAX = 0xffff_ffff;

type Writable<T> = { -readonly [K in keyof T]: T[K] };
/** `all` and `default` wait for the family. */
type Draft = Omit<Partial<Writable<StaticRule>>, 'from' | 'to'> & { from?: Prefix | 'all'; to?: Prefix | 'all' };

interface Surroundings {
  readonly path: string;
  readonly names: Names;
  readonly report: Report;
}

/** Undefined when the rule cannot be used; that is reported. `path` is the table of the options. */
export const buildRule = (
  words: readonly Word[],
  path: string,
  names: Names,
  report: Report,
): StaticRule | undefined => {
  const [first] = words;
  if (first === undefined) return undefined;
  const cursor = new WordCursor(words, report);
  const draft: Draft = {};
  for (let word = cursor.take(); word !== undefined; word = cursor.take())
    readOption(word, cursor, draft, { path, names, report });
  if (cursor.failed) return undefined;
  if (draft.action === undefined)
    return cursor.fail(first, 'missing-value', 'a rule needs an action; it is dropped', 'such as table NUMBER');
  const families = new Set([draft.from, draft.to].flatMap((end) => (end && end !== 'all' ? [end.address.family] : [])));
  if (families.size > 1)
    return cursor.fail(first, 'mixed-families', 'from and to are of different families; the rule is dropped');
  const family = [...families][0] ?? draft.family ?? 4;
  if (draft.action.kind === 'goto' && draft.priority !== undefined && draft.action.priority <= draft.priority)
    return cursor.fail(first, 'bad-value', 'goto must lead to a later rule: a number above the preference');
  if (draft.priority === undefined)
    report(
      'warning',
      'rule-without-preference',
      'a rule without preference gets a number from 16384 downwards',
      locationOf(first),
      {
        hint: 'write preference NUMBER',
      },
    );
  const protocol = draft.protocol ?? KEEPALIVED;
  const forced = protocol !== KEEPALIVED && !draft.noTrack;
  if (forced)
    report(
      'warning',
      'route-protocol',
      'a tracked rule has protocol keepalived, whatever is written',
      locationOf(first),
      {
        hint: 'write no_track to keep the protocol',
      },
    );
  const { from, to, ...rest } = draft;
  const rule: StaticRule = {
    invert: false,
    noTrack: false,
    ...rest,
    action: draft.action,
    family,
    ...present('from', whole(from, family)),
    ...present('to', whole(to, family)),
    protocol: forced ? KEEPALIVED : protocol,
    at: locationOf(first),
  };
  return rememberInterface(rule, interfacePlace(draft));
};

const whole = (end: Prefix | 'all' | undefined, family: IpFamily): Prefix | undefined =>
  end === 'all' ? everything(family) : end;

const readOption = (word: Word, cursor: WordCursor, draft: Draft, around: Surroundings): void => {
  const { names } = around;
  switch (word.text) {
    case 'inet':
    case 'inet6':
      draft.family = word.text === 'inet' ? 4 : 6;
      skipSwallowed(word, cursor, around);
      return;
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
    case 'tos':
    case 'dsfield':
      Object.assign(
        draft,
        present(
          'tos',
          cursor.read(word, 'a TOS value (hexadecimal, or name in rt_dsfield)', (tos) => names('dsfield', tos)),
        ),
      );
      return;
    case 'uidrange':
      Object.assign(draft, present('uids', readRange(word, cursor, UINT32_MAX)));
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
      Object.assign(draft, present('sourcePorts', readRange(word, cursor, 65_535)));
      return;
    case 'dport':
      Object.assign(draft, present('destinationPorts', readRange(word, cursor, 65_535)));
      return;
    case 'tunnel-id':
      Object.assign(draft, present('tunnelId', cursor.read(word, 'a 64-bit number', readLong)));
      return;
    case 'priority':
    case 'preference':
    case 'order':
      Object.assign(draft, present('priority', cursor.read(word, 'a preference (0 to 4294967295)', readPreference)));
      return;
    case 'protocol':
      Object.assign(draft, present('protocol', cursor.number(word, 0, 255)));
      return;
    case 'realms':
      Object.assign(draft, present('realms', readRealms(word, cursor, names)));
      return;
    case 'suppress_prefixlength':
    case 'sup_pl':
      Object.assign(draft, present('suppressPrefixLength', cursor.number(word, 0, 128)));
      return;
    case 'suppress_ifgroup':
    case 'sup_group':
      Object.assign(
        draft,
        present(
          'suppressGroup',
          cursor.read(word, 'an interface group', (text) => names('group', text)),
        ),
      );
      return;
    case 'no_track':
      draft.noTrack = true;
      return;
    case 'track_group':
      Object.assign(draft, present('trackGroup', cursor.value(word)?.text));
      return;
    default:
      readAction(word, cursor, draft, around);
  }
};

// One action a rule; `type` may stand before it.
const readAction = (word: Word, cursor: WordCursor, draft: Draft, { path, names }: Surroundings): void => {
  const name = word.text === 'type' ? cursor.value(word) : word;
  if (name === undefined) return;
  const action = actionOf(name, cursor, names);
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

const readEnd = (option: Word, cursor: WordCursor): Prefix | 'all' | undefined => {
  if (/^(all|default|any)$/.test(cursor.peek()?.text ?? '')) {
    cursor.take();
    return 'all';
  }
  return cursor.prefix(option, undefined);
};

const readPreference = (text: string): number | undefined => within(parseAnyBase(text));
const within = (number: number | undefined): number | undefined =>
  number !== undefined && number <= UINT32_MAX ? number : undefined;

const readMark = (text: string): { mark: number; mask?: number } | undefined => {
  const [one = '', two] = text.split('/');
  const mark = within(parseAnyBase(one));
  if (mark === undefined) return undefined;
  if (two === undefined) return { mark };
  const mask = within(parseAnyBase(two));
  return mask === undefined ? undefined : { mark, mask };
};

// keepalived refuses a single port; what is meant is clear, so it is taken as a range of one.
const readRange = (option: Word, cursor: WordCursor, largest: number): Range | undefined =>
  cursor.read(option, `a range N-M up to ${largest}`, (text) => {
    const [one = '', two = one] = text.split('-');
    const from = parseUnsigned(one);
    const to = parseUnsigned(two);
    return from !== undefined && to !== undefined && from <= to && to <= largest ? { from, to } : undefined;
  });
