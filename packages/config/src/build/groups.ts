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
  const members = [...new Set(words.map(({ text }) => text))];
  return { members, memberPlaces: members.flatMap((name) => places.get(name) ?? []) };
};

/** Undefined when it limits nothing. */
export const buildGarpGroup = (statement: Statement, block: Block, report: Report): GarpGroup | undefined => {
  const garpInterval = millis(block, 'garp_interval');
  const gnaInterval = millis(block, 'gna_interval');
  if (!garpInterval && !gnaInterval)
    return incomplete(statement, 'garp_group', 'garp_interval or gna_interval', report);
  const single = findAll(block, 'interface').flatMap(({ value }) => (value?.kind === 'text' ? [value.text] : []));
  const several = wordsOf(block, 'interfaces').filter((word) => {
    if (word.text.length <= 15) return true;
    report('error', 'too-long', `"${word.text}" is longer than 15 characters`, locationOf(word));
    return false;
  });
  return {
    ...present('garpInterval', garpInterval),
    ...present('gnaInterval', gnaInterval),
    interfaces: [...new Set([...single, ...several.map(({ text }) => text)])],
    at: at(statement),
  };
};
