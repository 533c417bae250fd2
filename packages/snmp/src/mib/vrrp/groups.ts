// vrrpSyncGroupTable and vrrpSyncGroupMemberTable.
import { integer, text, yesNo } from '../../agentx/value.ts';
import { type ManagedObject, table } from '../../view/object.ts';
import { entryOf, numbered, scriptText, vrrpPart } from '../names.ts';
import type { Snapshot } from '../snapshot.ts';
import { groupState } from './state.ts';

export const groupTable = (snapshot: Snapshot): ManagedObject => {
  const { syncGroups = [], global } = snapshot.config;
  return table(
    entryOf(vrrpPart, 1),
    {
      2: ({ name }) => text(name),
      3: (group) => integer(groupState(snapshot, group)),
      4: ({ smtpAlert }) => yesNo(smtpAlert ?? global.smtpAlertVrrp ?? global.smtpAlert ?? false),
      5: (group) =>
        yesNo(
          [group.notify, group.notifyMaster, group.notifyBackup, group.notifyFault, group.notifyStop].some(
            (script) => script !== undefined,
          ),
        ),
      6: ({ notifyMaster }) => scriptText(notifyMaster),
      7: ({ notifyBackup }) => scriptText(notifyBackup),
      8: ({ notifyFault }) => scriptText(notifyFault),
      9: ({ notify }) => scriptText(notify),
      10: ({ trackingWeight }) => yesNo(trackingWeight),
      11: ({ notifyStop }) => scriptText(notifyStop),
    },
    numbered(syncGroups),
  );
};

export const groupMemberTable = ({ config: { syncGroups = [] } }: Snapshot): ManagedObject =>
  table(
    entryOf(vrrpPart, 2),
    { 2: text },
    syncGroups.flatMap(({ members }, i) => numbered(members, [i + 1])),
  );
