// virtual_server_group: addresses, ranges and marks, written out to single targets.
import { formatIp, type IpAddress, type IpFamily, parseIp } from '../address.ts';
import type { Statement } from '../blocks/block.ts';
import type { SourceLocation, VirtualServerTarget } from '../model.ts';
import type { Report } from '../source/report.ts';
import { locationOf, type Word } from '../source/words.ts';
import { at } from './values.ts';
import { nameText } from './vrrp-script.ts';
import { parseUnsigned } from './word-cursor.ts';

/** Services that groups may come to. IPVS has no bound of its own, but one for each of more addresses is a slip of the pen. */
export const MOST_TARGETS = 65_536;

/** One member: its target, and for a mark the family if it was written. */
export interface GroupMember {
  readonly target: VirtualServerTarget;
  readonly family?: IpFamily;
}

export interface ServerGroup {
  readonly name: string;
  readonly members: readonly GroupMember[];
  readonly at: SourceLocation;
}

/** The groups among statements, by name; several blocks of one name are one group. All of them together stay within MOST_TARGETS. */
export const collectServerGroups = (
  statements: readonly Statement[],
  report: Report,
): ReadonlyMap<string, ServerGroup> => {
  const groups = new Map<string, ServerGroup & { readonly members: GroupMember[] }>();
  const places = new Map<ServerGroup, Map<string, SourceLocation>>();
  let total = 0;
  for (const statement of statements) {
    if (statement.row.name !== 'virtual_server_group' || statement.body?.kind !== 'lines') continue;
    const name = nameText(statement);
    if (name === undefined) continue;
    const group = groups.get(name) ?? { name, members: [], at: at(statement) };
    groups.set(name, group);
    const known = places.get(group) ?? new Map<string, SourceLocation>();
    places.set(group, known);
    for (const line of statement.body.lines) {
      if (total === MOST_TARGETS) {
        report('error', 'range-too-large', `all groups together may have ${MOST_TARGETS} members`, at(statement));
        break;
      }
      const found = buildGroupLine(line, MOST_TARGETS - total, report);
      total += found.length;
      for (const member of found) if (isNew(member, name, line, known, report)) group.members.push(member);
    }
    if (group.members.length === 0 && total < MOST_TARGETS)
      report('error', 'empty-server-group', `virtual_server_group ${name} has no usable member`, at(statement));
  }
  return groups;
};

// The kernel has one service for a target, so a second one says nothing.
const isNew = (
  { target, family }: GroupMember,
  group: string,
  [word]: readonly Word[],
  known: Map<string, SourceLocation>,
  report: Report,
): boolean => {
  if (word === undefined) return false;
  const shown = target.kind === 'fwmark' ? `fwmark ${target.mark}` : `${formatIp(target.address)} port ${target.port}`;
  const key = `${shown} ${family ?? ''}`;
  const before = known.get(key);
  if (before === undefined) {
    known.set(key, locationOf(word));
    return true;
  }
  report(
    'error',
    'duplicate-virtual-server',
    `${shown} stands twice in virtual_server_group ${group}`,
    locationOf(word),
    {
      related: [{ at: before, message: 'the first one is here' }],
      hint: 'remove one of the two',
    },
  );
  return false;
};

/** `IP [PORT]`, a range of addresses with a port, or `fwmark MARK [inet|inet6]`; empty when the line is unusable, which is reported. */
const buildGroupLine = (words: readonly Word[], room: number, report: Report): readonly GroupMember[] => {
  const [first, second, third] = words;
  if (first === undefined) return [];
  if (first.text === 'fwmark') return buildMark(first, second, third, report);
  const port = second === undefined ? 0 : parseUnsigned(second.text);
  if (second !== undefined && (port === undefined || port > 65_535)) {
    report('error', 'bad-port', `"${second.text}" is not a port (0 to 65535)`, locationOf(second));
    return [];
  }
  return readAddresses(first, room, report).map((address) => ({
    target: { kind: 'address', address, port: port ?? 0 },
  }));
};

