// virtualServerGroupTable and virtualServerGroupMemberTable.
import type { Config } from '@vipward/config';
import { gauge, inetAddress, inetAddressType, integer, text } from '../../agentx/value.ts';
import { type ManagedObject, table } from '../../view/object.ts';
import { checkPart, entryOf, numbered } from '../names.ts';

export const groupTable = ({ virtualServerGroups = [] }: Config): ManagedObject =>
  table(entryOf(checkPart, 1), { 2: ({ name }) => text(name) }, numbered(virtualServerGroups));

/** A range is its addresses, each a member: iprange(3) does not occur. Marks come first, as in keepalived. */
export const groupMemberTable = ({ virtualServerGroups = [] }: Config): ManagedObject =>
  table(
    entryOf(checkPart, 2),
    {
      2: (target) => integer(target.kind === 'fwmark' ? 1 : 2),
      3: (target) => (target.kind === 'fwmark' ? gauge(target.mark) : undefined),
      4: (target) => (target.kind === 'address' ? inetAddressType(target.address.family) : undefined),
      5: (target) => (target.kind === 'address' ? inetAddress(target.address) : undefined),
      8: (target) => (target.kind === 'address' ? gauge(target.port) : undefined),
    },
    virtualServerGroups.flatMap(({ targets }, i) =>
      numbered(
        [...targets.filter(({ kind }) => kind === 'fwmark'), ...targets.filter(({ kind }) => kind === 'address')],
        [i + 1],
      ),
    ),
  );
