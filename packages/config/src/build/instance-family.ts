// The one family an instance speaks: that of the address that is written first. What is of the other family does not count.
import { formatIp, type IpAddress, type IpFamily, parseIp } from '../address.ts';
import { type Block, nameOf, type Statement } from '../blocks/block.ts';
import type { SourceLocation } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf } from '../source/words.ts';
import { at, find, valueIn } from './values.ts';

export interface SpokenFamily {
  readonly family: IpFamily;
  /** Where the address stands that decided it. */
  readonly at: SourceLocation;
}

/** Undefined while no address is written: then any may come. */
export const spokenFamily = (block: Block): SpokenFamily | undefined => {
  for (const statement of block.statements) {
    const found = familyIn(statement);
    if (found !== undefined) return found;
  }
  return undefined;
};

const familyIn = (statement: Statement): SpokenFamily | undefined => {
  switch (nameOf(statement)) {
    case 'native_ipv6':
      return { family: 6, at: at(statement) };
    case 'mcast_src_ip':
    case 'mcast_dst_ip':
    case 'unicast_src_ip': {
      const address = valueIn(statement, 'ip')?.address;
      return address && { family: address.family, at: at(statement) };
    }
    case 'virtual_ipaddress':
    case 'unicast_peer':
      for (const [word] of statement.body?.kind === 'lines' ? statement.body.lines : []) {
        const family = parseIp(word?.text.split('/')[0] ?? '')?.family;
        if (word !== undefined && family !== undefined) return { family, at: locationOf(word) };
      }
      return undefined;
    default:
      return undefined;
  }
};

/** The address of a keyword; one of the other family is reported and does not count. */
export const addressInFamily = (
  block: Block,
  name: string,
  spoken: SpokenFamily | undefined,
  report: Report,
): IpAddress | undefined => {
  const statement = find(block, name);
  const address = valueIn(statement, 'ip')?.address;
  if (statement === undefined || address === undefined) return undefined;
  return isSpoken(address, spoken, name, at(statement), report) ? address : undefined;
};

/** Whether an instance can speak of this address; if not, it is reported. */
export const isSpoken = (
  address: IpAddress,
  spoken: SpokenFamily | undefined,
  what: string,
  place: SourceLocation,
  report: Report,
): boolean => {
  if (spoken === undefined || address.family === spoken.family) return true;
  const message = `${what} ${formatIp(address)} is not of the family IPv${spoken.family} of the instance and is ignored`;
  report('error', 'mixed-families', message, place, {
    related: [{ at: spoken.at, message: 'the first address of the instance is here' }],
    hint: 'one instance speaks one family; make a second instance for the other',
  });
  return false;
};