const buildMark = (
  keyword: Word,
  word: Word | undefined,
  family: Word | undefined,
  report: Report,
): readonly GroupMember[] => {
  const mark = word && parseUnsigned(word.text);
  if (word === undefined || mark === undefined || mark > 0xffff_ffff) {
    report('error', 'bad-number', `"${word?.text ?? ''}" is not a firewall mark`, locationOf(word ?? keyword));
    return [];
  }
  const target: VirtualServerTarget = { kind: 'fwmark', mark };
  if (family?.text === 'inet') return [{ target, family: 4 }];
  if (family?.text === 'inet6') return [{ target, family: 6 }];
  if (family !== undefined) report('error', 'bad-value', `"${family.text}" is not inet or inet6`, locationOf(family));
  return [{ target }];
};

const readAddresses = (word: Word, room: number, report: Report): readonly IpAddress[] => {
  const single = parseIp(word.text);
  if (single !== undefined) return [single];
  const range = word.text.includes('/') ? readNetwork(word, report) : readRange(word, report);
  if (range === undefined) return [];
  const size = range.to - range.from + 1n;
  if (size <= BigInt(room)) return list(range);
  report(
    'error',
    'range-too-large',
    `${word.text} are ${size} addresses; all groups together may have ${MOST_TARGETS}`,
    locationOf(word),
  );
  return [];
};

interface AddressRange {
  readonly family: IpFamily;
  readonly from: bigint;
  readonly to: bigint;
}

// NET/LEN: every address of the network.
const readNetwork = (word: Word, report: Report): AddressRange | undefined => {
  const [text = '', length = ''] = word.text.split('/');
  const address = parseIp(text);
  const prefix = parseUnsigned(length);
  if (address === undefined) return notAddress(word, report);
  const full = address.family === 4 ? 32 : 128;
  if (prefix === undefined || prefix > full) {
    report('error', 'bad-prefix', `the prefix of ${word.text} is not a number from 0 to ${full}`, locationOf(word));
    return undefined;
  }
  const size = 1n << BigInt(full - prefix);
  const from = toNumber(address);
  if (from % size === 0n) return { family: address.family, from, to: from + size - 1n };
  report('error', 'bad-range', `${word.text} is not a network: bits after the prefix are set`, locationOf(word));
  return undefined;
};

// START-END; a short END takes the place of the last byte (decimal) or the last 16 bits (hexadecimal) of START.
const readRange = (word: Word, report: Report): AddressRange | undefined => {
  const dash = word.text.lastIndexOf('-');
  const start = dash < 0 ? undefined : parseIp(word.text.slice(0, dash));
  if (start === undefined) return notAddress(word, report);
  const { family } = start;
  const from = toNumber(start);
  const to = readEnd(word.text.slice(dash + 1), family, from);
  if (to === undefined) return notAddress(word, report);
  if (to > from) return { family, from, to };
  report('error', 'bad-range', `the end of ${word.text} must be above its start`, locationOf(word));
  return undefined;
};

const readEnd = (text: string, family: IpFamily, from: bigint): bigint | undefined => {
  const address = parseIp(text);
  if (address !== undefined) return address.family === family ? toNumber(address) : undefined;
  if (family === 4) {
    const byte = parseUnsigned(text);
    return byte === undefined || byte > 255 ? undefined : (from & ~0xffn) | BigInt(byte);
  }
  return /^[0-9a-fA-F]{1,4}$/.test(text) ? (from & ~0xffffn) | BigInt(`0x${text}`) : undefined;
};

const notAddress = (word: Word, report: Report): undefined => {
  report('error', 'bad-address', `"${word.text}" is not an IP address, range or network`, locationOf(word), {
    hint: 'such as 10.0.0.1, 10.0.0.1-20, 10.0.0.0/28 or fwmark 5',
  });
};

const list = ({ family, from, to }: AddressRange): readonly IpAddress[] => {
  const addresses: IpAddress[] = [];
  for (let number = from; number <= to; number++) addresses.push(toAddress(number, family));
  return addresses;
};

const toNumber = ({ bytes }: IpAddress): bigint => bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);

const toAddress = (number: bigint, family: IpFamily): IpAddress => {
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  let rest = number;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return { family, bytes };
};
