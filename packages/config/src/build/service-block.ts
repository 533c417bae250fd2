// What one virtual_server block becomes: one service, or one for each member of the group that it names.
import type { IpFamily } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import { nearHint } from '../diagnose/suggest.ts';
import type { VirtualServer } from '../model.ts';
import type { Report } from '../source/report.ts';
import type { GroupMember } from './server-group.ts';
import { at, text, valueIn } from './values.ts';
import { buildVirtualServer } from './virtual-server.ts';

/**
 * Services of one block: one, or one for each member of its group; empty when it cannot be used, which is reported. `place` counts
 * the blocks of one group and protocol.
 */
export const buildVirtualServers = (
  statement: Statement,
  block: Block,
  groups: ReadonlyMap<string, readonly GroupMember[]>,
  report: Report,
  place = 1,
): readonly VirtualServer[] => {
  const target = valueIn(statement, 'service')?.target;
  if (target === undefined) return [];
  if (target.kind !== 'group') return listOf(buildVirtualServer(statement, block, { target }, report));
  const members = groups.get(target.name);
  if (members === undefined) {
    report(
      'error',
      'unknown-server-group',
      `virtual_server_group ${target.name} is not defined; the virtual server is dropped`,
      at(statement),
      { hint: nearHint(target.name, groups.keys(), `write virtual_server_group ${target.name} { ... }`) },
    );
    return [];
  }
  // Members that differ in nothing but their address are built once and share their real servers; what is wrong with the block
  // is said once for each kind of member.
  const built = new Map<string, VirtualServer | undefined>();
  const said = new Set<string>();
  const groupKey = [target.name, text(block, 'protocol') ?? 'UDP', ...(place === 1 ? [] : [place])].join(' ');
  return members.flatMap((member) => {
    const kind = member.target.kind === 'address' ? `IPv${member.target.address.family}` : 'fwmark';
    const key = member.target.kind === 'address' ? `${kind} ${member.target.port}` : `${kind} ${member.family ?? ''}`;
    if (!built.has(key)) {
      built.set(
        key,
        buildVirtualServer(
          statement,
          block,
          { ...member, inGroup: true },
          said.has(kind) ? silent : asMember(members, report),
        ),
      );
      said.add(kind);
    }
    const server = built.get(key);
    return server === undefined ? [] : [{ ...server, target: member.target, group: target.name, groupKey }];
  });
};

/** The ports that real servers of one family have behind a mark; undefined where none can be used. */
export const portsBehindMark = (statement: Statement, block: Block, family: IpFamily): readonly number[] | undefined =>
  buildVirtualServer(
    statement,
    block,
    { target: { kind: 'fwmark', mark: 0 }, family, inGroup: true },
    silent,
  )?.realServers.map(({ port }) => port);

const listOf = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);
const silent: Report = () => {};
// The protocol of a group is for its addresses; that marks beside them have none is no mistake.
const asMember =
  (members: readonly GroupMember[], report: Report): Report =>
  (severity, code, ...rest) => {
    const beside = code === 'protocol-of-fwmark' && members.some(({ target }) => target.kind === 'address');
    if (!beside) report(severity, code, ...rest);
  };
