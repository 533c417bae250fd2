// vrrp_sync_group, track_group and garp_group: names put together.
import type { Block, Statement } from '../blocks/block.ts';
import type { GarpGroup, SourceLocation, TrackGroup, VrrpSyncGroup } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { buildTracked } from './tracked-lines.ts';
import { incomplete } from './trackers.ts';
import { at, bool, findAll, has, linesOf, millis, present, script, wordsOf } from './values.ts';
import { nameText } from './vrrp-script.ts';

/** Names, and where each was written; the places are for findings only. */
export interface Members {
  readonly members: readonly string[];
  readonly memberPlaces: readonly SourceLocation[];
}

export type Grouped<T> = T & Members;

export const buildSyncGroup = (
  statement: Statement,
  block: Block,
  report: Report,
): Grouped<VrrpSyncGroup> | undefined => {
  const name = nameText(statement);
  if (name === undefined) return undefined;
  return {
    name,
    ...membersOf(block, report),
    trackInterfaces: buildTracked(linesOf(block, 'track_interface'), 'interface', report),
    trackScripts: buildTracked(linesOf(block, 'track_script'), 'script', report),
    trackFiles: buildTracked(linesOf(block, 'track_file'), 'file', report, 254),
    trackProcesses: buildTracked(linesOf(block, 'track_process'), 'process', report, 254),
    trackBfds: buildTracked(linesOf(block, 'track_bfd'), 'BFD session', report),
    ...present('notifyMaster', script(block, 'notify_master')),
    ...present('notifyBackup', script(block, 'notify_backup')),
    ...present('notifyFault', script(block, 'notify_fault')),
    ...present('notifyStop', script(block, 'notify_stop')),
    ...present('notify', script(block, 'notify')),
    ...present('smtpAlert', bool(block, 'smtp_alert')),
    trackingWeight: has(block, 'sync_group_tracking_weight'),
    ...present('notifyPriorityChanges', bool(block, 'notify_priority_changes')),
    at: at(statement),
  };
};

export const buildTrackGroup = (
  statement: Statement,
  block: Block,
  report: Report,
): Grouped<TrackGroup> | undefined => {
  const name = nameText(statement);
  return name === undefined ? undefined : { name, ...membersOf(block, report), at: at(statement) };
};

// `group` may stand once; a name given twice counts once.
const membersOf = (block: Block, report: Report): Members => {
  const [first, ...others] = findAll(block, 'group');
  for (const other of others)
    report('error', 'repeated-keyword', 'group is given again; only the first one counts', at(other), {
      related: first === undefined ? [] : [{ at: at(first), message: 'the first one is here' }],
    });
  const words = first?.body?.kind === 'words' ? first.body.words : [];
  const places = new Map(words.toReversed().map((word) => [word.text, locationOf(word)]));
  for (const word of words) {
    const first = places.get(word.text);
    if (first === undefined || (first.line === locationOf(word).line && first.column === locationOf(word).column))
      continue;
    report('error', 'several-sync-groups', `${word.text} is a member already; it counts once`, locationOf(word), {
      related: [{ at: first, message: 'the first one is here' }],
      hint: 'remove one of the two',
    });
  }
  const members = [...new Set(words.map(({ text }) => text))];
  return { members, memberPlaces: members.flatMap((name) => places.get(name) ?? []) };
};

/** All groups; an interface belongs to the first that names it. */
export const buildGarpGroups = (
  blocks: readonly { readonly statement: Statement; readonly block: Block }[],
  report: Report,
): readonly GarpGroup[] => {
  const owners = new Map<string, SourceLocation>();
  return blocks.flatMap(({ statement, block }) => buildGarpGroup(statement, block, owners, report) ?? []);
};

// Undefined when it limits nothing.
const buildGarpGroup = (
  statement: Statement,
  block: Block,
  owners: Map<string, SourceLocation>,
  report: Report,
): GarpGroup | undefined => {
  const garpInterval = millis(block, 'garp_interval');
  const gnaInterval = millis(block, 'gna_interval');
  if (!garpInterval && !gnaInterval)
    return incomplete(statement, 'garp_group', 'garp_interval or gna_interval', report);
  const single = findAll(block, 'interface').flatMap(({ value, args }) =>
    value === undefined ? [] : args.slice(0, 1),
  );
  const interfaces = [...single, ...wordsOf(block, 'interfaces')].filter((word) => {
    const before = owners.get(word.text);
    if (word.text.length > 15)
      report('error', 'too-long', `"${word.text}" is longer than 15 characters`, locationOf(word));
    else if (before !== undefined)
      report(
        'error',
        'several-garp-groups',
        `${word.text} is in a garp_group already; it is ignored here`,
        locationOf(word),
        {
          related: [{ at: before, message: 'the first one is here' }],
          hint: 'remove one of the two',
        },
      );
    else {
      owners.set(word.text, locationOf(word));
      return true;
    }
    return false;
  });
  return {
    ...present('garpInterval', garpInterval),
    ...present('gnaInterval', gnaInterval),
    interfaces: interfaces.map(({ text }) => text),
    at: at(statement),
  };
};
