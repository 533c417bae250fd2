// All virtual servers in the order of the file: blocks of groups become services, the second of two equal ones is dropped.
import type { IpFamily } from '../address.ts';
import type { Block, Statement } from '../blocks/block.ts';
import type { GlobalDefs, VirtualServer } from '../model.ts';
import type { Report } from '../source/report.ts';
import { markGroups, takesMark } from './group-marks.ts';
import { type GroupMember, MOST_TARGETS } from './server-group.ts';
import { buildVirtualServers, portsBehindMark } from './service-block.ts';
import { at, text } from './values.ts';
import { serviceName } from './virtual-server.ts';

/** A block as it was read, which is built once everything has been. */
export interface Opened {
  readonly statement: Statement;
  readonly block: Block;
}

type Groups = ReadonlyMap<string, readonly GroupMember[]>;

/** `written` holds services, or blocks that name a group. */
export const buildServerList = (
  written: readonly (VirtualServer | Opened)[],
  groups: Groups,
  global: GlobalDefs,
  report: Report,
): readonly VirtualServer[] => {
  const servers = new Map<string, VirtualServer>();
  const ports = new Map<string, ReadonlyMap<IpFamily, readonly number[]>>();
  const places = new Map<string, number>();
  let ofGroups = 0;
  for (const one of written) {
    if (!('block' in one)) {
      addOnce(one, servers, report);
      continue;
    }
    const built = membersOf(one, groups, places, report);
    ofGroups += built.length;
    if (global.nftablesIpvs !== undefined) collectPorts(one, built, groups, ports);
    if (ofGroups > MOST_TARGETS) {
      const message = `virtual servers of groups come to more than ${MOST_TARGETS}; this one is dropped`;
      report('error', 'range-too-large', message, at(one.statement));
      continue;
    }
    for (const server of built) addOnce(server, servers, report);
  }
  return markGroups([...servers.values()], ports, global);
};

// In the kernel there can be only one.
const addOnce = (server: VirtualServer, servers: Map<string, VirtualServer>, report: Report): void => {
  const name = serviceName(server.target);
  const key = `${server.protocol ?? server.family} ${name}`;
  const before = servers.get(key);
  if (before === undefined) {
    servers.set(key, server);
    return;
  }
  const message = `virtual server ${name} is given twice; the second is dropped`;
  report('error', 'duplicate-virtual-server', message, server.at, {
    related: [{ at: before.at, message: 'the first one is here' }],
  });
};

// Blocks of one group and protocol are counted, so that each has a key of its own.
const membersOf = (
  { statement, block }: Opened,
  groups: Groups,
  places: Map<string, number>,
  report: Report,
): readonly VirtualServer[] => {
  const key = `${statement.args[1]?.text} ${text(block, 'protocol')}`;
  const place = (places.get(key) ?? 0) + 1;
  places.set(key, place);
  return buildVirtualServers(statement, block, groups, report, place);
};

const collectPorts = (
  { statement, block }: Opened,
  built: readonly VirtualServer[],
  groups: Groups,
  ports: Map<string, ReadonlyMap<IpFamily, readonly number[]>>,
): void => {
  for (const { group = '', groupKey = '', family } of built) {
    const known = ports.get(groupKey) ?? new Map<IpFamily, readonly number[]>();
    if (known.has(family) || !takesMark(groups.get(group) ?? [])) continue;
    ports.set(groupKey, new Map([...known, [family, portsBehindMark(statement, block, family) ?? []]]));
  }
};
