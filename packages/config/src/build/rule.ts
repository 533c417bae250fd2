// Lines of static_rules and virtual_rules: the arguments of `ip rule`.
import type { IpFamily } from '../address.ts';
import type { DiagnosticCode } from '../diagnose/codes.ts';
import { interfacePlace, rememberInterface } from '../host/interface-places.ts';
import type { Prefix, StaticRule } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import type { Names } from './iproute-names.ts';
import { protocolOf } from './line-words.ts';
import { type RuleDraft as Draft, readRuleOption } from './rule-options.ts';
import { present } from './values.ts';
import { everything, WordCursor } from './word-cursor.ts';

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
    readRuleOption(word, cursor, draft, { path, names, report });
  if (cursor.failed) return undefined;
  if (draft.action === undefined)
    return cursor.fail(first, 'missing-value', 'a rule needs an action; it is dropped', 'such as table NUMBER');
  const families = new Set([draft.from, draft.to].flatMap((end) => (end && end !== 'all' ? [end.address.family] : [])));
  if (families.size > 1)
    return cursor.fail(first, 'mixed-families', 'from and to are of different families; the rule is dropped');
  const family = [...families][0] ?? draft.family ?? 4;
  if (draft.action.kind === 'goto' && draft.priority !== undefined && draft.action.priority <= draft.priority)
    return cursor.fail(first, 'bad-value', 'goto must lead to a later rule: a number above the preference');
  const contradiction = contradictionIn(draft, family);
  if (contradiction !== undefined) return cursor.fail(first, ...contradiction);
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
  if (draft.trackGroup !== undefined && draft.iif === undefined) {
    report('error', 'route-not-tracked', 'a rule with track_group needs iif; nothing watches it', locationOf(first));
    delete draft.trackGroup;
  }
  const { from, to, ...rest } = draft;
  const rule: StaticRule = {
    invert: false,
    noTrack: false,
    ...rest,
    action: draft.action,
    family,
    ...present('from', whole(from, family)),
    ...present('to', whole(to, family)),
    protocol: protocolOf('rule', draft.protocol, draft.noTrack ?? false, first, report),
    at: locationOf(first),
  };
  return rememberInterface(rule, interfacePlace(draft));
};

// What the kernel looks at only when a rule leads to a table, or only for IPv4.
const contradictionIn = (draft: Draft, family: IpFamily): readonly [DiagnosticCode, string] | undefined => {
  const ofTables = [
    ['realms', draft.realms],
    ['suppress_prefixlength', draft.suppressPrefixLength],
    ['suppress_ifgroup', draft.suppressGroup],
  ] as const;
  const surplus = ofTables.find(([, value]) => value !== undefined);
  if (surplus !== undefined && draft.action?.kind !== 'table')
    return ['bad-value', `${surplus[0]} is for rules that lead to a table; the rule is dropped`];
  if (draft.realms !== undefined && family === 6)
    return ['not-in-family', 'only rules of IPv4 have realms; this one of IPv6 is dropped'];
  return undefined;
};

const whole = (end: Prefix | 'all' | undefined, family: IpFamily): Prefix | undefined =>
  end === 'all' ? everything(family) : end;
